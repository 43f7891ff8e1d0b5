"""What every metric comes to: numbers with their n and interval, and the sentences that say what they mean."""

import math

from cot_engine.evaluation.bootstrap import Interval
from cot_engine.evidence import Record


class Figure(Record):
    """One number of the report.

    Attributes:
        value: None when it cannot be computed; ``note`` then says why.
        n: on how many items it rests.
        low, high: the 95 % bootstrap interval; None where there is none.
        note: what a reader must know to read the number.
    """

    name: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    note: str = ""

    @classmethod
    def of(cls, name: str, interval: Interval, note: str = "") -> "Figure":
        """A figure from a value with its interval; NaN becomes None, which is what JSON can say."""
        value, low, high = (v if math.isfinite(v) else None for v in (interval.value, interval.low, interval.high))
        return cls(name=name, value=value, n=interval.n, low=low, high=high, note=note)


class Section(Record):
    """The figures of one question, and its verdicts in plain language: one sentence each, most important first."""

    title: str
    figures: tuple[Figure, ...]
    sentences: tuple[str, ...] = ()

    def figure(self, name: str) -> Figure:
        """The figure of this name. Raises KeyError when there is none."""
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(name)
