"""The rows of a captioning run: what a clip came to, and the three tables that are made of it."""

from functools import cached_property

from cot_engine.evidence import Record
from cot_engine.report import Claim, Report


class Outcome(Record):
    """What one clip came to, as a journal holds it: a report, or a code and a message that say why there is none.

    ``key``: hash of the clip's content, of the part of it that is meant, and of the run's settings.
    """

    key: str
    report: Report | None = None
    code: str | None = None
    message: str | None = None


class Entry(Record):
    """What every row of a table says about its clip.

    Attributes:
        id: the clip's own, or its path below the input folder.
        clip: hash of its content and of the part of it that is meant; empty when it cannot be read.
        given_label: the label that came with the clip, as the label set names it where it knows it.
        source: the data set it is from, or the folder it lies in.
    """

    id: str
    clip: str
    given_label: str | None = None
    subject: str | None = None
    split: str | None = None
    source: str | None = None


class Caption(Entry):
    """One captioned clip.

    Attributes:
        caption: the whole trace as text.
        label: the expression concluded; None when ``abstained``.
        probabilities: label -> probability.
        claims: every checkable statement of the caption with its verdict.
        omissions: AUs of events of grade C or more that the caption leaves out.
        report_json: the whole report, schema ``cot-engine/report/1``.
    """

    caption: str
    label: str | None
    abstained: bool
    probabilities: dict[str, float]
    claims: tuple[Claim, ...]
    omissions: tuple[str, ...]
    report_json: str

    @cached_property
    def report(self) -> Report:
        return Report.model_validate_json(self.report_json)

    @property
    def disagrees(self) -> bool:
        """Whether an expression was concluded and is not the one that was given."""
        return None not in (self.label, self.given_label) and self.label != self.given_label


class Reject(Entry):
    """A clip without a caption, and why."""

    code: str
    message: str


class Duplicate(Entry):
    """A clip whose content came before, in the clip called ``first``, which was captioned or rejected for both."""

    first: str
