"""The report: the result of the main job. Its JSON is the public format ``cot-engine/report/1``.

Times are seconds from the first frame, intensities 0-5 with their FACS letter, sides the person's own left and right.
"""

from typing import Literal

from pydantic import ConfigDict, Field

from cot_engine.evidence import Event, Hidden, Pose, Quality, Record, Span
from cot_engine.facs import Grade, Side
from cot_engine.trace import Trace

Verdict = Literal["supported", "contradicted", "unverifiable"]
Stance = Literal["asserted", "denied", "hedged"]
Section = Literal["observations", "interpretation", "conclusion"]


class Note(Record):
    """A warning in words with a stable code, e.g. ``no_dynamics``, ``truncated``, ``no_neutral``."""

    code: str
    message: str


class Claim(Record):
    """One checkable statement found in a trace.

    ``start``/``end`` are character offsets of ``text`` in the text it was found in. ``au`` is None for statements about the
    whole face (at rest, talking) or about visibility. ``event`` is the index of the measured event the claim was held
    against; ``reason`` says in words why the verdict was given.
    """

    text: str
    au: str | None
    side: Side | None = None
    stance: Stance
    times_s: tuple[float, ...] = ()
    grades: tuple[Grade, ...] = ()
    verdict: Verdict
    reason: str
    event: int | None = None
    start: int
    end: int


class TraceOut(Record):
    """A trace as it stands in a report: its three parts and its text form."""

    observations: tuple[str, ...]
    interpretation: str
    conclusion: str
    text: str

    @classmethod
    def of(cls, trace: Trace) -> "TraceOut":
        return cls(
            observations=trace.observations,
            interpretation=trace.interpretation,
            conclusion=trace.conclusion,
            text=trace.text,
        )


class LabelResult(Record):
    """``name`` is None when ``abstained``: the best probability stayed below the threshold, or nothing could be judged."""

    name: str | None
    probability: float
    abstained: bool
    threshold: float
    probabilities: dict[str, float]


class Person(Record):
    track: int
    main: bool
    why: str = Field(description="why this person was or was not chosen as the main one")
    seen_s: tuple[tuple[float, float], ...]
    baseline: Literal["person", "population", "source"]
    pose: Pose | None
    quality: Quality | None
    reach: dict[str, float] = Field(description="trust 0-1 of every AU that was measured; others were not")
    hidden: tuple[Hidden, ...]
    talking_s: tuple[tuple[float, float], ...]
    events: tuple[Event, ...]
    trace: TraceOut | None
    claims: tuple[Claim, ...]
    omissions: tuple[int, ...] = Field(description="indices of events of grade C or more that the trace leaves out")
    label: LabelResult | None = Field(description="None in observe mode")
    warnings: tuple[Note, ...] = ()


class Clip(Record):
    path: str
    kind: Literal["video", "image", "animation", "frames", "table"]
    duration_s: float
    frames: int
    fps: float | None
    width: int | None = None
    height: int | None = None
    decoder: str | None = None


class Model(Record):
    """What explained the evidence, and what measured it."""

    name: str
    labels: str | None
    action_units: str
    version: str


class Report(Record):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["cot-engine/report/1"] = Field(default="cot-engine/report/1", alias="schema")
    clip: Clip
    model: Model
    warnings: tuple[Note, ...]
    people: tuple[Person, ...]

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, indent=2)


def spans_of(spans: tuple[Span, ...]) -> tuple[tuple[float, float], ...]:
    """Spans as pairs of start and end, the form they have in a report."""
    return tuple((span.start_s, span.end_s) for span in spans)
