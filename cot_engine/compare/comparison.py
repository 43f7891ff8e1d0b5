"""The comparison of two clips. Its JSON is the public format ``cot-engine/comparison/1``.

A is what is followed (driver, before, first person), B is held against it. Unless a field says otherwise, times are seconds on
A's clock, differences are B minus A, and times of B had the common lag taken off.
"""

from typing import Literal

from pydantic import ConfigDict, Field

from cot_engine.evidence import Event, Record
from cot_engine.report import LabelResult, Note

Which = Literal["a", "b"]
Kind = Literal["event", "part", "curve"]
Status = Literal["both", "only_a", "only_b", "neither", "not_comparable"]


class Compared(Record):
    """One of the two clips and the person in it who was compared."""

    path: str
    kind: str
    duration_s: float
    frames: int
    fps: float | None
    track: int
    source: str = Field(description="what measured the action units")
    talking_s: tuple[tuple[float, float], ...] = Field(description="on the clip's own clock")
    label: LabelResult | None = Field(description="None where no label was asked for")


class Alignment(Record):
    """How B was laid over A: one shift for the whole clip, no stretching.

    ``lag_ms`` > 0: B is later. None: no shift within ``bound_ms`` makes the movements run together (``correlation`` is then
    that of the best shift, which was not used), and the clips are compared as they start.
    """

    lag_ms: int | None
    bound_ms: int
    step_ms: float = Field(description="step of the common time grid: the finer of the two clips' frame steps")
    correlation: float | None = Field(description="of all movements together, at the best shift")
    correlation_unshifted: float | None
    compared_s: float = Field(description="seconds in which both faces were measured")
    share_of_a: float = Field(description="of the time in which A's face was measured")
    share_of_b: float


class AUComparison(Record):
    """One action unit in both clips; closings of the eyes (43, 45, 46) are one. Eye and head turns are A's where B is mirrored.

    ``pcc`` and ``ccc`` are Pearson's r and Lin's concordance over the shared frames; ``lag_ms`` is B's delay on top of the
    common lag, searched within ``Comparison.au_lag_bound_ms``. They are None, and ``reason`` says why, where they would mean
    nothing.
    """

    au: str
    name: str
    status: Status
    reason: str | None = None
    trust: float = Field(description="the lower of the two clips' trust in this action unit")
    pcc: float | None = None
    ccc: float | None = None
    lag_ms: int | None = None
    peak_a: float | None = Field(default=None, description="highest intensity 0-5 in the shared frames")
    peak_b: float | None = None
    matched: int = 0
    lost: int = 0
    added: int = 0


class Match(Record):
    """A movement that is in both clips.

    ``a`` and ``b`` are the events as measured, each on its own clip's clock. ``kind``: ``event``, one is the other's
    counterpart; ``part``, one is part of a longer event that has its own counterpart; ``curve``, one of them is None because
    that clip's curve rises too little for an event of its own, but at least half as far. Only the first has times to compare.

    ``strength_ratio`` is peak B / peak A, None where a source does not measure strength. A border that only one clip shows
    counts as far as it is certain: a movement that still goes on when A ends, and is over in B by then, ends at least so much
    earlier. ``side_agreement``: 1 the same sides, 0 the opposite side, None where there are no sides to tell.
    """

    au: str
    kind: Kind
    start_s: float = Field(description="on A's clock")
    a: Event | None
    b: Event | None
    peak_a: float
    peak_b: float
    strength_ratio: float | None
    onset_ms: int | None = None
    apex_ms: int | None = None
    offset_ms: int | None = None
    side_agreement: float | None = None


class Lone(Record):
    """A movement of one clip that the other does not show although it could have been seen there.

    ``event`` is as measured, ``start_s`` and ``end_s`` say when that is on A's clock; ``other_peak`` is the most that the
    other clip shows of it then. ``reliable`` is false for an action unit whose absence is weak evidence.
    """

    au: str
    event: Event
    start_s: float
    end_s: float
    other_peak: float
    reliable: bool


class NotCompared(Record):
    """An event that has no judge: the other clip was not measured there. ``clip`` says whose it is."""

    clip: Which
    event: Event
    start_s: float
    end_s: float
    reason: str


class Sides(Record):
    """``mirrored``: B moves the opposite sides of A (and turns the other way). None where nothing one-sided moves in both.

    Where it is true, everything but the sides was compared with B mirrored back, so that one fault is not counted twice.
    ``agreement`` in -1 to 1 is the cosine of the two clips' left-minus-right curves.
    """

    mirrored: bool | None
    agreement: float | None


class Part(Record):
    """One part of the score: ``value`` 0-1 or None where it is not defined, from ``n`` items."""

    name: Literal["events", "curves", "timing", "sides"]
    value: float | None
    weight: float
    n: int
    meaning: str


class Fidelity(Record):
    """``score`` 0-1 (see ``compare.score``), or None with the ``reason`` why no score is defined."""

    score: float | None
    reason: str | None
    parts: tuple[Part, ...]


class LabelAgreement(Record):
    """``agree`` is None where one of the two answers is "not sure". ``overlap`` 0-1 is the sum of the smaller probabilities."""

    a: str | None
    b: str | None
    agree: bool | None
    overlap: float


class Comparison(Record):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["cot-engine/comparison/1"] = Field(default="cot-engine/comparison/1", alias="schema")
    version: str
    a: Compared
    b: Compared
    still: bool = Field(description="both are still pictures: there are no times, no curves and no score")
    alignment: Alignment | None
    au_lag_bound_ms: int
    fidelity: Fidelity
    action_units: tuple[AUComparison, ...]
    matched: tuple[Match, ...]
    lost: tuple[Lone, ...] = Field(description="events of A that B does not show")
    added: tuple[Lone, ...] = Field(description="events of B that A does not show")
    not_compared: tuple[NotCompared, ...]
    sides: Sides
    labels: LabelAgreement | None
    explanation: tuple[str, ...] = Field(description="sentences made of the numbers above")
    warnings: tuple[Note, ...]

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, indent=2)
