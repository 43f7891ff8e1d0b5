import numpy as np
import pytest

from cot_engine.evaluation.bootstrap import draw, interval, median_draws


def test_every_draw_has_as_many_subjects_as_there_are():
    weights = draw(17, seed=0, draws=50)
    assert weights.shape == (50, 17)
    assert set(weights.sum(axis=1)) == {17}


def test_the_same_seed_gives_the_same_draws_and_another_does_not():
    assert (draw(9, seed=4) == draw(9, seed=4)).all()
    assert (draw(9, seed=4) != draw(9, seed=5)).any()


def test_one_subject_can_only_be_drawn_whole():
    assert (draw(1, seed=0, draws=5) == 1).all()


def test_the_interval_of_a_mean_is_about_two_standard_errors():
    values = np.random.default_rng(0).normal(10, 3, 400)
    samples = draw(400, seed=1) @ values / 400
    found = interval(values.mean(), samples, 400)
    error = values.std() / 20
    assert found.low == pytest.approx(found.value - 1.96 * error, abs=0.3 * error)
    assert found.high == pytest.approx(found.value + 1.96 * error, abs=0.3 * error)


def test_no_interval_when_most_draws_are_undefined():
    found = interval(0.5, np.array([0.4, np.nan, np.nan]), 3)
    assert found.value == 0.5
    assert np.isnan([found.low, found.high]).all()


def test_medians_of_draws_equal_those_of_the_repeated_values():
    rng = np.random.default_rng(2)
    values, owner, weights = rng.normal(size=40), rng.integers(0, 7, 40), draw(7, seed=3, draws=200)
    expected = [np.median(np.repeat(values, row[owner])) for row in weights]
    np.testing.assert_allclose(median_draws(values, owner, weights), expected, atol=1e-12)


def test_medians_of_draws_count_each_subject_as_often_as_drawn():
    values, owner = np.array([1.0, 2.0, 10.0]), np.array([0, 0, 1])
    weights = np.array([[1, 1], [2, 0], [0, 2], [0, 0]])
    assert median_draws(values, owner, weights)[:3].tolist() == [2, 1.5, 10]
    assert np.isnan(median_draws(values, owner, weights)[3])
    assert np.isnan(median_draws(np.empty(0), np.empty(0, int), weights)).all()
