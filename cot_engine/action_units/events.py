"""Series -> events: where an AU rises, peaks and falls, on which side, and which closings of the eyes are blinks."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.intensity import BLINK_MAX_S
from cot_engine.action_units.series import Timeline
from cot_engine.arrays import runs
from cot_engine.evidence import Event, Span
from cot_engine.facs import ACTION_UNITS, Side

# Hysteresis in intensity: an event needs _ON somewhere and lasts as long as the AU stays above _OFF.
_ON, _OFF = 1.0, 0.5
_MIN_S = 0.08
# Shorter breaks, in a movement or in its visibility, do not end an event.
_JOIN_S = 0.15
# A side belongs to the event when it reaches this share of the stronger one.
_SIDE_SHARE = 0.45
_AT_PEAK = 0.95

# Lower-face AUs that speech moves too (facs.md of FACS coders: 10, 16-18, 20, 22-28).
_SPEECH = frozenset(f"AU{n}" for n in (10, 16, 17, 18, 20, 22, 23, 24, 25, 26, 28))


def find_events(timeline: Timeline, floors: Mapping[str, float], talking: tuple[Span, ...] = ()) -> list[Event]:
    """All events of all AUs, in order of onset.

    Args:
        floors: AU -> peak intensity below which a rise is taken for noise.
        talking: stretches of speech; mouth events that lie mostly inside are marked.
    """
    events = [
        event
        for au, values in timeline.intensity.items()
        for event in _events_of(au, timeline.times_s, values, max(_ON, floors.get(au, _ON)))
    ]
    events = [_mark_talking(_name_closing(event), talking) for event in events]
    return sorted(events, key=lambda e: (e.onset_s, -e.intensity, ACTION_UNITS[e.au].number))


def _events_of(au: str, times: NDArray[np.float64], values: NDArray[np.float64], floor: float) -> list[Event]:
    known = np.asarray(np.isfinite(values).any(axis=1))
    level = np.where(known, np.nanmax(np.where(np.isfinite(values), values, -1.0), axis=1), 0.0)
    spans = [(a, b) for a, b in runs(level > _OFF) if level[a : b + 1].max() >= _ON]
    events = []
    for start, end in _join(spans, times):
        peak_level = level[start : end + 1].max()
        if peak_level < floor or (len(times) > 1 and times[end] - times[start] < _MIN_S):
            continue
        peaks = np.nanmax(np.where(np.isfinite(values[start : end + 1]), values[start : end + 1], 0.0), axis=0)
        apex = start + int(np.argmax(level[start : end + 1] >= _AT_PEAK * peak_level))
        # Where one side is hidden throughout, nobody knows whether the other one moved alone.
        seen = values[start : end + 1][np.isfinite(values[start : end + 1]).all(axis=1)]
        sided = ACTION_UNITS[au].sided and not np.array_equal(seen[:, 0], seen[:, 1])
        events.append(
            Event(
                au=au,
                side=_side(peaks) if sided else "both",
                onset_s=_crossing(times, level, known, start, -1),
                apex_s=round(float(times[apex]), 3),
                offset_s=_crossing(times, level, known, end, +1),
                intensity=round(float(peak_level), 2),
                left=round(float(peaks[0]), 2) if sided else None,
                right=round(float(peaks[1]), 2) if sided else None,
                side_measured=sided or not ACTION_UNITS[au].sided,
                onset_seen=start > 0 and bool(known[start - 1]),
                offset_seen=end < len(times) - 1 and bool(known[end + 1]),
            )
        )
    return events


def _join(spans: list[tuple[int, int]], times: NDArray[np.float64]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and times[start] - times[joined[-1][1]] <= _JOIN_S:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _side(peaks: NDArray[np.float64]) -> Side:
    if peaks.min() >= _SIDE_SHARE * peaks.max():
        return "both"
    return "left" if peaks[0] > peaks[1] else "right"


def _crossing(
    times: NDArray[np.float64], level: NDArray[np.float64], known: NDArray[np.bool_], inside: int, step: int
) -> float:
    """The moment between frames at which the level crosses ``_OFF``; the frame itself at the end of what was seen."""
    outside = inside + step
    if not 0 <= outside < len(times) or not known[outside] or level[inside] == level[outside]:
        return round(float(times[inside]), 3)
    share = (level[inside] - _OFF) / (level[inside] - level[outside])
    return round(float(times[inside] + share * (times[outside] - times[inside])), 3)


def _name_closing(event: Event) -> Event:
    """Eyes shut for less than half a second are a blink (AU45), on one side only a wink (AU46)."""
    if event.au != "AU43":
        return event
    if event.side != "both":
        return event.model_copy(update={"au": "AU46"})
    brief = event.onset_seen and event.offset_seen and event.offset_s - event.onset_s <= BLINK_MAX_S
    return event.model_copy(update={"au": "AU45"}) if brief else event


def _mark_talking(event: Event, talking: tuple[Span, ...]) -> Event:
    length = event.offset_s - event.onset_s
    if event.au not in _SPEECH or length <= 0:
        return event
    spoken = sum(span.overlap(event.onset_s, event.offset_s) for span in talking)
    return event.model_copy(update={"talking": True}) if spoken > 0.5 * length else event
