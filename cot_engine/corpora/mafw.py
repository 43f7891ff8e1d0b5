"""MAFW, single labels: film clips in five folds, eleven classes as words."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.folds import FOLDS, Row, fold_rows
from cot_engine.corpora.labels import by_name
from cot_engine.corpora.layout import inside, lines_of, need, refuse
from cot_engine.facs import LABEL_SETS

NAME = "mafw"
LABELS = LABEL_SETS["mafw-11"].names


def read(root: Path) -> Iterator[Sample]:
    """One sample a clip, its split the fold in whose test part it is. Captions are not read: they give the label away."""
    test = {fold: _rows(root, "test", fold) for fold in FOLDS}
    train = {fold: _rows(root, "train", fold) for fold in FOLDS}
    clips = need(NAME, root, "data/clips", "data/frames", "data/faces")
    for name, raw, split in fold_rows(train, test):
        yield Sample(
            id=Path(name).stem,
            corpus=NAME,
            clip=inside(NAME, clips, name if clips.name == "clips" else Path(name).stem),
            label=by_name(raw, LABELS),
            raw_label=raw,
            split=split,
        )


def _rows(root: Path, part: str, fold: int) -> list[Row]:
    path = need(NAME, root, f"split/single/no_caption/set_{fold}/{part}.txt")
    rows = lines_of(NAME, path)
    if bad := next((row for row in rows if len(row) != 2), None):
        refuse(NAME, f"{path} has the line {' '.join(bad)!r}; lines are like '03352.mp4 happiness'")
    return [(name, label) for name, label in rows]


CORPUS = Corpus(
    NAME,
    "MAFW (single label)",
    read,
    LABELS,
    "UAR and WAR, mean of the test parts of all five folds; train on the other four.",
    counts={"fold1": (278, 128, 125, 249, 228, 294, 215, 48, 184, 53, 37)},
    totals={"fold1": 1839, "fold2": 1837, "fold3": 1833, "fold4": 1832, "fold5": 1831, "all": 9172},
)
