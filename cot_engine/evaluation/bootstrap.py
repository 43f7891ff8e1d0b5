"""Intervals by resampling people: frames of one face are no independent witnesses, people are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000


@dataclass(frozen=True)
class Interval:
    """A value, its 95 % interval (NaN where none can be given) and on how many items it rests."""

    value: float
    low: float
    high: float
    n: int


def draw(subjects: int, seed: int, draws: int = DRAWS) -> NDArray[np.int64]:
    """(draws, subjects) how often each subject is in each resample (Efron's bootstrap, with replacement)."""
    return np.random.default_rng(seed).multinomial(subjects, np.full(subjects, 1 / subjects), size=draws)


def interval(value: float, samples: NDArray[np.float64], n: int) -> Interval:
    """``value`` with the 2.5 and 97.5 percentiles of its (draws,) resampled values.

    A draw in which the value is not defined does not count; where that is more than half of them there is no interval.
    """
    known = samples[np.isfinite(samples)]
    if len(known) * 2 < len(samples) or len(known) == 0:
        return Interval(float(value), float("nan"), float("nan"), n)
    low, high = np.percentile(known, [2.5, 97.5])
    return Interval(float(value), float(low), float(high), n)


def median_draws(values: NDArray[np.float64], owner: NDArray[np.int64], weights: NDArray[np.int64]) -> NDArray[np.float64]:
    """(draws,) medians of ``values`` (N,), each belonging to subject ``owner`` (N,), under ``weights`` (draws, subjects)."""
    if not len(values):
        return np.full(len(weights), np.nan)
    order = np.argsort(values, kind="stable")
    # How many drawn values there are up to and including each: the one at place p is the first with more than p.
    reached = np.cumsum(weights[:, owner[order]], axis=1)
    total = reached[:, -1]
    low, high = (np.argmax(reached > place[:, None], axis=1) for place in ((total - 1) // 2, total // 2))
    middle = (values[order][low] + values[order][high]) / 2
    return np.where(total > 0, middle, np.nan)
