import pytest

from cot_engine.evaluation.faithfulness.ratio import average, ratio
from cot_engine.evaluation.prediction import Prediction

CLIPS = [Prediction(id=str(i), subject=f"p{i % 3}") for i in range(6)]


def test_a_ratio_sums_before_it_divides():
    figure = ratio("x", CLIPS, [1, 0, 2, 0, 1, 0], [1, 1, 4, 1, 2, 1])
    assert figure.value == pytest.approx(0.4, abs=1e-12)
    assert figure.n == 10
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= 0.4 <= figure.high


def test_nothing_to_divide_by_is_none_and_says_so():
    figure = ratio("x", CLIPS, [0] * 6, [0] * 6)
    assert (figure.value, figure.n, figure.note) == (None, 0, "nothing to count")


def test_an_average_counts_clips():
    figure = average("x", CLIPS, [0, 1, 0, 1, 0, 1])
    assert (figure.value, figure.n) == (0.5, 6)


def test_the_interval_is_over_people():
    # Every person has the same mean, so no draw of people can differ.
    figure = average("x", CLIPS, [0, 0, 0, 1, 1, 1])
    assert (figure.low, figure.high) == (0.5, 0.5)
