"""One answer of a model about one person in one clip, with everything that is needed to judge it."""

from pydantic import Field

from cot_engine.evidence import Evidence, Record


class Prediction(Record):
    """What was asked, what was answered, and what is known to be true.

    Attributes:
        id: of the clip, unique in an evaluation.
        truth: the given label, as the label set names it; None when the clip has none of the set.
        answer: the label the model chose; None when it abstained, or gave none.
        probabilities: of every label of the set, summing to 1; empty when the model gave none.
        text: the explanation as it was written, parsed or not.
        problems: what was wrong with the form of ``text``; empty when it was well formed.
        failed: code of the refusal that took the place of an answer. It counts as a wrong answer, never as a missing row.
        evidence: what was measured, which is what the model was told; None when nothing could be.
        played: what truly moved: the studio's score or an expert's coding; None where nobody knows.
        groups: what the corpus knows of the person and the picture, e.g. ``{"skin_tone": "dark", "age": "old"}``.
        fold: of a protocol with folds or with one subject left out.
    """

    id: str
    truth: str | None = None
    answer: str | None = None
    probabilities: dict[str, float] = Field(default_factory=dict)
    text: str = ""
    problems: tuple[str, ...] = ()
    failed: str | None = None
    evidence: Evidence | None = None
    played: Evidence | None = None
    subject: str | None = None
    fold: str | None = None
    groups: dict[str, str] = Field(default_factory=dict)
