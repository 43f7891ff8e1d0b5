"""By how much one clip runs behind the other: cross-correlation of all their movements together, within a stated bound."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.series import Timeline
from cot_engine.compare.grid import TURNS, level

Values = NDArray[np.float64]

# Below this correlation the best shift is chance, not a lag.
MIN_CORRELATION = 0.5
# Talking and blinking repeat themselves: of peaks this close to the best, the smallest shift is taken.
_AS_GOOD = 0.02
# A shift must leave this share of the shorter clip, and this share of the movement of either, in the stretch they share.
_MIN_ROWS, _MIN_MOVEMENT = 0.5, 0.1


@dataclass(frozen=True)
class Lag:
    """``lag_s`` > 0: the second is later; None: no shift is good enough. ``correlation`` is that of the best shift tried."""

    lag_s: float | None
    correlation: float | None
    unshifted: float | None


def levels(timeline: Timeline, aus: list[str]) -> Values:
    """(T, K) one curve a movement, the same in a mirror: the stronger side, and turns to either side as one."""
    curves = {au: level(timeline.intensity[au]) for au in aus}
    for one, other in TURNS:
        if one in curves and other in curves:
            curves[one] = np.fmax(curves[one], curves.pop(other))
    return np.stack(list(curves.values()), axis=1)


def find_lag(a: Values, b: Values, step_s: float, bound_s: float) -> Lag:
    """The shift of ``b`` against ``a`` in seconds.

    ``r(L) = sum_k cov(a_k(t), b_k(t + L)) / sqrt(sum_k var a_k(t) * sum_k var b_k(t + L))`` over the K curves and the times at
    which both are measured. The lag is the highest peak of r within the bound, refined by a parabola through its neighbours; a
    rise that is cut off by the bound is no peak.

    Args:
        a: (T, K) curves on a grid of ``step_s``; NaN where not measured.
        b: (T, K) likewise.
    """
    most = int(bound_s / step_s + 1e-6)
    shifts = np.arange(-most, most + 1)
    rows = min(_rows(a), _rows(b))
    whole = [_spread(x) for x in (a, b)]
    r = np.array([_correlation(a, b, int(k), _MIN_ROWS * rows, [_MIN_MOVEMENT * w for w in whole]) for k in shifts])
    peaks = [i for i in range(1, len(r) - 1) if np.isfinite(r[i - 1 : i + 2]).all() and r[i] >= r[i - 1] and r[i] >= r[i + 1]]
    unshifted = None if np.isnan(r[most]) else float(r[most])
    if not peaks:
        return Lag(None, None if np.isnan(r).all() else float(np.nanmax(r)), unshifted)
    best = max(r[i] for i in peaks)
    chosen = min((i for i in peaks if r[i] >= best - _AS_GOOD), key=lambda i: (abs(int(shifts[i])), -r[i]))
    found = float(r[chosen])
    if found < MIN_CORRELATION:
        return Lag(None, found, unshifted)
    before, after = r[chosen - 1], r[chosen + 1]
    bend = before - 2 * found + after
    part = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return Lag(float((shifts[chosen] + part) * step_s), found, unshifted)


def _correlation(a: Values, b: Values, shift: int, rows: float, least: list[float]) -> float:
    """r of the docstring above; NaN where too little is shared."""
    n = len(a) - abs(shift)
    if n < 2:
        return float("nan")
    x, y = (a[:n], b[shift:]) if shift >= 0 else (a[-shift:], b[:n])
    both = np.isfinite(x) & np.isfinite(y)
    if both.any(axis=1).sum() < max(rows, 2):
        return float("nan")
    x, y = _centred(x, both), _centred(y, both)
    var_x, var_y = float((x * x).sum()), float((y * y).sum())
    if min(var_x, var_y) <= 0 or var_x < least[0] or var_y < least[1]:
        return float("nan")
    return float((x * y).sum() / np.sqrt(var_x * var_y))


def _centred(values: Values, where: NDArray[np.bool_]) -> Values:
    """Each column minus its mean over ``where``, and 0 elsewhere."""
    kept = np.where(where, values, 0.0)
    return np.asarray(np.where(where, kept - kept.sum(axis=0) / np.maximum(where.sum(axis=0), 1), 0.0))


def _rows(values: Values) -> int:
    return int(np.isfinite(values).any(axis=1).sum())


def _spread(values: Values) -> float:
    centred = _centred(values, np.isfinite(values))
    return float((centred * centred).sum())
