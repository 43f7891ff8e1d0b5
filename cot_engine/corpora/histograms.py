"""Reads a class histogram against the published one: counts off, labels shifted by one, labels permuted."""

from collections import Counter
from collections.abc import Sequence

from cot_engine.corpora.base import Corpus
from cot_engine.corpora.findings import Finding
from cot_engine.corpora.labels import by_index, by_name

# Two histograms agree when this share of the samples would have to change class to make them equal.
_AGREE = 0.02
_DIFFER = 0.05
# Below so many samples, a subset's shares are too coarse to name a permutation from.
_ENOUGH = 500


def judge_split(corpus: Corpus, split: str, raw: Counter[str]) -> list[Finding]:
    """Findings on one split's labels.

    Args:
        raw: how often each raw label occurs; a corpus's labels are its names or, from ``first_index`` on, numbers.
    """
    published = corpus.counts.get(split)
    found = _shift(corpus, split, raw, published)
    if found or not published:
        return found
    observed = _named(corpus, raw)
    return _permutation(corpus, split, observed, published) or _counts(corpus, split, observed, published)


def judge_total(split: str, observed: int, published: int) -> list[Finding]:
    """Findings on a number of samples of which only the total is published."""
    if observed == published:
        return []
    if observed < published:
        return [
            Finding(
                "incomplete",
                "warning",
                f"{split}: {observed} of the {published} published samples are listed.",
                "Complete the copy, or say with every score that it is of a part: it is not comparable.",
            )
        ]
    return [
        Finding(
            "too_many",
            "fault",
            f"{split}: {observed} samples are listed where {published} are published.",
            "Rows were added or lists mixed: take the list files as released.",
        )
    ]


def _named(corpus: Corpus, raw: Counter[str]) -> list[int]:
    counts: Counter[str | None] = Counter()
    for text, count in raw.items():
        first = corpus.first_index
        counts[by_name(text, corpus.labels) if first is None else by_index(text, corpus.labels, first)] += count
    return [counts[label] for label in corpus.labels]


def _distance(observed: Sequence[int], published: Sequence[int]) -> float:
    """Total variation in 0-1 of the two distributions; 1 when one of them is empty."""
    a, b = sum(observed), sum(published)
    return 0.5 * sum(abs(x / a - y / b) for x, y in zip(observed, published, strict=True)) if a and b else 1.0


def _closer(moved: Sequence[int], straight: Sequence[int], published: Sequence[int]) -> bool:
    return _distance(moved, published) <= _AGREE and _distance(straight, published) > _DIFFER


def _shift(corpus: Corpus, split: str, raw: Counter[str], published: Sequence[int] | None) -> list[Finding]:
    first, size = corpus.first_index, len(corpus.labels)
    if first is None:
        return []
    straight = [raw[str(first + i)] for i in range(size)]
    for step in (1, -1):
        moved = [raw[str(first + i + step)] for i in range(size)]
        fits = bool(published) and sum(moved) == sum(raw.values()) and _closer(moved, straight, published or ())
        # Also without counts: the first (or last) class is empty, and the number beyond the other end is used.
        if fits or (not straight[0 if step > 0 else -1] and moved[-1 if step > 0 else 0]):
            return [
                Finding(
                    "shifted_labels",
                    "fault",
                    f"{split}: labels count from {first + step} where {corpus.title} counts from {first}, so every label is "
                    f"read as {'the next' if step > 0 else 'the one before'} ({first + step} is {corpus.labels[0]}).",
                    f"{'Subtract 1 from' if step > 0 else 'Add 1 to'} every label of this list, or take it as released.",
                )
            ]
    return []


def _permutation(corpus: Corpus, split: str, observed: Sequence[int], published: Sequence[int]) -> list[Finding]:
    apart = _distance(observed, published)
    exact = sorted(observed) == sorted(published)
    if observed == list(published) or not (exact or (sum(observed) >= _ENOUGH and apart > _DIFFER)):
        return []
    # Pairing both in order of size gives the permutation that leaves the smallest difference.
    ours, theirs = (sorted(range(len(c)), key=lambda i: (-c[i], i)) for c in (observed, published))
    arranged = [0] * len(observed)
    for mine, meant in zip(ours, theirs, strict=True):
        arranged[meant] = observed[mine]
    if _distance(arranged, published) > (0 if exact else _AGREE):
        return []
    moved = [
        f"{corpus.labels[mine]} ({observed[mine]}) is {_of_size(corpus, published, published[meant])}"
        for mine, meant in zip(ours, theirs, strict=True)
        if published[mine] != published[meant]
    ]
    return [
        Finding(
            "permuted_labels",
            "fault",
            f"{split}: the class counts are the published ones in another order; by size, what is called {'; '.join(moved)}.",
            f"The list numbers its classes in another order. {corpus.title} has: {', '.join(corpus.labels)}. Map it by name.",
        )
    ]


def _of_size(corpus: Corpus, published: Sequence[int], size: int) -> str:
    # Classes of one published size cannot be told apart by it.
    names = [label for label, count in zip(corpus.labels, published, strict=True) if count == size]
    return names[0] if len(names) == 1 else f"one of {', '.join(names)}"


def _counts(corpus: Corpus, split: str, observed: Sequence[int], published: Sequence[int]) -> list[Finding]:
    over = [
        f"{label} {have} for {want}"
        for label, have, want in zip(corpus.labels, observed, published, strict=True)
        if have > want
    ]
    if over:
        return [
            Finding(
                "count_mismatch",
                "fault",
                f"{split}: more samples than published: {', '.join(over)}.",
                "This cannot be a part of the release: its labels were changed or rows added. Take the list as released.",
            )
        ]
    return judge_total(split, sum(observed), sum(published))
