"""Tallies of many clips -> the numbers: per AU and over all AUs, each with its n and an interval over subjects.

The macro mean runs over the AUs that are shown at least once in scored frames. An AU that an estimator cannot measure stays
in it with F1 = 0, and an undefined correlation (a constant answer, or none) counts as 0 in the mean of correlations: leaving
hard AUs out must not pay.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cot_engine.evaluation.agreement import icc31, mean_absolute_error, pearson
from cot_engine.evaluation.au_tally import EventResult, Tally
from cot_engine.evaluation.bootstrap import Interval, draw, interval, median_draws
from cot_engine.evaluation.presence import macro_f1, mean, precision, recall, shown_f1

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Resample:
    """The subjects of a comparison and how often each is in each bootstrap draw: (draws, subjects). Sharing one pairs the
    systems."""

    subjects: tuple[str, ...]
    weights: NDArray[np.int64]

    @classmethod
    def of(cls, tallies: Sequence[Tally], seed: int) -> "Resample":
        subjects = tuple(sorted({t.subject for t in tallies}))
        return cls(subjects, draw(len(subjects), seed))


@dataclass(frozen=True)
class Moment:
    """Errors of one border of the matched events, in milliseconds: median and 90th percentile of their size, and their mean."""

    median_abs: Interval
    p90_abs: float
    bias: float


@dataclass(frozen=True)
class Share:
    """``wrong`` of ``n``, with the interval of the share."""

    wrong: int
    share: Interval


@dataclass(frozen=True)
class Pool:
    """The tallies of some clips, in sums by subject.

    Attributes:
        shown: (A,) whether the AU is there in at least one scored frame of these clips.
    """

    tallies: tuple[Tally, ...]
    aus: tuple[str, ...]
    resample: Resample

    @cached_property
    def _owner(self) -> NDArray[np.int64]:
        index = {subject: i for i, subject in enumerate(self.resample.subjects)}
        return np.array([index[t.subject] for t in self.tallies], np.int64)

    def _by_subject(self, rows: Sequence[Values], shape: tuple[int, ...]) -> Values:
        total = np.zeros((len(self.resample.subjects), *shape))
        np.add.at(total, self._owner, np.array(rows).reshape(len(rows), *shape))
        return total

    @cached_property
    def counts(self) -> Values:
        """(S, A, 4) frames by subject."""
        return self._by_subject([t.counts for t in self.tallies], (len(self.aus), 4))

    @cached_property
    def sums(self) -> Values:
        """(S, A, 7) sums by subject."""
        return self._by_subject([t.sums for t in self.tallies], (len(self.aus), 7))

    @cached_property
    def frames(self) -> NDArray[np.int64]:
        """(A, 4) as in ``Tally.frames``."""
        total: NDArray[np.int64] = np.array([t.frames for t in self.tallies], np.int64).sum(axis=0)
        return total

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        total = self.counts.sum(axis=0)
        return np.asarray(total[:, 0] + total[:, 2] > 0)

    def drawn(self, per_subject: Values) -> Values:
        """(draws, ...) totals of (S, ...) under every draw."""
        return np.tensordot(self.resample.weights.astype(np.float64), per_subject, axes=1)

    def macro_f1(self, over: NDArray[np.bool_] | None = None) -> Interval:
        """Mean F1 over the AUs ``over`` (A,), by default those shown; n is the number of AUs."""
        over = self.shown if over is None else over
        return interval(float(macro_f1(self.counts.sum(axis=0), over)), self.macro_draws(over), int(over.sum()))

    def macro_draws(self, over: NDArray[np.bool_]) -> Values:
        """(draws,) macro F1 of every draw."""
        return macro_f1(self.drawn(self.counts), over)

    def f1_of_each(self) -> list[Interval]:
        """F1 of every AU that is shown, else NaN; n is the number of scored frames."""
        value, samples = shown_f1(self.counts.sum(axis=0)), shown_f1(self.drawn(self.counts))
        return [interval(float(value[a]), samples[:, a], int(self.frames[a, 0])) for a in range(len(self.aus))]

    def presence_of_each(self) -> tuple[Values, Values]:
        """(A,) precision and (A,) recall."""
        total = self.counts.sum(axis=0)
        return precision(total), recall(total)

    def agreement_of_each(self) -> tuple[Values, Values, Values]:
        """(A,) Pearson's r, ICC(3,1) and mean absolute error."""
        total = self.sums.sum(axis=0)
        return pearson(total), icc31(total), mean_absolute_error(total)

    def mean_pearson(self) -> Interval:
        """Mean r over the AUs shown, undefined as 0; n is the number of AUs."""
        return self._mean(pearson)

    def mean_icc(self) -> Interval:
        """Mean ICC(3,1) over the AUs shown, undefined as 0; n is the number of AUs."""
        return self._mean(icc31)

    def _mean(self, metric: Callable[[Values], Values]) -> Interval:
        def over_shown(sums: Values, counts: Values) -> Values:
            there = counts[..., 0] + counts[..., 2] > 0
            return mean(np.where(there, np.nan_to_num(metric(sums)), np.nan))

        value = over_shown(self.sums.sum(axis=0), self.counts.sum(axis=0))
        return interval(float(value), over_shown(self.drawn(self.sums), self.drawn(self.counts)), int(self.shown.sum()))

    def events(self, au: str | None = None) -> list[EventResult]:
        """All event results, or those of one AU."""
        return [e for t in self.tallies for e in t.events if au in (None, e.au)]

    def _events_of(self, au: str | None) -> list[tuple[int, EventResult]]:
        return [(o, e) for o, t in zip(self._owner.tolist(), self.tallies, strict=True) for e in t.events if au in (None, e.au)]

    def moment(self, border: str, au: str | None = None) -> Moment:
        """Errors of ``border`` (onset, apex, offset) over matched events in which truth and estimate saw it; n is their
        number."""
        found = [(o, getattr(e.timing, f"{border}_ms")) for o, e in self._events_of(au) if e.timing]
        kept = [(o, error) for o, error in found if error is not None]
        errors, owner = np.array([e for _, e in kept], np.float64), np.array([o for o, _ in kept], np.int64)
        if not len(errors):
            return Moment(Interval(float("nan"), float("nan"), float("nan"), 0), float("nan"), float("nan"))
        size = np.abs(errors)
        median = interval(float(np.median(size)), median_draws(size, owner, self.resample.weights), len(size))
        return Moment(median, float(np.percentile(size, 90)), float(errors.mean()))

    def swapped(self) -> Share:
        """Left/right confusion: one-sided true events, matched, whose stronger measured side is the wrong one."""
        return self._share("swapped")

    def sidedness(self) -> Share:
        """Both-or-one confusion over matched events of AUs that have sides."""
        return self._share("sidedness")

    def _share(self, field: str) -> Share:
        judged = [(o, getattr(e, field)) for o, e in self._events_of(None) if getattr(e, field) is not None]
        totals = np.zeros((len(self.resample.subjects), 2))
        for owner, wrong in judged:
            totals[owner] += (wrong, 1)
        wrong, n = totals.sum(axis=0)
        samples = self.drawn(totals)
        rates = np.divide(samples[:, 0], samples[:, 1], out=np.full(len(samples), np.nan), where=samples[:, 1] > 0)
        return Share(int(wrong), interval(wrong / n if n else float("nan"), rates, int(n)))
