"""Bootstrap over the people in a list of predictions; a clip whose person is not known counts as a person of its own."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cot_engine.evaluation.bootstrap import DRAWS, Interval, draw, interval
from cot_engine.evaluation.prediction import Prediction

Values = NDArray[np.float64]


class People:
    """Who is in N predictions, and how often each is in every draw. The same people and seed give the same draws."""

    def __init__(self, predictions: Sequence[Prediction], *, seed: int = 0, draws: int = DRAWS) -> None:
        # A clip's id cannot be taken for a person's.
        owners = [("person", p.subject) if p.subject is not None else ("clip", p.id) for p in predictions]
        index = {owner: i for i, owner in enumerate(sorted(set(owners)))}
        self.owner = np.array([index[owner] for owner in owners], np.int64)
        self.count, self._seed, self._draws = len(index), seed, draws

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """(draws, people)."""
        return draw(self.count, self._seed, self._draws) if self.count else np.zeros((self._draws, 0), np.int64)

    def totals(self, rows: Values) -> Values:
        """(draws, ...) sums of (N, ...) rows under every draw."""
        by_person = np.zeros((self.count, *rows.shape[1:]))
        np.add.at(by_person, self.owner, rows)
        return np.tensordot(self.weights.astype(np.float64), by_person, axes=1)

    def picks(self) -> Iterator[NDArray[np.int64]]:
        """The indices of the predictions of every draw, each as often as its person was drawn."""
        for weights in self.weights:
            yield np.repeat(np.arange(len(self.owner)), weights[self.owner])

    def mean(self, values: Values) -> Interval:
        """Mean of (N,) values with its interval; NaN without any."""
        if not len(values):
            return Interval(float("nan"), float("nan"), float("nan"), 0)
        sums = self.totals(np.stack([values, np.ones(len(values))], axis=1))
        samples = np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), np.nan), where=sums[:, 1] > 0)
        return interval(float(values.mean()), samples, len(values))

    def of(self, statistic: Callable[[NDArray[np.int64]], float]) -> Interval:
        """Any statistic of the chosen indices, with its interval; for what is no sum over clips."""
        n = len(self.owner)
        if not n:
            return Interval(float("nan"), float("nan"), float("nan"), 0)
        samples = np.array([statistic(picked) for picked in self.picks()])
        return interval(statistic(np.arange(n)), samples, n)
