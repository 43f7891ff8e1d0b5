"""CASME II: micro-expressions with AUs, from a coding sheet; frames in a folder a clip."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import by_name, whole
from cot_engine.corpora.layout import inside
from cot_engine.corpora.micro_sheet import coded_aus, moments, sheet_rows

NAME = "casme2"
LABELS = ("happiness", "disgust", "repression", "surprise", "sadness", "fear", "others")
MICRO_PROTOCOL = (
    "Leave one subject out, accuracy and UF1; or the three-class composite of MEGC 2019 (UF1 and UAR). Never select a "
    "model on the subject left out."
)


def read(root: Path) -> Iterator[Sample]:
    """Every row of the sheet; subjects are numbers there and two digits in the folders."""
    for row in sheet_rows(NAME, root, "CASME2-coding-*"):
        subject = whole(row["subject"]).zfill(2)
        aus, error = coded_aus(row)
        yield Sample(
            id=f"sub{subject}/{row['filename']}",
            corpus=NAME,
            clip=inside(NAME, root, f"sub{subject}/{row['filename']}"),
            label=by_name(row["estimatedemotion"], LABELS),
            raw_label=row["estimatedemotion"],
            subject=subject,
            aus=aus,
            meta={**moments(row), **error},
        )


CORPUS = Corpus(NAME, "CASME II", read, LABELS, MICRO_PROTOCOL)
