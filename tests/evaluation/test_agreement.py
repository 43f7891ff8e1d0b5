import numpy as np
import pytest
from scipy import stats

from cot_engine.evaluation.agreement import concordance, icc31, mean_absolute_error, pearson, sums


def anova_icc31(ratings):
    """The formula of Shrout & Fleiss 1979 from a two-way table, (targets, raters)."""
    n, k = ratings.shape
    grand = ratings.mean()
    between = k * ((ratings.mean(axis=1) - grand) ** 2).sum()
    raters = n * ((ratings.mean(axis=0) - grand) ** 2).sum()
    residual = ((ratings - grand) ** 2).sum() - between - raters
    bms, ems = between / (n - 1), residual / ((n - 1) * (k - 1))
    return (bms - ems) / (bms + (k - 1) * ems)


# Table 2 of Shrout & Fleiss 1979: six targets, four judges; the paper gives ICC(3,1) = .71.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def test_the_check_formula_gives_the_published_value():
    assert round(anova_icc31(SHROUT), 2) == 0.71


@pytest.mark.parametrize("judges", [(0, 1), (0, 2), (1, 3)])
def test_icc_equals_the_analysis_of_variance_on_published_ratings(judges):
    pair = SHROUT[:, judges]
    assert icc31(sums(pair[:, 0], pair[:, 1])) == pytest.approx(anova_icc31(pair), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_all_three_equal_their_formulas_on_intensities(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 5, 400)
    y = np.clip(0.6 * x + rng.normal(0.4, 1, 400), 0, 5)
    s = sums(x, y)
    assert pearson(s) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-9)
    assert icc31(s) == pytest.approx(anova_icc31(np.stack([x, y], axis=1)), abs=1e-9)
    assert mean_absolute_error(s) == pytest.approx(np.abs(x - y).mean(), abs=1e-9)


def test_sums_of_two_clips_add_up_to_those_of_both():
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 5, (2, 90))
    np.testing.assert_allclose(sums(x[:30], y[:30]) + sums(x[30:], y[30:]), sums(x, y), atol=1e-9)


def test_an_offset_costs_no_icc_and_a_wrong_scale_does():
    x = np.linspace(0, 2, 50)
    assert icc31(sums(x, x + 1)) == pytest.approx(1, abs=1e-9)
    assert icc31(sums(x, 2 * x)) == pytest.approx(2 * 2 / (1 + 4), abs=1e-9)
    assert pearson(sums(x, 2 * x)) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1 / 3, 4.7])
def test_a_constant_series_has_no_correlation(constant):
    x, flat = np.random.default_rng(0).uniform(0, 5, 1000), np.full(1000, constant)
    assert np.isnan(pearson(sums(x, flat)))
    assert icc31(sums(x, flat)) == pytest.approx(0, abs=1e-9)
    assert np.isnan(icc31(sums(flat, flat)))


def test_one_frame_and_no_frame_have_no_correlation():
    one, none = sums(np.array([2.0]), np.array([3.0])), sums(np.empty(0), np.empty(0))
    for s in (one, none):
        assert np.isnan(pearson(s))
        assert np.isnan(icc31(s))
    assert mean_absolute_error(one) == 1
    assert np.isnan(mean_absolute_error(none))


def test_stacks_of_sums_are_scored_at_once():
    rng = np.random.default_rng(3)
    pairs = rng.uniform(0, 5, (4, 2, 60))
    stacked = np.array([sums(x, y) for x, y in pairs])
    np.testing.assert_allclose(pearson(stacked), [np.corrcoef(x, y)[0, 1] for x, y in pairs], atol=1e-9)


def test_concordance_equals_lins_formula_and_charges_an_offset():
    rng = np.random.default_rng(3)
    x = rng.uniform(0, 5, 300)
    y = 0.7 * x + rng.normal(0.8, 0.5, 300)
    lin = 2 * np.cov(x, y, bias=True)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    assert concordance(sums(x, y)) == pytest.approx(lin, abs=1e-9)
    assert concordance(sums(y, x)) == pytest.approx(lin, abs=1e-9)
    assert concordance(sums(x, x)) == pytest.approx(1)
    assert concordance(sums(x, x + 1)) < 0.9 < icc31(sums(x, x + 1))


def test_concordance_of_a_constant_with_a_series_is_zero_and_of_two_equal_constants_undefined():
    flat = np.full(10, 2.0)
    assert concordance(sums(flat, np.arange(10.0))) == 0
    assert concordance(sums(flat, flat + 1)) == 0
    assert np.isnan(concordance(sums(flat, flat)))
    assert np.isnan(concordance(sums(flat[:0], flat[:0])))
