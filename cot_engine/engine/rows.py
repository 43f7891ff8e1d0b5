"""One row of a run: a clip, what was made of it, and why it was or was not accepted."""

from typing import Literal

from pydantic import Field

from cot_engine.engine.loop import Try
from cot_engine.evidence import Evidence, Record
from cot_engine.frame_choice import Role
from cot_engine.trace import Trace


class FrameRef(Record):
    """A chosen frame. ``index``: its number in the source; ``file``: its picture below the run's ``frames`` folder, if kept."""

    index: int
    time_s: float
    role: Role
    event: int | None = None
    file: str | None = None


class Seen(Record):
    """The evidence of a clip and the frames chosen from it."""

    evidence: Evidence
    frames: tuple[FrameRef, ...] = ()


class Row(Record):
    """A finished sample.

    Attributes:
        key: hash of the clip's content and of the part of it that the label is about.
        label: the human label, as the label set names it; None without one.
        split: the data set's own.
        reasons: codes of the last try's faults, of a refusal, or of what kept the clip from the teacher; empty when accepted.
        message: the reason in words where no try tells it.
        tries: every round, the last one being the accepted one in an accepted row.
        coded: the data set's own action units, AU -> ``"A"``-``"E"``, ``"present"`` or ``"absent"``; a teacher that works from
            measured evidence never sees them.
        first: id of the sample with the same content, of a duplicate.
    """

    id: str
    key: str
    status: Literal["accepted", "rejected", "duplicate"]
    label: str | None = None
    raw_label: str | None = None
    split: str | None = None
    subject: str | None = None
    coded: dict[str, str] = Field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    message: str | None = None
    tries: tuple[Try, ...] = ()
    seen: Seen | None = None
    first: str | None = None

    @property
    def trace(self) -> Trace | None:
        """The accepted trace."""
        return self.tries[-1].trace if self.status == "accepted" else None
