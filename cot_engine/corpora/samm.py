"""SAMM: micro-expressions with AUs, from a coding sheet whose header stands in row 14."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.casme2 import MICRO_PROTOCOL
from cot_engine.corpora.labels import by_name, whole
from cot_engine.corpora.layout import inside
from cot_engine.corpora.micro_sheet import coded_aus, moments, sheet_rows

NAME = "samm"
LABELS = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise", "others")


def read(root: Path) -> Iterator[Sample]:
    """Every row of the sheet. Subjects have three digits; a spreadsheet may have cut their leading zeros."""
    for row in sheet_rows(NAME, root, "SAMM_Micro_FACS_Codes_v2"):
        subject = whole(row["subject"]).zfill(3)
        aus, error = coded_aus(row)
        yield Sample(
            id=f"{subject}/{row['filename']}",
            corpus=NAME,
            clip=inside(NAME, root, f"{subject}/{row['filename']}"),
            label=by_name(row["estimatedemotion"], LABELS),
            raw_label=row["estimatedemotion"],
            subject=subject,
            aus=aus,
            meta={**moments(row), **error},
        )


CORPUS = Corpus(NAME, "SAMM", read, LABELS, MICRO_PROTOCOL)
