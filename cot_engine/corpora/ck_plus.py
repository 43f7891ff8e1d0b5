"""CK+: posed sequences from neutral to peak; emotion (0-based) and FACS codes of the last frame."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import AUAnnotation, Corpus, Sample, coded
from cot_engine.corpora.labels import by_index, whole
from cot_engine.corpora.layout import folders_of, lines_of, need, refuse

NAME = "ck+"
LABELS = ("neutral", "anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")


def read(root: Path) -> Iterator[Sample]:
    """One sample a sequence. Without an emotion file it is unlabelled, which is not neutral."""
    images, emotions, facs = (need(NAME, root, folder) for folder in ("cohn-kanade-images", "Emotion", "FACS"))
    for subject in folders_of(images):
        for sequence in folders_of(subject):
            place = Path(subject.name, sequence.name)
            raw = _emotion(emotions / place)
            yield Sample(
                id=f"{subject.name}/{sequence.name}",
                corpus=NAME,
                clip=sequence,
                label=by_index(raw, LABELS, 0) if raw else None,
                raw_label=raw,
                subject=subject.name,
                aus=_aus(facs / place),
                meta={"peak": "last frame"},
            )


def _only(folder: Path, ending: str) -> Path | None:
    files = sorted(folder.glob(f"*{ending}")) if folder.is_dir() else []
    if len(files) > 1:
        refuse(NAME, f"{folder} holds {len(files)} files *{ending}", "A sequence has one, for its last frame.")
    return files[0] if files else None


def _emotion(folder: Path) -> str | None:
    if not (path := _only(folder, "_emotion.txt")):
        return None
    words = [word for line in lines_of(NAME, path) for word in line]
    if len(words) != 1:
        refuse(NAME, f"{path} does not hold one number")
    return whole(words[0])


def _aus(folder: Path) -> tuple[AUAnnotation, ...]:
    if not (path := _only(folder, "_facs.txt")):
        return ()
    annotations = []
    for line in lines_of(NAME, path):
        numbers = [whole(word) for word in line]
        if len(numbers) != 2 or not all(n.isdecimal() for n in numbers) or int(numbers[1]) > 5:
            refuse(NAME, f"{path} has the line {' '.join(line)!r}; lines are an AU and its intensity 0-5")
        number, level = map(int, numbers)
        # Intensity 0 in these files means present without a grade.
        annotations.append(coded(number, level) if level else AUAnnotation(f"AU{number}"))
    return tuple(annotations)


CORPUS = Corpus(
    NAME,
    "CK+",
    read,
    LABELS,
    "Ten-fold or leave-one-subject-out accuracy over subjects; AU F1 per AU. No split is published.",
    first_index=0,
    counts={"all": (0, 45, 18, 59, 25, 69, 28, 83)},
    totals={"all": 593},
)
