"""DISFA: intensities 0-5 of twelve AUs for every frame of 27 videos."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import AUAnnotation, Corpus, Sample, coded
from cot_engine.corpora.layout import folders_of, need, refuse, text_of

NAME = "disfa"
AUS = (1, 2, 4, 5, 6, 9, 12, 15, 17, 20, 25, 26)
PARTS = {
    "part1": "SN002 SN010 SN001 SN026 SN027 SN032 SN030 SN009 SN016",
    "part2": "SN013 SN018 SN011 SN028 SN012 SN006 SN031 SN021 SN024",
    "part3": "SN003 SN029 SN023 SN025 SN008 SN005 SN007 SN017 SN004",
}
_PART_OF = {subject: part for part, subjects in PARTS.items() for subject in subjects.split()}


def read(root: Path) -> Iterator[Sample]:
    """One sample a frame of the left camera's video; ``meta`` holds the frame number of the label files, which is theirs.

    An AU without a file is not annotated; it is not absent.
    """
    videos = need(NAME, root, "Video_LeftCamera")
    for subject in folders_of(need(NAME, root, "ActionUnit_Labels")):
        clip = next(iter(sorted(videos.glob(f"*{subject.name}*"))), videos / f"LeftVideo{subject.name}_comp.avi")
        for frame, aus in _frames(subject).items():
            yield Sample(
                id=f"{subject.name}/{frame}",
                corpus=NAME,
                clip=clip,
                split=_PART_OF.get(subject.name),
                subject=subject.name,
                aus=tuple(aus),
                meta={"frame": str(frame)},
            )


def _frames(folder: Path) -> dict[int, list[AUAnnotation]]:
    frames: dict[int, list[AUAnnotation]] = defaultdict(list)
    for number in AUS:
        path = folder / f"{folder.name}_au{number}.txt"
        if not path.exists():
            continue
        for line in text_of(NAME, path).splitlines():
            try:
                frame, level = (int(word) for word in line.split(","))
                frames[frame].append(coded(number, level))
            except ValueError:
                refuse(NAME, f"{path} has the line {line!r}; lines are 'frame,intensity' with an intensity 0-5")
    return frames


CORPUS = Corpus(
    NAME,
    "DISFA",
    read,
    (),
    "Mean F1 over 8 AUs (1, 2, 4, 6, 9, 12, 25, 26) or 12, which do not compare; present means intensity >= 2. Three "
    "folds: test on one part, train on the other two (fold 1 tests part3). ICC or MAE for intensity.",
    aus=frozenset(f"AU{number}" for number in AUS),
)
