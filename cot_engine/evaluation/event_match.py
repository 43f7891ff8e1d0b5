"""Measured events against true ones: which are found, missed or invented, how far off in time, and on which side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS, Side

# One movement read from one curve; how long it lasts and on which side decides its name.
_CLOSINGS = frozenset({"AU43", "AU45", "AU46"})


def family(au: str) -> str:
    """The AU under which a movement is scored: closings of the eyes (43, 45, 46) count as AU43."""
    return "AU43" if au in _CLOSINGS else au


def pair_up(true: Sequence[Event], measured: Sequence[Event]) -> list[tuple[int, int]]:
    """Pairs (index of a true event, index of a measured one): same AU, each used once, with the greatest total overlap in time.

    Events that share no time are never paired.
    """
    from scipy.optimize import linear_sum_assignment

    if not true or not measured:
        return []
    overlap = np.array(
        [[t.span.overlap(m.onset_s, m.offset_s) if family(t.au) == family(m.au) else 0.0 for m in measured] for t in true]
    )
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    return [(int(t), int(m)) for t, m in zip(rows, columns, strict=True) if overlap[t, m] > 0]


@dataclass(frozen=True)
class Timing:
    """Measured minus true moment in milliseconds; None where either border was not seen (clip's end, face or part hidden)."""

    onset_ms: float | None
    apex_ms: float
    offset_ms: float | None


def timing(true: Event, measured: Event) -> Timing:
    """How far off a matched event is in time."""
    onset = (measured.onset_s - true.onset_s) * 1000 if true.onset_seen and measured.onset_seen else None
    offset = (measured.offset_s - true.offset_s) * 1000 if true.offset_seen and measured.offset_seen else None
    return Timing(onset, (measured.apex_s - true.apex_s) * 1000, offset)


def stronger_side(event: Event) -> Side:
    """The side with the higher peak, however small the difference; ``"both"`` when they are equal."""
    if event.left is None or event.right is None or event.left == event.right:
        return event.side
    return "left" if event.left > event.right else "right"


def sides_swapped(true: Event, measured: Event) -> bool | None:
    """Left/right confusion: is the stronger measured side the wrong one? None unless the true event is one-sided and the
    estimator tells sides apart."""
    if true.side == "both" or not measured.side_measured:
        return None
    return stronger_side(measured) not in (true.side, "both")


def sidedness_wrong(true: Event, measured: Event) -> bool | None:
    """Both-or-one confusion: was one side called both, or both called one? None for an AU without sides, and where the
    estimator does not tell them apart."""
    if not ACTION_UNITS[true.au].sided or not measured.side_measured:
        return None
    return (true.side == "both") != (measured.side == "both")
