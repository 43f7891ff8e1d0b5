"""The curve of one action unit as a chart draws it: thinned, and with its sides together or apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.series import Timeline
from cot_engine.evidence import Event

Values = NDArray[np.float64]

# More points than a chart has pixels to show them in only make the file larger.
_POINTS = 400
# Half a FACS letter: smaller differences between the sides are not worth a mirrored row.
_SIDES_DIFFER = 0.5


@dataclass(frozen=True)
class Curve:
    """``times_s``, ``left`` and ``right`` are (T,); NaN where nothing was measured. ``measured`` is false for a curve drawn
    through the events alone."""

    times_s: Values
    left: Values
    right: Values
    sides_differ: bool
    measured: bool

    @property
    def stronger(self) -> Values:
        return np.fmax(self.left, self.right)


def curve_of(au: str, events: Sequence[Event], timeline: Timeline | None) -> Curve:
    """The measured curve of ``au``, or straight lines through onset, apex and offset where there is none."""
    if timeline is None or au not in timeline.intensity:
        return _through(sorted(events, key=lambda event: event.onset_s))
    times, values = _thin(timeline.times_s, timeline.intensity[au])
    values = np.clip(values, 0, 5)
    moving = np.zeros(len(times), bool)
    for event in events:
        moving |= (times >= event.onset_s) & (times <= event.offset_s)
    apart = np.abs(values[moving, 0] - values[moving, 1]) > _SIDES_DIFFER
    differ = bool(apart.any()) or any(event.side != "both" for event in events)
    return Curve(times, values[:, 0], values[:, 1], differ, measured=True)


def _thin(times: Values, values: Values) -> tuple[Values, Values]:
    """At most ``_POINTS`` points, each the maximum of its stretch, so that no peak is lost."""
    if len(times) <= _POINTS:
        return times, values
    starts = np.linspace(0, len(times), _POINTS, endpoint=False).astype(int)
    return times[starts], np.fmax.reduceat(values, starts, axis=0)


def _through(events: Sequence[Event]) -> Curve:
    times: list[float] = []
    left: list[float] = []
    right: list[float] = []
    for event in events:
        times += [event.onset_s, event.apex_s, event.offset_s, event.offset_s]
        for side, values, peak in (("left", left, event.left), ("right", right, event.right)):
            if peak is None:
                peak = event.intensity if event.side in (side, "both") else 0.0
            values += [0.0, peak, 0.0, np.nan]
    differ = any(
        event.side != "both"
        or (event.left is not None and event.right is not None and abs(event.left - event.right) > _SIDES_DIFFER)
        for event in events
    )
    return Curve(np.array(times), np.array(left), np.array(right), differ, measured=False)
