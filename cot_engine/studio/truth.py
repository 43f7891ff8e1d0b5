"""The ground truth of a plan: true intensities frame by frame, and true events."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.events import find_events
from cot_engine.action_units.series import Timeline
from cot_engine.arrays import runs
from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS, Grade, Side, grade
from cot_engine.studio.motion import HEAD_AUS, head_curves, movement_curves
from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.plan import ClipPlan, Movement

# Every AU whose truth the studio knows, in the order of its columns.
STUDIO_AUS: tuple[str, ...] = (*MUSCLES, *HEAD_AUS)

# A movement is seen from the moment it is stronger than half a trace: the same level at which perception begins an event.
_VISIBLE = 0.5
_FINE_S = 0.002


@dataclass(frozen=True)
class TrueEvent:
    """One AU rising and falling, as it was played; movements of one AU that run into each other are one event.

    ``onset_s`` and ``offset_s`` are where the curve leaves and regains 0; ``seen_from_s`` and ``seen_to_s`` where it crosses
    half a trace (0.5), the level at which ``action_units.events`` begins and ends an event; both None when it never gets
    there. Times may lie outside the clip: the movement was then under way when it began, or when it ended. ``intensity`` is
    the peak of the stronger side on the 0-5 scale. ``talking``: it belongs to speech.
    """

    au: str
    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    seen_from_s: float | None
    seen_to_s: float | None
    intensity: float
    left: float
    right: float
    talking: bool = False

    @property
    def grade(self) -> Grade:
        letter = grade(self.intensity)
        assert letter is not None, "an event has an intensity above 0"
        return letter


def intensity_curves(plan: ClipPlan) -> dict[str, NDArray[np.float64]]:
    """The truth of a clip: every AU of ``STUDIO_AUS`` -> (T, 2) intensities 0-5, the person's own left and right."""
    return {**movement_curves(plan.movements, plan.times_s, MUSCLES), **head_curves(plan.head)}


def events(plan: ClipPlan) -> list[TrueEvent]:
    """Every event that shows in the clip, in order of onset; those of the head are read off its curve, as perception does."""
    end_s = plan.frames / plan.fps
    found = [
        _event(group, plan.talking)
        for group in _groups(plan.movements)
        if group[0].onset_s < end_s and max(m.offset_s for m in group) > 0
    ]
    return sorted([*found, *_head_events(plan)], key=lambda e: (e.onset_s, STUDIO_AUS.index(e.au)))


def seen_events(plan: ClipPlan) -> list[Event]:
    """The true events of grade A or more that show in the clip, as evidence describes measured ones: cut off at its ends."""
    end = plan.frames / plan.fps
    found = []
    for event in events(plan):
        start, stop = event.seen_from_s, event.seen_to_s
        if start is None or stop is None or start >= end or stop <= 0 or event.intensity < 1:
            continue
        onset, offset = max(start, 0.0), min(stop, end)
        sided = ACTION_UNITS[event.au].sided
        found.append(
            Event(
                au=event.au,
                side=event.side if sided else "both",
                onset_s=round(onset, 2),
                apex_s=round(min(max(event.apex_s, onset), offset), 2),
                offset_s=round(offset, 2),
                intensity=round(min(event.intensity, 5.0), 1),
                left=round(event.left, 1) if sided else None,
                right=round(event.right, 1) if sided else None,
                onset_seen=start > 0,
                offset_seen=stop < end,
                talking=event.talking,
            )
        )
    return found


def _groups(movements: tuple[Movement, ...]) -> Iterator[list[Movement]]:
    """Movements of one AU that overlap in time, together."""
    for au in dict.fromkeys(movement.au for movement in movements):
        group: list[Movement] = []
        for movement in sorted((m for m in movements if m.au == au), key=lambda m: m.onset_s):
            if group and movement.onset_s >= max(m.offset_s for m in group):
                yield group
                group = []
            group.append(movement)
        yield group


def _event(group: list[Movement], talking: tuple[tuple[float, float], ...]) -> TrueEvent:
    strongest = max(group, key=lambda m: m.intensity)
    onset, offset = group[0].onset_s, max(m.offset_s for m in group)
    sides = {m.side for m in group}
    fine = np.arange(onset, offset + _FINE_S, _FINE_S)
    level = movement_curves(tuple(group), fine, (strongest.au,))[strongest.au].max(axis=1)
    above = runs(level > _VISIBLE)
    return TrueEvent(
        au=strongest.au,
        side=sides.pop() if len(sides) == 1 else "both",
        onset_s=onset,
        apex_s=strongest.apex_s,
        offset_s=offset,
        seen_from_s=round(float(fine[above[0][0]]), 3) if above else None,
        seen_to_s=round(float(fine[above[-1][1]]), 3) if above else None,
        intensity=strongest.intensity,
        left=max(m.left for m in group),
        right=max(m.right for m in group),
        talking=any(start <= onset and offset <= end for start, end in talking),
    )


def _head_events(plan: ClipPlan) -> Iterator[TrueEvent]:
    for event in find_events(Timeline(plan.times_s, head_curves(plan.head)), {}):
        yield TrueEvent(
            au=event.au,
            side="both",
            onset_s=event.onset_s,
            apex_s=event.apex_s,
            offset_s=event.offset_s,
            seen_from_s=event.onset_s,
            seen_to_s=event.offset_s,
            intensity=event.intensity,
            left=event.intensity,
            right=event.intensity,
        )
