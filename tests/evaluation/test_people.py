import numpy as np
import pytest
from predicted import predictions

from cot_engine.evaluation.people import People


def test_clips_of_one_person_are_drawn_together():
    people = People(predictions([("a", "a")] * 4, subject=["p", "p", "q", None]))
    assert people.count == 3
    for picked in people.picks():
        assert (picked == 0).sum() == (picked == 1).sum()


def test_a_clip_called_like_a_person_is_not_that_person():
    assert People(predictions([("a", "a")] * 2, subject=["c1", None])).count == 2


def test_totals_and_picks_are_the_same_draws():
    people = People(predictions([("a", "a")] * 6, subject=["p", "p", "q", "q", "r", "s"]), draws=20)
    values = np.arange(6.0)
    assert people.totals(values).tolist() == [values[picked].sum() for picked in people.picks()]


def test_a_mean_and_the_same_mean_as_a_statistic_have_one_interval():
    people, values = People(predictions([("a", "a")] * 8)), np.arange(8.0)
    mean, other = people.mean(values), people.of(lambda i: float(values[i].mean()))
    assert (mean.value, mean.n) == (3.5, 8)
    assert (mean.low, mean.high) == pytest.approx((other.low, other.high))


def test_nobody_has_no_mean():
    assert np.isnan(People([]).mean(np.empty(0)).value)
    assert np.isnan(People([]).of(lambda i: 1.0).value)
