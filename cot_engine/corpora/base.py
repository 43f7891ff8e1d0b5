"""What a labelled dataset is here: samples with labels by name, and what was published about the whole of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from cot_engine.facs import Grade, Side, grade

Box = tuple[float, float, float, float]
State = Literal["present", "absent", "undecided"]


@dataclass(frozen=True)
class AUAnnotation:
    """One action unit as a human coded it.

    Attributes:
        au: its code, e.g. ``"AU12"``; expert coders also use codes outside ``facs.ACTION_UNITS`` (AU65, AU31).
        side: the person's own side; ``"both"`` when the coder named none.
        intensity: FACS letter, or None where presence alone was coded.
        state: an AU that was coded as absent differs from one that nobody coded, which has no annotation at all.
        alternatives: when ``state`` is ``"undecided"``, all that the coder could not choose between; ``au``, ``side`` and
            ``intensity`` are then those of the first.
    """

    au: str
    side: Side = "both"
    intensity: Grade | None = None
    state: State = "present"
    alternatives: tuple["AUAnnotation", ...] = ()


@lru_cache(maxsize=1024)
def coded(number: int, level: int) -> AUAnnotation:
    """The annotation of an AU that was graded ``level`` 0-5: 0 is absent, 1-5 are A-E.

    Raises ValueError outside 0-5.
    """
    letter = grade(level)
    return AUAnnotation(f"AU{number}", intensity=letter, state="present" if letter else "absent")


@dataclass(frozen=True)
class Sample:
    """One labelled clip, picture or frame.

    Attributes:
        id: unique inside its corpus; holds the split where the dataset repeats its numbers between splits.
        clip: absolute path of a video, a picture or a folder of frames; it may not exist (``check`` counts those).
        label: name as in ``facs``; None when there is none, or when it is not one of the corpus's labels.
        raw_label: what the label file says, where it says anything.
        split: ``train``, ``validation``, ``test``, or ``fold1``... = the fold whose test part it is in; None without one.
        subject: the person (or speaker) as text; None when the dataset does not tell.
        box: x, y, width, height in pixels of the picture.
        start_s, end_s: the part of the clip that the label is about; None when it is the whole.
        meta: a few more facts as text. Captions and paths in it must not reach a model unasked.
    """

    id: str
    corpus: str
    clip: Path
    label: str | None = None
    raw_label: str | None = None
    split: str | None = None
    subject: str | None = None
    aus: tuple[AUAnnotation, ...] = ()
    box: Box | None = None
    start_s: float | None = None
    end_s: float | None = None
    meta: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Corpus:
    """A dataset: how to read it and what its makers, or counts of the released file, say about it.

    Attributes:
        read: root folder -> samples. Raises Refusal ``bad_corpus`` when the tree is not laid out as the dataset is.
        labels: names in published order.
        protocol: how scores on it are reported.
        first_index: number of the first label in the label file; None where the file holds words.
        outside: raw labels that the dataset has and that are none of its classes.
        counts: split -> samples of each label, in the order of ``labels``; only counts measured on the released file.
        totals: split (or ``"all"``) -> samples.
        aus: AUs that are coded on every sample.
        shared_subjects: the official splits share people.
        shareable: its terms let frames of it go into data sets made from it.
    """

    name: str
    title: str
    read: Callable[[Path], Iterator[Sample]]
    labels: tuple[str, ...]
    protocol: str
    first_index: int | None = None
    outside: frozenset[str] = frozenset()
    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict, hash=False)
    totals: Mapping[str, int] = field(default_factory=dict, hash=False)
    aus: frozenset[str] = frozenset()
    shared_subjects: bool = False
    shareable: bool = False

    def majority(self, split: str) -> tuple[str, float]:
        """The commonest label of a split and its share in 0-1: the accuracy of always answering it.

        Raises KeyError when no counts are published for the split.
        """
        counts = self.counts[split]
        return self.labels[counts.index(max(counts))], max(counts) / sum(counts)
