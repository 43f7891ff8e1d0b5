"""A clip as a reasoner is given it, what it answered, and the two sides of one change."""

from dataclasses import dataclass, field

from pydantic import Field

from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence import Evidence, Record
from cot_engine.frame_choice import Picture

AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Filmed:
    """A clip that was changed in its pixels, written and perceived anew. ``failed``: the code with which it was refused."""

    edit: str
    case: "Case | None"
    failed: str | None = None


@dataclass(frozen=True)
class Case:
    """What a reasoner sees of one clip, and what is known of it.

    ``filmed``: versions of the clip whose pixels were changed; the first is the clip itself, perceived in the same run.
    """

    id: str
    evidence: Evidence
    pictures: tuple[Picture, ...] = ()
    truth: str | None = None
    subject: str | None = None
    filmed: tuple[Filmed, ...] = field(default=(), repr=False)

    @property
    def whose(self) -> Prediction:
        """Who it is, for the bootstrap over people."""
        return Prediction(id=self.id, subject=self.subject)


class Answer(Record):
    """What was answered to a case under an edit; one line of the journal.

    Attributes:
        key: hash of everything the answer depends on; one that no longer fits is asked for again.
        label: the best label, None below the threshold; ``failed``: the code of a refusal, which answers nothing.
    """

    id: str
    edit: str
    key: str
    label: str | None = None
    probabilities: dict[str, float] = Field(default_factory=dict)
    text: str = ""
    failed: str | None = None

    @property
    def confidence(self) -> float:
        """Probability of the best label; 0 where nothing was answered."""
        return max(self.probabilities.values(), default=0.0)


@dataclass(frozen=True)
class Pair:
    """One case before and after a change.

    Attributes:
        changed: what the reasoner was given; None when the changed clip was refused.
        donor: what was answered to the other clip, where one was used.
        target: the label that a planted text names.
    """

    case: Case
    changed: Case | None
    before: Answer
    after: Answer
    donor: Answer | None = None
    target: str | None = None
