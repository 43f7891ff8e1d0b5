"""What the Dataset tab shows of a run, as HTML: its counts, a page of its rows, one row in full."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from cot_engine.captioning.rows import Caption
from cot_engine.captioning.run import Status
from cot_engine.figures.highlight import highlight
from cot_engine.ui.dataset_run import DatasetRun, Filter
from cot_engine.ui.fragments import fragment
from cot_engine.ui.texts import Words

PAGE = 25
"""Rows shown at once."""

_TEMPLATE = "dataset.html.j2"


@dataclass(frozen=True)
class Progress:
    """A run's ``Status`` at one moment: that one goes on changing."""

    total: int
    done: int
    captioned: int
    duplicates: int
    rejects: Mapping[str, int]
    made: int
    clips_per_s: float

    @classmethod
    def of(cls, status: Status) -> "Progress":
        rejects = dict(status.rejects.most_common())
        return cls(
            status.total, status.done, status.captioned, status.duplicates, rejects, status.made, status.clips_per_s
        )  # fmt: skip

    @property
    def rejected(self) -> int:
        return sum(self.rejects.values())


def progress(say: Words, now: Progress, *, done: bool) -> str:
    """The counts, with a bar while the run goes on."""
    return fragment("progress", say, now, done, template=_TEMPLATE)


def rows(say: Words, run: DatasetRun, chosen: Filter, page: int) -> tuple[str, int]:
    """A page of the rows, counted from 0, as a table; and how many rows there are on all pages."""
    first, total = page * PAGE, 0
    found = run.rows(chosen)
    shown = []
    for total, row in enumerate(found, 1):
        if first < total <= first + PAGE:
            shown.append(row)
    return fragment(chosen.show, say, shown, first, total, template=_TEMPLATE), total


def detail(say: Words, run: DatasetRun, chosen: Filter, index: int) -> str:
    """A caption with its statements; a word on how to choose one where there is no such row."""
    row = next(islice(run.rows(chosen), index, None), None) if index >= 0 else None
    if not isinstance(row, Caption):
        return hint(say)
    (person,) = row.report.people
    assert person.trace is not None, "it was captioned"
    return fragment("detail", say, row, person, highlight(person.trace, person.claims), template=_TEMPLATE)


def hint(say: Words) -> str:
    """What stands where a row will."""
    return fragment("hint", say, template=_TEMPLATE)
