"""The one sampler: which frames of a clip a model looks at, in training and when it answers.

Onset, apex and offset of the strongest measured movements, the face at rest for comparison, and whole pictures at low
resolution for context. Deterministic; times, not pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cot_engine.evidence import Event, Evidence

Role = Literal["rest", "onset", "apex", "offset", "context"]

BUDGET = 8
"""Frames of one clip."""
_CONTEXT = 1
# Among equals the face tells more than gaze, blinks and head.
_PLAIN = ("AU43", "AU45", "AU46")
# At rest means this far from every movement.
_CLEAR_S = 0.1


@dataclass(frozen=True)
class ChosenFrame:
    """``row``: index into the times that were given; ``event``: index of the event that made the frame worth a look."""

    row: int
    time_s: float
    role: Role
    event: int | None = None


@dataclass(frozen=True)
class Picture:
    """A chosen frame as a model is given it, in training and when it answers. ``jpeg``: the whole file."""

    frame: ChosenFrame
    jpeg: bytes


def strongest_events(evidence: Evidence, count: int) -> list[int]:
    """Indices of the most telling events, the strongest of each AU, best first; ties go to the earlier one."""
    best: dict[str, int] = {}
    for i, event in enumerate(evidence.events):
        if event.au not in best or event.intensity > evidence.events[best[event.au]].intensity:
            best[event.au] = i
    return sorted(best.values(), key=lambda i: _telling(evidence.events[i]), reverse=True)[:count]


def nearest(times_s: Sequence[float], time_s: float) -> int:
    """Index of the time closest to ``time_s``; the earlier of two equally close ones."""
    return min(range(len(times_s)), key=lambda row: abs(times_s[row] - time_s))


def choose_frames(evidence: Evidence, times_s: Sequence[float], budget: int = BUDGET) -> list[ChosenFrame]:
    """At most ``budget`` frames in order of time, none twice.

    Apexes come first, then onsets, then offsets, each from the strongest movement down, until the budget is spent. Boundaries
    that were out of view are not shown: there is no such moment.

    Args:
        times_s: times of the frames in which the face was measured, ascending, in seconds.
    """
    if budget < 1 or not times_s:
        return []
    chosen: dict[int, ChosenFrame] = {}

    def take(time_s: float, role: Role, event: int | None = None) -> None:
        row = nearest(times_s, time_s)
        if len(chosen) < budget - context:
            chosen.setdefault(row, ChosenFrame(row, float(times_s[row]), role, event))

    context = min(_CONTEXT, budget - 1, len(times_s) - 1)
    order = strongest_events(evidence, budget)
    if order:
        take(evidence.events[order[0]].apex_s, "apex", order[0])
    if (rest := _rest(evidence, times_s)) is not None:
        take(times_s[rest], "rest")
    # The two strongest movements are shown whole before a third is shown at all.
    for group in (order[:2], order[2:]):
        for role in ("apex", "onset", "offset"):
            for i in group:
                event = evidence.events[i]
                if role == "apex":
                    take(event.apex_s, "apex", i)
                elif role == "onset" and event.onset_seen:
                    take(event.onset_s, "onset", i)
                elif role == "offset" and event.offset_seen:
                    take(event.offset_s, "offset", i)
    if not chosen:
        take(times_s[len(times_s) // 2], "rest")
    _add_context(chosen, times_s, context)
    return [chosen[row] for row in sorted(chosen)]


def _add_context(chosen: dict[int, ChosenFrame], times_s: Sequence[float], count: int) -> None:
    """Whole pictures, spread evenly over the clip, where no frame is chosen yet."""
    for n in range(count):
        wanted = times_s[0] + (times_s[-1] - times_s[0]) * (n + 0.5) / count
        free = [row for row in range(len(times_s)) if row not in chosen]
        row = min(free, key=lambda row: abs(times_s[row] - wanted), default=None)
        if row is not None:
            chosen[row] = ChosenFrame(row, float(times_s[row]), "context")


def _rest(evidence: Evidence, times_s: Sequence[float]) -> int | None:
    """The first frame that is clear of every movement; None when the face is never at rest."""
    for row, time_s in enumerate(times_s):
        if not any(e.onset_s - _CLEAR_S <= time_s <= e.offset_s + _CLEAR_S for e in evidence.events):
            return row
    return None


def _telling(event: Event) -> tuple[bool, float, float]:
    number = int(event.au.removeprefix("AU"))
    return (event.au not in _PLAIN and number < 50, event.intensity, -event.onset_s)
