"""How perception misreads the studio's performances, learned from films it has read, to be applied to scores nobody filmed.

Thousands of performances can be drawn in the time it takes to film and read one. For a model that learns to explain measured
evidence, what matters is that evidence drawn this way has the gaps, inventions, delays and wrong strengths of real ones.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from cot_engine.evaluation.event_match import pair_up
from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS, Side
from cot_engine.studio.plan import ClipPlan
from cot_engine.studio.truth import seen_events

# An AU that was seldom played is read as well as others of its strength; this many more plays weigh as much as that.
_PRIOR = 6.0
_LEAST_S = 0.08


class _Reading(NamedTuple):
    """What became of one movement that was found: measured over true strength, measured minus true moments, the sides."""

    strength: float
    onset_s: float
    offset_s: float
    apex: float
    one_sided: bool
    kept_side: bool


@dataclass(frozen=True)
class Misreading:
    """Found shares by grade, factors on them by AU, how often an AU's side is not measured, readings of found movements by
    grade, and what was invented per film."""

    found: dict[str, float]
    factor: dict[str, float]
    sideless: dict[str, float]
    readings: dict[str, list[_Reading]]
    invented: list[list[tuple[Event, float]]]

    def read(self, plan: ClipPlan, rng: Generator) -> tuple[Event, ...]:
        """Events as perception might have measured them in a film of ``plan``, in order of onset."""
        duration = plan.frames / plan.fps
        events = [event for true in seen_events(plan) if (event := self._event(true, duration, rng)) is not None]
        taken = {event.au for event in events}
        for event, length in self.invented[int(rng.integers(len(self.invented)))]:
            if event.au not in taken:
                scale = duration / length
                moments = {name: round(getattr(event, name) * scale, 3) for name in ("onset_s", "apex_s", "offset_s")}
                events.append(event.model_copy(update=moments))
        return tuple(sorted(events, key=lambda e: (e.onset_s, e.au)))

    def _event(self, true: Event, duration: float, rng: Generator) -> Event | None:
        if rng.random() >= self.found[true.grade] * self.factor.get(true.au, 1.0) or not self.readings[true.grade]:
            return None
        drawn = self.readings[true.grade][int(rng.integers(len(self.readings[true.grade])))]
        onset = _within(true.onset_s + drawn.onset_s, 0.0, duration) if true.onset_seen else 0.0
        offset = _within(true.offset_s + drawn.offset_s, 0.0, duration) if true.offset_seen else duration
        if offset - onset < _LEAST_S:
            return None
        strength = _within(true.intensity * drawn.strength, 0.6, 5.0)
        told = not ACTION_UNITS[true.au].sided or rng.random() >= self.sideless[true.au]
        side = _side(true, drawn) if told else "both"
        return true.model_copy(
            update={
                "side": side,
                "onset_s": round(onset, 3),
                "apex_s": round(onset + drawn.apex * (offset - onset), 3),
                "offset_s": round(offset, 3),
                "intensity": round(strength, 2),
                "left": round(strength * _share(true, side, "left"), 2) if told and true.left is not None else None,
                "right": round(strength * _share(true, side, "right"), 2) if told and true.right is not None else None,
                "side_measured": told,
            }
        )


def learn(films: Sequence[tuple[ClipPlan, Sequence[Event]]]) -> Misreading:
    """From films: each with its plan and what perception measured in it."""
    plays: list[tuple[Event, Event | None]] = []
    invented = []
    for plan, measured in films:
        true = seen_events(plan)
        pairs = dict(pair_up(true, measured))
        plays += [(event, measured[pairs[i]] if i in pairs else None) for i, event in enumerate(true)]
        length = plan.frames / plan.fps
        invented.append([(event, length) for i, event in enumerate(measured) if i not in pairs.values()])
    by_grade, by_au = defaultdict(list), defaultdict(list)
    for true_event, reading in plays:
        by_grade[true_event.grade].append(reading is not None)
    found = {letter: float(np.mean(by_grade[letter])) if by_grade[letter] else 0.0 for letter in "ABCDE"}
    for true_event, reading in plays:
        by_au[true_event.au].append((reading is not None, found[true_event.grade]))
    factor = {}
    for au, results in by_au.items():
        hits, expected = sum(hit for hit, _ in results), sum(share for _, share in results)
        share = expected / len(results)
        factor[au] = (hits + _PRIOR * share) / (expected + _PRIOR * share) if expected else 1.0
    readings: dict[str, list[_Reading]] = {letter: [] for letter in "ABCDE"}
    for true_event, reading in plays:
        if reading is not None:
            readings[true_event.grade].append(_compare(true_event, reading))
    return Misreading(found, factor, _sideless([event for _, events in films for event in events]), readings, invented)


def _sideless(measured: Sequence[Event]) -> dict[str, float]:
    """How often the side of each AU that has sides is not measured; of one that was never measured, as often as of all."""
    untold = defaultdict(list)
    for event in measured:
        if ACTION_UNITS[event.au].sided:
            untold[event.au].append(not event.side_measured)
    usual = [one for own in untold.values() for one in own] or [False]
    return {au: float(np.mean(untold.get(au, usual))) for au in ACTION_UNITS}


def _compare(true: Event, measured: Event) -> _Reading:
    length = max(measured.offset_s - measured.onset_s, 1e-3)
    return _Reading(
        strength=measured.intensity / true.intensity,
        onset_s=measured.onset_s - true.onset_s,
        offset_s=measured.offset_s - true.offset_s,
        apex=_within((measured.apex_s - measured.onset_s) / length, 0.0, 1.0),
        one_sided=measured.side != "both",
        kept_side=measured.side == "both" or true.side in ("both", measured.side),
    )


def _side(true: Event, drawn: _Reading) -> Side:
    if not ACTION_UNITS[true.au].sided or (true.side == "both" and not drawn.one_sided):
        return "both"
    own: Side = true.side if true.side != "both" else "left" if (true.left or 0) >= (true.right or 0) else "right"
    if drawn.kept_side:
        return own
    return "right" if own == "left" else "left"


def _share(true: Event, side: Side, one: Side) -> float:
    if side != "both":
        return 1.0 if one == side else 0.2
    own, other = (true.left, true.right) if one == "left" else (true.right, true.left)
    return (own or 0.0) / max(own or 0.0, other or 0.0, 1e-6)


def _within(value: float, low: float, high: float) -> float:
    return float(min(max(value, low), high))
