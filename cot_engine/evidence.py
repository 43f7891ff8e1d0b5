"""Evidence: what was measured for one person, in the form every reasoner reads and the verifier checks against.

Absent, not measured and not visible are three different things here: an AU outside ``reach`` was never measured, a region in
``hidden`` could not be seen for a while, and only an AU that is in reach and visible and has no event is absent.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field

from cot_engine.facs import ACTION_UNITS, Grade, Side, grade

# Parts of the face whose visibility is judged separately; sides are the person's own.
Part = Literal[
    "left brow", "right brow", "left eye", "right eye", "nose", "left cheek", "right cheek", "mouth", "chin"
]  # fmt: skip

# Trust from which an AU's absence is evidence: below it, a movement that was not read may still have been there.
RELIABLE = 0.5

# Why a part could not be seen.
Reason = Literal["hand or object", "mask", "sunglasses", "outside the frame", "turned away", "too small"]

# Of an AU's region, the parts that must be seen to judge its left and its right half.
_PARTS: dict[str, tuple[tuple[Part, ...], tuple[Part, ...]]] = {
    "brow": (("left brow",), ("right brow",)),
    "eye": (("left eye",), ("right eye",)),
    "gaze": (("left eye",), ("right eye",)),
    "nose": (("nose",), ("nose",)),
    "cheek": (("left cheek", "left eye"), ("right cheek", "right eye")),
    "mouth": (("mouth",), ("mouth",)),
    "chin": (("chin",), ("chin",)),
    "jaw": (("mouth", "chin"), ("mouth", "chin")),
    "neck": ((), ()),
    "head": ((), ()),
}


def parts_of(au: str, side: Side = "both") -> tuple[Part, ...]:
    """The face parts that must be visible to judge this AU on this side."""
    left, right = _PARTS[ACTION_UNITS[au].region]
    chosen = {"left": left, "right": right, "both": (*left, *right)}[side]
    return tuple(dict.fromkeys(chosen))


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Record):
    """A stretch of time in seconds from the first frame."""

    start_s: float
    end_s: float

    def overlap(self, start_s: float, end_s: float) -> float:
        """Shared seconds with [start_s, end_s]; 0 when apart."""
        return max(0.0, min(self.end_s, end_s) - max(self.start_s, start_s))


class Event(Record):
    """One AU rising and falling.

    ``intensity`` is the peak on the FACS 0-5 scale of the stronger side, ``left`` and ``right`` the peaks of each side
    where the source measures sides. ``onset_seen``/``offset_seen`` are false when the movement was already there when
    the face came into view, or still there when it left. ``strength_measured`` is false when the source tells only "there or
    not": the intensity is then a nominal value and says nothing about strength. ``side_measured`` is false when the source
    does not tell left from right: ``side`` is then ``"both"`` and says nothing about sides.
    """

    # The computed name and grade are part of the JSON; reading it back ignores them.
    model_config = ConfigDict(extra="ignore", frozen=True)

    au: str
    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    intensity: float
    left: float | None = None
    right: float | None = None
    onset_seen: bool = True
    offset_seen: bool = True
    talking: bool = False
    strength_measured: bool = True
    side_measured: bool = True

    @computed_field  # type: ignore[prop-decorator]
    @property
    def name(self) -> str:
        return ACTION_UNITS[self.au].name

    @computed_field  # type: ignore[prop-decorator]
    @property
    def grade(self) -> Grade:
        letter = grade(self.intensity)
        assert letter is not None, "an event has an intensity above 0"
        return letter

    @property
    def span(self) -> Span:
        return Span(start_s=self.onset_s, end_s=self.offset_s)


class Hidden(Record):
    """A face part that could not be seen during ``spans``, and why."""

    part: Part
    reason: Reason
    spans: tuple[Span, ...]


class Pose(Record):
    """Head pose in degrees: medians and the largest deviation from frontal.

    yaw > 0: turned to the person's own left; pitch > 0: up; roll > 0: tilted to the person's own left.
    """

    yaw: float
    pitch: float
    roll: float
    max_yaw: float
    max_pitch: float


class Quality(Record):
    """``face_px``: median face height in source pixels; ``sharpness``: median variance of the Laplacian on the face scaled
    to 128 px; ``frames``: frames in which the face was measured."""

    face_px: float
    sharpness: float
    frames: int


class Evidence(Record):
    """Everything measured for one person in one clip.

    Attributes:
        source: what measured the AUs, e.g. ``"mediapipe blendshapes"`` or ``"OpenFace 2"``.
        reach: trust in 0-1 for every AU the source can measure; AUs that are not listed were not measured.
        still: true when there is no time to speak of (one or two frames): no onset, no dynamics.
        baseline: ``"person"`` when intensities are relative to a neutral stretch of this person, ``"population"`` when no
            such stretch was found, ``"source"`` when an imported table brings its own.
    """

    source: str
    duration_s: float
    seen: tuple[Span, ...]
    events: tuple[Event, ...]
    reach: dict[str, float]
    hidden: tuple[Hidden, ...] = ()
    talking: tuple[Span, ...] = ()
    still: bool = False
    baseline: Literal["person", "population", "source"] = "person"
    pose: Pose | None = None
    quality: Quality | None = None

    def events_of(self, au: str, side: Side = "both") -> list[Event]:
        """Events of this AU that show on ``side``; ``"both"`` asks for any side."""
        return [e for e in self.events if e.au == au and (side == "both" or e.side in (side, "both"))]

    def must_mention(self) -> list[int]:
        """Indices of the events of grade C or more: leaving one out of an explanation is an omission."""
        return [i for i, event in enumerate(self.events) if event.grade in "CDE"]

    def hidden_share(self, au: str, side: Side, start_s: float, end_s: float) -> float:
        """Share in 0-1 of [start_s, end_s] during which some part needed for this AU and side was hidden.

        A part that is needed for either side hides a two-sided judgement only where both its sides are hidden.
        """
        if side == "both":
            # What is hidden on the left plus on the right counts twice where both are, once where either is.
            left, right = (self.hidden_share(au, one, start_s, end_s) for one in ("left", "right"))
            return max(0.0, left + right - self._covered(parts_of(au), start_s, end_s))
        return self._covered(parts_of(au, side), start_s, end_s)

    def _covered(self, parts: tuple[Part, ...], start_s: float, end_s: float) -> float:
        return union_share((s for h in self.hidden if h.part in parts for s in h.spans), start_s, end_s)

    def hidden_in_view(self, au: str) -> float:
        """``hidden_share`` of this AU on both sides, from the first to the last sight of the face; 1 if there is none."""
        if not self.seen:
            return 1.0
        return self.hidden_share(au, "both", self.seen[0].start_s, self.seen[-1].end_s)


def union_share(spans: Iterable[Span], start_s: float, end_s: float) -> float:
    """Share of [start_s, end_s] covered by at least one span; a moment (start = end) is covered or not (1 or 0)."""
    if end_s <= start_s:
        return float(any(s.start_s <= start_s <= s.end_s for s in spans))
    covered, reached = 0.0, start_s
    for span in sorted(spans, key=lambda s: s.start_s):
        begin, end = max(span.start_s, reached), min(span.end_s, end_s)
        if end > begin:
            covered += end - begin
            reached = end
    return covered / (end_s - start_s)
