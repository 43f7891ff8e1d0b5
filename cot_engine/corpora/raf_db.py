"""RAF-DB, basic expressions: pictures, 1-based labels in a list file."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Box, Corpus, Sample
from cot_engine.corpora.labels import by_index
from cot_engine.corpora.layout import inside, lines_of, need, refuse

NAME = "raf-db"
LABELS = ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral")
# The spelling is theirs.
_LIST = "basic/EmoLabel/list_patition_label.txt"


def read(root: Path) -> Iterator[Sample]:
    """The aligned faces where they are there, else the original pictures with their boxes."""
    rows = lines_of(NAME, need(NAME, root, _LIST))
    images = need(NAME, root, "basic/Image/aligned", "basic/Image/original")
    aligned = images.name == "aligned"
    for row in rows:
        split = row[0].split("_")[0]
        if len(row) != 2 or split not in ("train", "test"):
            refuse(NAME, f"{_LIST} has the line {' '.join(row)!r}; lines are like 'train_00001.jpg 5'")
        stem = Path(row[0]).stem
        yield Sample(
            id=stem,
            corpus=NAME,
            clip=inside(NAME, images, f"{stem}_aligned.jpg" if aligned else row[0]),
            label=by_index(row[1], LABELS, 1),
            raw_label=row[1],
            split=split,
            box=None if aligned else _box(root, stem),
        )


def _box(root: Path, stem: str) -> Box | None:
    path = inside(NAME, root, f"basic/Annotation/boundingbox/{stem}_boundingbox.txt")
    if not path.exists():
        return None
    try:
        x1, y1, x2, y2 = (float(word) for line in lines_of(NAME, path) for word in line)
    except ValueError:
        refuse(NAME, f"{path} does not hold the four numbers x1 y1 x2 y2")
    return x1, y1, x2 - x1, y2 - y1


CORPUS = Corpus(
    NAME,
    "RAF-DB (basic)",
    read,
    LABELS,
    "Accuracy on the 3,068 test pictures, with UAR or macro-F1. No validation part is published: cut one from train.",
    first_index=1,
    counts={"train": (1290, 281, 717, 4772, 1982, 705, 2524), "test": (329, 74, 160, 1185, 478, 162, 680)},
    totals={"train": 12271, "test": 3068},
)
