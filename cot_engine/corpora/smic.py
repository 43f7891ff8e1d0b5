"""SMIC, high-speed part: micro-expressions in three classes, a folder of frames a clip; no AUs, no apex."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.casme2 import MICRO_PROTOCOL
from cot_engine.corpora.labels import by_name
from cot_engine.corpora.layout import folders_of, need

NAME = "smic"
LABELS = ("negative", "positive", "surprise")


def read(root: Path) -> Iterator[Sample]:
    """Every clip folder below ``HS/<subject>/micro/<class>``."""
    for subject in folders_of(need(NAME, root, "HS")):
        for folder in folders_of(need(NAME, root, f"HS/{subject.name}/micro")):
            for clip in folders_of(folder):
                yield Sample(
                    id=f"{subject.name}/{clip.name}",
                    corpus=NAME,
                    clip=clip,
                    label=by_name(folder.name, LABELS),
                    raw_label=folder.name,
                    subject=subject.name,
                )


CORPUS = Corpus(NAME, "SMIC (HS)", read, LABELS, MICRO_PROTOCOL)
