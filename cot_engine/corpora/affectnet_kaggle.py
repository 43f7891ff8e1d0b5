"""AffectNet, the balanced sample on Kaggle: labels as floats that count from 1."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.affectnet import LABELS, PROTOCOL
from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import by_index, whole
from cot_engine.corpora.layout import inside, need, rows_of

NAME = "affectnet-kaggle"
_PREFIX = "../input/affectnetsample/"


def read(root: Path) -> Iterator[Sample]:
    """Both lists; the prefix of the notebook they were made in is cut from the paths."""
    for part, split in (("train", "train"), ("valid", "validation")):
        for row in rows_of(NAME, need(NAME, root, f"{part}-sample-affectnet.csv"), ("image", "emotion")):
            path, raw = row["image"].removeprefix(_PREFIX), whole(row["emotion"])
            yield Sample(
                id=path,
                corpus=NAME,
                clip=inside(NAME, root, path),
                label=by_index(raw, LABELS, 1),
                raw_label=raw,
                split=split,
            )


CORPUS = Corpus(
    NAME,
    "AffectNet (Kaggle sample)",
    read,
    LABELS,
    f"{PROTOCOL} Training on this subset is not comparable with training on the full set.",
    first_index=1,
    counts={"train": (5000, 5000, 5000, 5000, 5000, 3803, 5000, 3750), "validation": (500,) * 8},
    totals={"train": 37553, "validation": 4000},
)
