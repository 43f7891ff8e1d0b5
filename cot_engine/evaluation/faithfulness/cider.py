"""CIDEr-D with one reference a text.

Vedantam et al. 2015, "CIDEr: Consensus-based image description evaluation": for n = 1..4 the cosine of the tf-idf vectors of
n-grams, the candidate's clipped at the reference's, times exp(-(difference of lengths)^2 / (2 * 6^2)), averaged over n, times
10. Lengths count bigrams, as in the published scorer. Document frequencies are those of the references.

The packages that hold it (pycocoevalcap, aac-metrics) bring Java tools or sentence encoders for their other metrics; a test
holds this one against values of the first. Their tokenizer is a Java program; here it is words and numbers in lower case.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

_N, _SIGMA = 4, 6.0

Gram = tuple[str, ...]


def tokens(text: str) -> list[str]:
    """Words and numbers in lower case."""
    return re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.casefold())


def cider_d(candidates: Sequence[Sequence[str]], references: Sequence[Sequence[str]]) -> list[float]:
    """The score, 0-10, of each candidate against its reference, both as tokens.

    With one pair alone every document frequency is that of the whole, and the score 0.
    """
    truths = [_grams(tokens) for tokens in references]
    frequency = Counter(gram for counts in truths for gram in counts)
    scale = math.log(len(references)) if references else 0.0
    weights = {gram: scale - math.log(count) for gram, count in frequency.items()}
    return [
        10 * sum(_similarity(said, true, weights, scale, n) for n in range(1, _N + 1)) / _N
        for said, true in zip((_grams(tokens) for tokens in candidates), truths, strict=True)
    ]


def _grams(words: Sequence[str]) -> Counter[Gram]:
    return Counter(tuple(words[i : i + n]) for n in range(1, _N + 1) for i in range(len(words) - n + 1))


def _similarity(said: Counter[Gram], true: Counter[Gram], weights: dict[Gram, float], scale: float, n: int) -> float:
    ours, theirs = (
        {gram: count * weights.get(gram, scale) for gram, count in counts.items() if len(gram) == n} for counts in (said, true)
    )
    norm = math.sqrt(sum(w * w for w in ours.values())) * math.sqrt(sum(w * w for w in theirs.values()))
    shared = sum(min(weight, theirs[gram]) * theirs[gram] for gram, weight in ours.items() if gram in theirs)
    longer = sum(c for g, c in said.items() if len(g) == 2) - sum(c for g, c in true.items() if len(g) == 2)
    return (shared / norm if norm else shared) * math.exp(-(longer**2) / (2 * _SIGMA**2))
