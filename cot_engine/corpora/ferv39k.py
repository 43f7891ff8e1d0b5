"""FERV39k: clips in 22 scenes, labels as words, one official split."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import by_name
from cot_engine.corpora.layout import inside, lines_of, need, refuse

NAME = "ferv39k"
LABELS = ("happiness", "sadness", "neutral", "anger", "surprise", "disgust", "fear")


def read(root: Path) -> Iterator[Sample]:
    """Every listed clip; its number is unique only inside its scene and emotion, so the id holds all three."""
    clips = need(NAME, root, "2_ClipsforFaceCrop")
    for split in ("train", "test"):
        path = need(NAME, root, f"4_setups/All_scenes/{split}_All.csv")
        for row in lines_of(NAME, path):
            parts = row[0].split("/")
            if len(row) != 2 or len(parts) != 3:
                refuse(NAME, f"{path} has the line {' '.join(row)!r}; lines are like 'Action/Happy/0267 Happy'")
            yield Sample(
                id=row[0],
                corpus=NAME,
                clip=inside(NAME, clips, row[0]),
                label=by_name(row[1], LABELS),
                raw_label=row[1],
                split=split,
                # The path repeats the label: never show it to a model.
                meta={"scene": parts[0], "path_label": parts[1]},
            )


CORPUS = Corpus(
    NAME,
    "FERV39k",
    read,
    LABELS,
    "UAR and WAR on the 7,847 test clips.",
    counts={
        "train": (5854, 5523, 7790, 5906, 2502, 1833, 1680),
        "test": (1473, 1393, 1958, 1487, 638, 467, 431),
    },
    totals={"train": 31088, "test": 7847},
)
