"""B laid over A: one grid, one shift for the whole clip, and the mirror undone where B is A in a mirror.

There is no time warping: stretching time until the curves fit would hide the timing errors that a comparison is to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cot_engine.action_units.series import Timeline
from cot_engine.compare.comparison import Alignment, Sides
from cot_engine.compare.grid import Values, event_on, grid_of, mirrored, on_grid, shifted, step_of
from cot_engine.compare.lag import find_lag, levels
from cot_engine.compare.sides import find_sides
from cot_engine.compare.subject import Subject
from cot_engine.evidence import RELIABLE, Event

# The largest shift that is looked for, and no more than half of the shorter clip.
MAX_LAG_S = 2.0


@dataclass(frozen=True)
class Laid:
    """An event as measured, and as ``seen`` on A's clock, mirrored back where B is mirrored."""

    event: Event
    seen: Event


@dataclass(frozen=True)
class Aligned:
    """Both clips on A's clock: ``a`` and ``b`` share their times (T,). ``alignment`` is None for still pictures."""

    a: Timeline
    b: Timeline
    events_a: tuple[Laid, ...]
    events_b: tuple[Laid, ...]
    lag_s: float
    sides: Sides
    alignment: Alignment | None

    @property
    def times_s(self) -> Values:
        return self.a.times_s


def align(a: Subject, b: Subject, trust: Mapping[str, float]) -> Aligned:
    """Finds the common lag and the mirror, and puts curves and events on A's clock.

    Args:
        trust: of every action unit that both measure (names by ``event_match.family``), the lower of the two.
    """
    aus = list(trust)
    curves_a, curves_b = (Timeline(s.timeline.times_s, {au: s.timeline.intensity[au] for au in aus}) for s in (a, b))
    if a.evidence.still:
        return _overlaid(a, b, _picture(curves_a), _picture(curves_b), trust, 0.0, None)
    step = step_of(curves_a, curves_b)
    times = grid_of(curves_a, curves_b, step)
    bound_s = min(MAX_LAG_S, 0.5 * min(float(np.ptp(t.times_s)) for t in (curves_a, curves_b)))
    lag = find_lag(levels(on_grid(curves_a, times), aus), levels(on_grid(curves_b, times), aus), step, bound_s)
    # The tables and the page tell whole milliseconds: what is told is what was used.
    lag_s = round(lag.lag_s or 0.0, 3)
    curves_b = shifted(curves_b, -lag_s)
    times = grid_of(curves_a, curves_b, step)
    on_a, on_b = on_grid(curves_a, times), on_grid(curves_b, times)
    known_a, known_b = (np.any([np.isfinite(v).any(axis=1) for v in t.intensity.values()], axis=0) for t in (on_a, on_b))
    both = int((known_a & known_b).sum())
    alignment = Alignment(
        lag_ms=None if lag.lag_s is None else round(1000 * lag_s),
        bound_ms=round(1000 * bound_s),
        step_ms=round(1000 * step, 2),
        correlation=None if lag.correlation is None else round(lag.correlation, 3),
        correlation_unshifted=None if lag.unshifted is None else round(lag.unshifted, 3),
        compared_s=round(both * step, 3),
        share_of_a=round(both / max(int(known_a.sum()), 1), 3),
        share_of_b=round(both / max(int(known_b.sum()), 1), 3),
    )
    return _overlaid(a, b, on_a, on_b, trust, lag_s, alignment)


def _overlaid(
    a: Subject,
    b: Subject,
    on_a: Timeline,
    on_b: Timeline,
    trust: Mapping[str, float],
    lag_s: float,
    alignment: Alignment | None,
) -> Aligned:
    sides = find_sides(on_a, on_b, [au for au, sure in trust.items() if sure >= RELIABLE])
    turned = bool(sides.mirrored)
    return Aligned(
        a=on_a,
        b=mirrored(on_b) if turned else on_b,
        events_a=tuple(Laid(e, e) for e in a.evidence.events),
        events_b=tuple(Laid(e, event_on(e, -lag_s, mirror=turned)) for e in b.evidence.events),
        lag_s=lag_s,
        sides=sides,
        alignment=alignment,
    )


def _picture(timeline: Timeline) -> Timeline:
    """The first frame of a still picture, at time 0."""
    return Timeline(np.zeros(1), {au: sides[:1] for au, sides in timeline.intensity.items()})
