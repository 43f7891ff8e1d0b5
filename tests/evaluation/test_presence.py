import numpy as np
import pytest

from cot_engine.evaluation.presence import count, f1, macro_f1, mean, precision, present, recall
from cot_engine.facs import grade


def test_present_is_grade_b_or_more_and_agrees_with_the_codebook():
    levels = np.linspace(0, 5, 501)
    assert present(levels).tolist() == [grade(x) in ("B", "C", "D", "E") for x in levels]


def test_whole_number_codes_are_cut_as_in_disfa():
    assert present(np.arange(6.0)).tolist() == [False, False, True, True, True, True]


def test_a_missing_value_is_not_present():
    assert not present(np.array([np.nan]))[0]


def test_counts_and_scores_by_hand():
    true = np.array([1, 1, 1, 0, 0, 0, 0], bool)
    said = np.array([1, 1, 0, 1, 0, 0, 0], bool)
    counts = count(true, said)
    assert counts.tolist() == [2, 1, 1, 3]
    assert precision(counts) == pytest.approx(2 / 3, abs=1e-12)
    assert recall(counts) == pytest.approx(2 / 3, abs=1e-12)
    assert f1(counts) == pytest.approx(4 / 6, abs=1e-12)


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    rng = np.random.default_rng(1)
    counts = rng.integers(1, 50, (40, 4)).astype(float)
    p, r = precision(counts), recall(counts)
    np.testing.assert_allclose(f1(counts), 2 * p * r / (p + r), atol=1e-12)


def test_without_positives_f1_is_zero_when_something_was_said_and_undefined_when_not():
    assert f1(np.array([0, 3, 0, 5.0])) == 0
    assert np.isnan(f1(np.array([0, 0, 0, 8.0])))
    assert np.isnan(recall(np.array([0, 3, 0, 5.0])))
    assert np.isnan(precision(np.array([0, 0, 3, 5.0])))


def test_macro_f1_takes_the_chosen_aus_and_leaves_out_those_that_are_never_there():
    counts = np.array([[2, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 9], [1, 1, 0, 0]], float)
    assert macro_f1(counts, np.array([True, False, False, True])) == pytest.approx((1 + 2 / 3) / 2, abs=1e-12)
    # The second was never there: what was said of it does not count here.
    assert macro_f1(counts, np.array([True, True, True, False])) == 1
    assert np.isnan(macro_f1(counts, np.zeros(4, bool)))


def test_mean_over_the_last_axis():
    assert mean(np.array([[1, np.nan, 3], [np.nan] * 3])).tolist()[0] == 2
    assert np.isnan(mean(np.array([[np.nan, np.nan]])))[0]
