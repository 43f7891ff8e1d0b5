"""Two timelines on one clock: a common time grid, a shift, and a mirror."""

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.series import Timeline
from cot_engine.evaluation.event_match import family
from cot_engine.evidence import Event
from cot_engine.facs import Side

Values = NDArray[np.float64]

# Turns of head and eyes: one movement to either side, written as two action units.
TURNS = (("AU51", "AU52"), ("AU55", "AU56"), ("AU61", "AU62"))
_OTHER_WAY = {here: there for pair in TURNS for here, there in (pair, pair[::-1])}
_OTHER_SIDE: dict[Side, Side] = {"left": "right", "right": "left", "both": "both"}


def step_of(a: Timeline, b: Timeline) -> float:
    """The finer of the two median frame steps, in seconds: neither clip loses frames, and no frames are made up by halves."""
    return float(min(np.median(np.diff(t.times_s)) for t in (a, b)))


def grid_of(a: Timeline, b: Timeline, step_s: float) -> Values:
    """(T,) times from the earlier start to the later end of the two."""
    start, end = min(a.times_s[0], b.times_s[0]), max(a.times_s[-1], b.times_s[-1])
    return np.asarray(start + step_s * np.arange(int(np.floor((end - start) / step_s + 1e-6)) + 1))


def on_grid(timeline: Timeline, times_s: Values) -> Timeline:
    """The curves at ``times_s``, linear between frames; NaN outside the clip and beside a frame that was not measured."""
    return Timeline(
        times_s,
        {
            au: np.stack([np.interp(times_s, timeline.times_s, sides[:, i], left=np.nan, right=np.nan) for i in (0, 1)], axis=1)
            for au, sides in timeline.intensity.items()
        },
    )


def folded(timeline: Timeline) -> Timeline:
    """The closings of the eyes (43, 45, 46) as one curve."""
    curves: dict[str, Values] = {}
    for au, sides in timeline.intensity.items():
        name = family(au)
        curves[name] = np.fmax(curves[name], sides) if name in curves else sides
    return Timeline(timeline.times_s, curves)


def shifted(timeline: Timeline, by_s: float) -> Timeline:
    """The same curves ``by_s`` later."""
    return Timeline(timeline.times_s + by_s, timeline.intensity)


def mirrored(timeline: Timeline) -> Timeline:
    """What a mirror shows: left and right exchanged, turns of head and eyes the other way (measured both ways, or left out)."""
    curves = timeline.intensity
    sources = {au: _OTHER_WAY.get(au, au) for au in curves}
    return Timeline(timeline.times_s, {au: curves[source][:, ::-1] for au, source in sources.items() if source in curves})


def event_on(event: Event, by_s: float, *, mirror: bool) -> Event:
    """The event ``by_s`` later and, if asked for, in the mirror."""
    moved: dict[str, object] = {name: getattr(event, name) + by_s for name in ("onset_s", "apex_s", "offset_s")}
    if mirror:
        moved |= {
            "au": _OTHER_WAY.get(event.au, event.au),
            "side": _OTHER_SIDE[event.side],
            "left": event.right,
            "right": event.left,
        }
    return event.model_copy(update=moved)


def level(sides: Values) -> Values:
    """(T,) the stronger of what is known of the two sides (T, 2); NaN where neither is."""
    return np.asarray(np.fmax(sides[:, 0], sides[:, 1]))
