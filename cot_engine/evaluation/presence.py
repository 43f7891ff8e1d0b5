"""Is an action unit there? The presence rule, and the counts and scores that follow from it.

The rule: an AU is present where its intensity on the FACS 0-5 scale is of grade B or more, ``facs.grade(x) in "BCDE"``, that
is x > 1.0. On whole-number codes (A = 1 ... E = 5) this is the x >= 2 of the DISFA literature. The same rule reads truth and
estimate.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PRESENT_ABOVE = 1.0

Values = NDArray[np.float64]


def present(intensity: Values) -> NDArray[np.bool_]:
    """Where the intensity 0-5 is of grade B or more; NaN is not."""
    with np.errstate(invalid="ignore"):
        return np.asarray(intensity > PRESENT_ABOVE)


def count(true: NDArray[np.bool_], said: NDArray[np.bool_]) -> Values:
    """(4,) true positives, false positives, false negatives, true negatives. Counts add up over clips and people."""
    return np.array([(true & said).sum(), (~true & said).sum(), (true & ~said).sum(), (~true & ~said).sum()], np.float64)


def precision(counts: Values) -> Values:
    """TP / (TP + FP) of (..., 4) counts; NaN where nothing was said."""
    return _ratio(counts[..., 0], counts[..., 0] + counts[..., 1])


def recall(counts: Values) -> Values:
    """TP / (TP + FN) of (..., 4) counts; NaN where nothing was there."""
    return _ratio(counts[..., 0], counts[..., 0] + counts[..., 2])


def f1(counts: Values) -> Values:
    """2 TP / (2 TP + FP + FN) of (..., 4) counts; NaN where nothing was there and nothing was said."""
    return _ratio(2 * counts[..., 0], 2 * counts[..., 0] + counts[..., 1] + counts[..., 2])


def shown_f1(counts: Values) -> Values:
    """F1 of (..., 4) counts where the AU is there at least once; NaN where it never is, whatever was said."""
    return np.where(counts[..., 0] + counts[..., 2] > 0, f1(counts), np.nan)


def macro_f1(counts: Values, over: NDArray[np.bool_]) -> Values:
    """Mean F1 of the AUs chosen by ``over`` (A,), from (..., A, 4) counts: the number that the BP4D and DISFA literature
    prints.

    An AU that is not shown (in a group, or in a bootstrap draw) has no F1 and is left out; NaN when all are.
    """
    return mean(shown_f1(counts)[..., over])


def mean(values: Values) -> Values:
    """Mean over the last axis of what is defined; NaN where nothing is."""
    known = np.isfinite(values)
    return _ratio(np.where(known, values, 0.0).sum(axis=-1), known.sum(axis=-1))


def _ratio(part: Any, whole: Any) -> Values:
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    share: Values = np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole > 0)
    return share
