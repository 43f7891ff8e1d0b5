"""Which clips an evaluation asks about, and what is known of each of them beforehand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cot_engine.corpora import studio
from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.layout import refuse
from cot_engine.engine.expert import expert_evidence
from cot_engine.evaluation.played import GROUPS, played
from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet

# Where a data set publishes parts, the one that is scored: AffectNet's validation file serves as its test part.
_SCORED = ("test", "validation")
# Corpora whose folds are one left-out subject each.
_LOSO = ("casme2", "samm", "smic")


@dataclass(frozen=True)
class Asked:
    """One clip to be asked about. ``groups``, ``truth``, ``played``, ``subject`` and ``fold`` are never shown to a model."""

    sample: Sample
    truth: str | None
    fold: str | None = None
    played: Evidence | None = None
    groups: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.sample.id


def clips_of(corpus: Corpus, root: Path, labels: LabelSet, count: int | None = None) -> list[Asked]:
    """The test part of a corpus, or all of it where it has none, in its order.

    Only clips whose label is in the label set are asked about; where no clip has such a label, all are, for what is said of the
    movements.

    Args:
        count: at most so many, the first.

    Raises:
        Refusal: ``bad_corpus`` when the data set cannot be read, is empty or names two samples alike.
    """
    samples = list(_scored(list(corpus.read(root))))
    twice = next((name for name, n in Counter(s.id for s in samples).items() if n > 1), None)
    if not samples or twice is not None:
        refuse(corpus.name, f"{root} names two samples {twice!r}" if samples else f"{root} holds no samples")
    found = [(s, label.name if s.label is not None and (label := labels.find(s.label)) else None) for s in samples]
    chosen = list(islice([pair for pair in found if pair[1] is not None] or found, count))
    truth = {clip: (evidence, groups) for clip, evidence, groups in played(root)} if corpus.name == studio.NAME else {}
    return [
        Asked(
            sample,
            label,
            _fold(corpus, sample),
            *(
                truth.get(sample.id)
                or (expert_evidence(sample), {name: sample.meta[name] for name in GROUPS if name in sample.meta})
            ),
        )
        for sample, label in chosen
    ]


def _scored(samples: Iterable[Sample]) -> Iterator[Sample]:
    samples = list(samples)
    part = next((name for name in _SCORED if any(s.split == name for s in samples)), None)
    for sample in samples:
        # Rows that a five-fold list has in training alone are a fault of the copy, not a test clip.
        if sample.split == part if part else not (sample.split or "").endswith("-train"):
            yield sample


def _fold(corpus: Corpus, sample: Sample) -> str | None:
    if corpus.name in _LOSO:
        return sample.subject
    return sample.split if sample.split and sample.split.startswith("fold") else None
