"""Truth and estimates made up for tests: curves that rise, hold and fall."""

import numpy as np

from cot_engine.action_units.events import find_events
from cot_engine.action_units.series import Timeline
from cot_engine.evaluation.au_tally import Estimate, Truth

FPS = 25.0
TIMES = np.arange(75) / FPS
FLAT = np.zeros((75, 2))


def curve(left: float, right: float, onset: float = 0.8, rise: float = 0.4, hold: float = 0.6) -> np.ndarray:
    """(75, 2): straight up from ``onset`` for ``rise`` seconds, held, and down as fast."""
    shape = np.interp(TIMES, [onset, onset + rise, onset + rise + hold, onset + 2 * rise + hold], [0, 1, 1, 0])
    return shape[:, None] * np.array([left, right], float)


def truth(curves, clip="c0", subject="p0", **groups) -> Truth:
    return Truth(clip, subject, Timeline(TIMES, curves), groups)


def estimate(curves, seen=None, events=None) -> Estimate:
    timeline = Timeline(TIMES, curves)
    found = tuple(find_events(timeline, {})) if events is None else events
    return Estimate(timeline, found, TIMES if seen is None else TIMES[seen])


SMILE_SEEN = {"ours": estimate({"AU12": curve(3, 1)}), "raw blendshapes": estimate({"AU12": curve(2, 2)})}
