"""How alike the captions of different faces are: a collapsed writer says the same whatever moved.

Only observations are looked at (what should follow the face), numbers masked, and only of faces with an event of grade C or
more: faces at rest may well be described alike, and so may faces that moved alike.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import median
from typing import Any

_RUN = 5
"""Words of a run whose return is noticed."""
_SETS = 500
"""Sets of movements of which one caption each is kept; those with the smallest hash, so that the order of rows is no matter."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass
class _Group:
    """Captions with one masked text: how many, the movements of the first, and whether another had other movements."""

    movements: str
    captions: int = 0
    mixed: bool = False


@dataclass
class Wording:
    """Attributes: ``captions``: how many were looked at."""

    captions: int = 0
    _groups: dict[bytes, _Group] = field(default_factory=dict)
    _kept: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, clip: str, moved: Collection[str], observations: Sequence[str]) -> None:
        """Takes in one caption; ``clip``: hash of the clip's content, ``moved``: AUs with an event of grade C or more."""
        if not moved:
            return
        self.captions += 1
        text = " ".join(_NUMBER.sub("#", "\n".join(observations)).casefold().split())
        movements = hashlib.sha256(" ".join(sorted(moved)).encode()).hexdigest()
        group = self._groups.setdefault(hashlib.sha256(text.encode()).digest()[:12], _Group(movements))
        group.captions += 1
        group.mixed |= group.movements != movements
        self._kept[movements] = min(self._kept.get(movements, (clip, text)), (clip, text))
        if len(self._kept) > _SETS:
            del self._kept[max(self._kept)]

    @property
    def sets(self) -> int:
        """Different sets of movements, up to the number that is kept."""
        return len(self._kept)

    @property
    def same(self) -> int:
        """Captions that stand, number for number masked, under a face with other movements too."""
        return sum(group.captions for group in self._groups.values() if group.mixed)

    @property
    def boilerplate(self) -> float | None:
        """Of a caption's five-word runs, the share 0-1 that stands in more than half of the captions.

        Of one caption for each set of movements; the median over them. None for fewer than two sets.
        """
        if self.sets < 2:
            return None
        runs = [_runs(text) for _, text in self._kept.values()]
        often = {run for run, count in Counter(run for one in runs for run in one).items() if count > len(runs) / 2}
        return round(median(len(one & often) / len(one) for one in runs), 4)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"captions": self.captions, "same_for_other_movements": self.same, "boilerplate": self.boilerplate}


def _runs(text: str) -> set[tuple[str, ...]]:
    """Runs of five words; a shorter text is one run."""
    words = text.split()
    return set(zip(*(islice(words, n, None) for n in range(_RUN)), strict=False)) or {tuple(words)}
