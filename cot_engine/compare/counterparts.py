"""Which movement of A is which of B: matched, lost, added, or without a judge."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.series import Timeline
from cot_engine.compare.align import Aligned, Laid
from cot_engine.compare.comparison import Kind, Lone, Match, NotCompared, Which
from cot_engine.compare.grid import Values, level
from cot_engine.compare.sides import side_agreement
from cot_engine.evaluation.event_match import family, pair_up
from cot_engine.evaluation.presence import PRESENT_ABOVE
from cot_engine.evidence import RELIABLE, Event, Evidence
from cot_engine.judging import TOLERANCE_S

# A movement that covers this share of another, or rises this far beside it, is its counterpart.
_HALF = 0.5


@dataclass(frozen=True)
class Counterparts:
    """Every event of grade B or more of both clips, in exactly one of four lists."""

    matched: tuple[Match, ...]
    lost: tuple[Lone, ...]
    added: tuple[Lone, ...]
    not_compared: tuple[NotCompared, ...]


@dataclass(frozen=True)
class _Clip:
    """One side: its curves and events on A's clock; ``starts_s`` is where its own clock starts on A's."""

    which: Which
    timeline: Timeline
    evidence: Evidence
    events: tuple[Laid, ...]
    starts_s: float

    @property
    def name(self) -> str:
        return self.which.upper()

    def level(self, event: Event) -> Values:
        """(T,) the curve that the event was read from."""
        return level(self.timeline.intensity[family(event.au)])

    def known_at(self, event: Event, time_s: float) -> bool:
        return bool(np.isfinite(self.level(event)[np.argmin(np.abs(self.timeline.times_s - time_s))]))

    def highest(self, event: Event) -> float:
        """The most that this clip shows during an event of the other."""
        found = self.level(event)[_within(self.timeline.times_s, event)]
        found = found[np.isfinite(found)]
        return float(found.max()) if len(found) else 0.0


def find_counterparts(aligned: Aligned, evidence: tuple[Evidence, Evidence], trust: Mapping[str, float]) -> Counterparts:
    """Finds the counterpart of every event.

    Two events match when they are of one action unit and overlap, or lie at most ``TOLERANCE_S`` apart; each is used once, with
    the greatest total overlap. An event that is left over still matches as ``part`` of an event of the other clip that covers
    at least half of it (a dip cuts a movement in two), or on the ``curve``: whether a reading passes the threshold of an event
    is partly chance, so it is enough that the other curve, within that tolerance and where it has no event at all, is of grade
    B and rises above its own lowest level at least half as far. An event that lies for more than half where the other clip
    was not measured is not compared.

    Args:
        trust: of every action unit that can be compared, the lower of the two.
    """
    a = _Clip("a", aligned.a, evidence[0], _graded(aligned.events_a), 0.0)
    b = _Clip("b", aligned.b, evidence[1], _graded(aligned.events_b), -aligned.lag_s)
    unjudged = {
        (clip.which, x): why
        for clip, other in ((a, b), (b, a))
        for x in clip.events
        if (why := _no_judge(x.seen, other, trust))
    }
    of_a, of_b = ([x for x in clip.events if (clip.which, x) not in unjudged] for clip in (a, b))
    pairs = pair_up([_wider(x.seen, TOLERANCE_S / 2) for x in of_a], [_wider(x.seen, TOLERANCE_S / 2) for x in of_b])
    matched = [_pair(a, of_a[i], b, of_b[j], "event") for i, j in pairs]
    lone: dict[Which, list[Lone]] = {"a": [], "b": []}
    for clip, other, rest in (
        (a, b, [x for i, x in enumerate(of_a) if i not in {p[0] for p in pairs}]),
        (b, a, [x for j, x in enumerate(of_b) if j not in {p[1] for p in pairs}]),
    ):
        for one in rest:
            if match := _part(clip, one, other) or _on_the_curve(clip, one, other):
                matched.append(match)
            else:
                lone[clip.which].append(_lone(one, other, trust))
    return Counterparts(
        matched=tuple(sorted(matched, key=lambda m: (m.start_s, m.au))),
        lost=tuple(lone["a"]),
        added=tuple(lone["b"]),
        not_compared=tuple(
            NotCompared(clip=which, event=x.event, **_times(x), reason=why) for (which, x), why in unjudged.items()
        ),
    )


def _graded(events: tuple[Laid, ...]) -> tuple[Laid, ...]:
    return tuple(x for x in events if x.event.intensity > PRESENT_ABOVE)


def _no_judge(seen: Event, other: _Clip, trust: Mapping[str, float]) -> str | None:
    """Why the other clip cannot be asked about this event; None where it can."""
    au = family(seen.au)
    if au not in trust:
        return f"{au} was not measured in {other.name}"
    times = other.timeline.times_s
    length = seen.offset_s - seen.onset_s
    inside = seen.span.overlap(float(times[0]), float(times[-1])) / length if length > 0 else 1.0
    if inside >= _HALF and np.isfinite(other.level(seen)[_within(times, seen)]).mean() >= _HALF:
        return None
    start, end = seen.onset_s - other.starts_s, seen.offset_s - other.starts_s
    if min(end, other.evidence.duration_s) - max(start, 0.0) < _HALF * length:
        return f"{other.name} begins later" if start < 0 else f"{other.name} does not last as long"
    if other.evidence.hidden_share(seen.au, seen.side, start, end) > 0:
        return f"that part of the face was hidden in {other.name}"
    return f"the face was not seen in {other.name}"


def _pair(a: _Clip, of_a: Laid, b: _Clip, of_b: Laid, kind: Kind) -> Match:
    x, y = of_a.seen, of_b.seen
    sides = side_agreement(of_a.event, of_b.event)
    whole, apexes = kind == "event", b.known_at(x, x.apex_s) and a.known_at(y, y.apex_s)
    match = _match(kind, of_a, _peak(x, a, b), of_b, _peak(y, b, a))
    # The later of two onsets, and the earlier of two offsets, must have been seen: then the other is at least so far away.
    return match.model_copy(
        update={
            "onset_ms": _ms(y.onset_s - x.onset_s) if whole and max(x, y, key=lambda e: e.onset_s).onset_seen else None,
            "apex_ms": _ms(y.apex_s - x.apex_s) if whole and apexes else None,
            "offset_ms": _ms(y.offset_s - x.offset_s) if whole and min(x, y, key=lambda e: e.offset_s).offset_seen else None,
            "side_agreement": None if sides is None else round(sides[0], 3),
        }
    )


def _part(clip: _Clip, one: Laid, other: _Clip) -> Match | None:
    """A match with a longer event of the other clip."""
    least = _HALF * (one.seen.offset_s - one.seen.onset_s)
    same = [x for x in other.events if family(x.seen.au) == family(one.seen.au)]
    longer = next((x for x in same if x.seen.span.overlap(one.seen.onset_s, one.seen.offset_s) >= least > 0), None)
    if longer is None:
        return None
    sides = ((clip, one), (other, longer)) if clip.which == "a" else ((other, longer), (clip, one))
    return _pair(*sides[0], *sides[1], "part")


def _on_the_curve(clip: _Clip, one: Laid, other: _Clip) -> Match | None:
    """A match with a movement that stayed under the threshold of an event of its own."""
    seen = _wider(one.seen, TOLERANCE_S)
    events = [x for x in other.events if family(x.seen.au) == family(seen.au)]
    if not one.event.strength_measured or any(x.seen.span.overlap(seen.onset_s, seen.offset_s) > 0 for x in events):
        return None
    peak, found = _peak(one.seen, clip, other), other.highest(seen)
    rise, own_rise = found - np.nanmin(other.level(seen)), peak - np.nanmin(clip.level(seen))
    if found <= PRESENT_ABOVE or rise < _HALF * own_rise:
        return None
    return _match("curve", one, peak, None, found) if clip.which == "a" else _match("curve", None, found, one, peak)


def _match(kind: Kind, a: Laid | None, peak_a: float, b: Laid | None, peak_b: float) -> Match:
    there = [x for x in (a, b) if x]
    measured = peak_a > 0 and all(x.event.strength_measured for x in there)
    return Match(
        au=family(there[0].seen.au),
        kind=kind,
        start_s=_times(there[0])["start_s"],
        a=a.event if a else None,
        b=b.event if b else None,
        peak_a=round(peak_a, 2),
        peak_b=round(peak_b, 2),
        strength_ratio=round(peak_b / peak_a, 2) if measured else None,
    )


def _lone(one: Laid, other: _Clip, trust: Mapping[str, float]) -> Lone:
    au = family(one.seen.au)
    highest = round(other.highest(one.seen), 2)
    return Lone(au=au, event=one.event, **_times(one), other_peak=highest, reliable=trust[au] >= RELIABLE)


def _peak(seen: Event, clip: _Clip, other: _Clip) -> float:
    """The event's own peak, or that of the part of it which the other clip could show."""
    if other.known_at(seen, seen.apex_s):
        return seen.intensity
    own = clip.level(seen)
    shared = own[_within(clip.timeline.times_s, seen) & np.isfinite(own) & np.isfinite(other.level(seen))]
    return float(shared.max()) if len(shared) else seen.intensity


def _wider(event: Event, by_s: float) -> Event:
    return event.model_copy(update={"onset_s": event.onset_s - by_s, "offset_s": event.offset_s + by_s})


def _within(times: Values, event: Event) -> NDArray[np.bool_]:
    """The rows of an event; the nearest one when it is shorter than a step."""
    inside = (times >= event.onset_s) & (times <= event.offset_s)
    if not inside.any():
        inside[np.argmin(np.abs(times - event.apex_s))] = True
    return inside


def _times(one: Laid) -> dict[str, float]:
    """On A's clock; adding 0 takes the sign off a rounded zero."""
    return {"start_s": round(one.seen.onset_s, 3) + 0.0, "end_s": round(one.seen.offset_s, 3) + 0.0}


def _ms(seconds: float) -> int:
    return round(1000 * seconds)
