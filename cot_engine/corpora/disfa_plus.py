"""DISFA+: posed trials of nine people who are all in DISFA too; intensities 0-5 of twelve AUs a frame."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import AUAnnotation, Corpus, Sample, coded
from cot_engine.corpora.disfa import AUS
from cot_engine.corpora.layout import folders_of, inside, lines_of, need, refuse

NAME = "disfa+"


def read(root: Path) -> Iterator[Sample]:
    """One sample a frame: the first field of a label line is the file name of its picture."""
    images = need(NAME, root, "Images")
    for subject in folders_of(need(NAME, root, "Labels")):
        for trial in folders_of(subject):
            for frame, aus in _frames(trial).items():
                place = f"{subject.name}/{trial.name}/{frame if Path(frame).suffix else f'{frame}.jpg'}"
                yield Sample(
                    id=f"{subject.name}/{trial.name}/{frame}",
                    corpus=NAME,
                    clip=inside(NAME, images, place),
                    subject=subject.name,
                    aus=tuple(aus),
                    meta={"trial": trial.name},
                )


def _frames(trial: Path) -> dict[str, list[AUAnnotation]]:
    frames: dict[str, list[AUAnnotation]] = defaultdict(list)
    for number in AUS:
        path = trial / f"AU{number}.txt"
        if not path.exists():
            continue
        for words in lines_of(NAME, path):
            if words[0].startswith("#"):
                continue
            try:
                frame, level = words
                frames[frame].append(coded(number, int(level)))
            except ValueError:
                refuse(NAME, f"{path} has the line {' '.join(words)!r}; lines are 'frame intensity' with an intensity 0-5")
    return frames


CORPUS = Corpus(
    NAME,
    "DISFA+",
    read,
    (),
    "Mean F1 over the AUs, present means intensity >= 2. All nine people are in DISFA: never test a model trained there.",
    aus=frozenset(f"AU{number}" for number in AUS),
)
