"""The same numbers group by group, and how far the groups lie apart.

Groups of a grouping are compared on the same AUs: those shown in every group that is large enough. The spread is the largest
macro F1 minus the smallest. It cannot be negative, so that chance alone makes it larger than 0: read it with its interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cot_engine.evaluation.au_metrics import Pool, Resample
from cot_engine.evaluation.au_tally import Tally
from cot_engine.evaluation.bootstrap import Interval, interval

# A smaller group is listed and makes no claim.
MIN_CLIPS = 30


@dataclass(frozen=True)
class Group:
    """The clips of one value of a grouping; ``claimed`` is false when there are too few of them to speak of."""

    value: str
    pool: Pool
    clips: int
    subjects: int
    claimed: bool
    macro_f1: Interval


@dataclass(frozen=True)
class Grouping:
    """``aus`` are those that all claimed groups show; ``spread`` is None with fewer than two claimed groups."""

    name: str
    groups: tuple[Group, ...]
    aus: tuple[str, ...]
    spread: Interval | None


def group(
    tallies: Sequence[Tally],
    aus: tuple[str, ...],
    resample: Resample,
    name: str,
    order: Sequence[str] = (),
    *,
    min_clips: int = MIN_CLIPS,
) -> Grouping:
    """Scores the clips by their value in the grouping ``name``; values in the given order, then those that it does not hold."""
    found = {t.groups[name] for t in tallies}
    values = [*(value for value in order if value in found), *sorted(found - set(order))]
    pools = {value: Pool(tuple(t for t in tallies if t.groups[name] == value), aus, resample) for value in values}
    claimed = [value for value in values if len(pools[value].tallies) >= min_clips]
    common = np.all([pools[value].shown for value in claimed], axis=0) if claimed else np.zeros(len(aus), bool)
    groups = tuple(_one(value, pool, value in claimed, common) for value, pool in pools.items())
    spread = None
    if len(claimed) > 1 and common.any():
        samples = np.array([pools[value].macro_draws(common) for value in claimed])
        apart = samples.max(axis=0) - samples.min(axis=0)
        scores = [g.macro_f1.value for g in groups if g.claimed]
        spread = interval(max(scores) - min(scores), apart, len(claimed))
    return Grouping(name, groups, tuple(au for au, kept in zip(aus, common, strict=True) if kept), spread)


def _one(value: str, pool: Pool, claimed: bool, common: "np.typing.NDArray[np.bool_]") -> Group:
    # A group too small to be compared need not show the common AUs: it is scored on those it shows.
    over = common if claimed else pool.shown
    subjects = len({t.subject for t in pool.tallies})
    return Group(value, pool, len(pool.tallies), subjects, claimed, pool.macro_f1(over))
