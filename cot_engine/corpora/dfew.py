"""DFEW: film clips in five folds, 1-based labels; frames or raw video."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.folds import FOLDS, Row, fold_rows
from cot_engine.corpora.labels import by_index, whole
from cot_engine.corpora.layout import need, refuse, rows_of

NAME = "dfew"
LABELS = ("happiness", "sadness", "neutral", "anger", "surprise", "disgust", "fear")
_LISTS = "EmoLabel_DataSplit"


def read(root: Path) -> Iterator[Sample]:
    """One sample a clip, its split the fold in whose test part it is; the folders of frames come before raw video."""
    test = {fold: _rows(root, "test", fold) for fold in FOLDS}
    train = {fold: _rows(root, "train", fold) for fold in FOLDS}
    clips = need(NAME, root, "Clip/jpg_256", "Clip/clip_224x224", "Clip/original")
    for number, raw, split in fold_rows(train, test):
        yield Sample(
            id=number,
            corpus=NAME,
            clip=clips / (f"{int(number)}.mp4" if clips.name == "original" else f"{int(number):05d}"),
            label=by_index(raw, LABELS, 1),
            raw_label=raw,
            split=split,
        )


def _rows(root: Path, part: str, fold: int) -> list[Row]:
    path = need(NAME, root, f"{_LISTS}/{part}(single-labeled)/set_{fold}.csv", f"{_LISTS}/single_{part}set_{fold}.csv")
    rows = [(whole(row["video_name"]), whole(row["label"])) for row in rows_of(NAME, path, ("video_name", "label"))]
    if bad := next((name for name, _ in rows if not name.isdecimal()), None):
        refuse(NAME, f"{path} names the clip {bad!r}; clips are numbers")
    return rows


CORPUS = Corpus(
    NAME,
    "DFEW",
    read,
    LABELS,
    "UAR and WAR, mean of the test parts of all five folds; train on the other four.",
    first_index=1,
    # Rows outside the seven classes, which evaluators skip.
    outside=frozenset({"0"}),
    counts={"fold1": (489, 379, 534, 435, 294, 29, 181)},
    totals={"fold1": 2341, "fold2": 2341, "fold3": 2340, "fold4": 2339, "fold5": 2336, "all": 11697},
)
