"""Speech seen without sound: the lips open and close several times a second."""

import numpy as np
from numpy.typing import NDArray

from cot_engine.evidence import Span

# Openings of the lips per second in speech lie between 2 and 7 (syllable rate); a laugh or a yawn opens them once.
_WINDOW_S = 1.0
_MIN_OPENINGS = 2
# Smallest opening that counts, in distances between the outer eye corners.
_MIN_SWING = 0.025


def find_talking(times_s: NDArray[np.float64], lip_gap: NDArray[np.float64]) -> tuple[Span, ...]:
    """Stretches of speech.

    Args:
        lip_gap: (T,) distance of the inner lips without head motion, in distances between the outer eye corners; NaN where
            the mouth was hidden.
    """
    from scipy.signal import find_peaks

    known = np.isfinite(lip_gap)
    if known.sum() < 8:
        return ()
    gap = np.interp(times_s, times_s[known], lip_gap[known])
    peaks, _ = find_peaks(gap, prominence=_MIN_SWING)
    moments = times_s[[p for p in peaks if known[p]]]
    spans: list[Span] = []
    for first in range(len(moments) - _MIN_OPENINGS):
        last = moments[first + _MIN_OPENINGS]
        if last - moments[first] > _WINDOW_S:
            continue
        if spans and moments[first] <= spans[-1].end_s:
            spans[-1] = Span(start_s=spans[-1].start_s, end_s=round(float(last), 3))
        else:
            spans.append(Span(start_s=round(float(moments[first]), 3), end_s=round(float(last), 3)))
    return tuple(spans)
