import numpy as np
import pytest
from sklearn import metrics

from cot_engine.evaluation import confidence as c


def drawn(n=300, k=4, seed=0):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(k), n)
    truth = np.array([rng.choice(k, p=row) for row in p])
    return p, truth


def test_ece_by_hand():
    confidence, correct = np.array([0.9, 0.6, 0.8, 0.5]), np.array([1.0, 0.0, 1.0, 1.0])
    # Two bins: (0.5, 0.6) right half of the time, (0.8, 0.9) always.
    assert c.bins(confidence, correct, 2) == [(2, pytest.approx(0.55), 0.5), (2, pytest.approx(0.85), 1.0)]
    assert c.ece(confidence, correct, 2) == pytest.approx(0.5 * 0.05 + 0.5 * 0.15, abs=1e-9)


def test_a_calibrated_model_has_the_ece_of_chance_and_less_of_it_with_more_clips():
    # In each of 15 bins the mean absolute deviation of a binomial share, sqrt(2 p (1 - p) / (pi n)) for many clips n a bin.
    few, many = (c.ece_of_calibrated(np.full(n, 0.5), draws=400) for n in (45, 4500))
    assert few.value == pytest.approx(np.sqrt(2 * 0.25 / (np.pi * 3)), rel=0.2)
    assert many.value == pytest.approx(np.sqrt(2 * 0.25 / (np.pi * 300)), rel=0.1)
    assert few.low < few.value < few.high
    assert c.ece_of_calibrated(np.ones(30)).value == 0


def test_ece_has_fifteen_bins_of_equal_mass_and_never_more_than_clips():
    assert [size for size, _, _ in c.bins(np.linspace(0, 1, 150), np.ones(150))] == [10] * 15
    assert len(c.bins(np.array([0.1, 0.2]), np.ones(2))) == 2


def test_brier_and_nll_by_hand_and_as_in_scikit_learn():
    p, truth = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([0, 0])
    assert c.brier(p, truth) == pytest.approx((0.09 + 0.09 + 0.36 + 0.36) / 2, abs=1e-9)
    assert c.nll(p, truth) == pytest.approx(-(np.log(0.7) + np.log(0.4)) / 2, abs=1e-9)
    p, truth = drawn()
    assert c.brier(p, truth) == pytest.approx(metrics.brier_score_loss(truth, p, scale_by_half=False), abs=1e-9)
    assert c.nll(p, truth) == pytest.approx(metrics.log_loss(truth, p), abs=1e-9)


def test_a_label_that_was_impossible_costs_much_and_not_everything():
    assert c.nll(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(-np.log(1e-12))


def test_aurc_by_hand():
    confidence, correct = np.array([0.9, 0.8, 0.7, 0.6]), np.array([1.0, 0.0, 1.0, 1.0])
    # Errors among the 1, 2, 3, 4 most confident: 0, 1/2, 1/3, 1/4; the oracle has 0, 0, 0, 1/4.
    assert c.aurc(confidence, correct) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4, abs=1e-9)
    assert c.e_aurc(confidence, correct) == pytest.approx((1 / 2 + 1 / 3) / 4, abs=1e-9)


def test_the_oracle_of_aurc_is_the_formula():
    correct = np.array([1.0] * 7 + [0.0] * 3)
    oracle = sum((n - 7) / n for n in range(8, 11)) / 10
    assert c.aurc(np.linspace(1, 0, 10), correct) == pytest.approx(oracle, abs=1e-9)
    assert c.e_aurc(np.linspace(1, 0, 10), correct) == pytest.approx(0, abs=1e-12)


def test_the_order_of_equally_confident_clips_makes_no_difference():
    confidence = np.full(4, 0.5)
    first, last = (c.aurc(confidence, np.array(order, float)) for order in ([1, 1, 0, 0], [0, 0, 1, 1]))
    assert first == last == 0.5


def test_accuracy_at_80_percent_coverage():
    correct = np.array([0.0, 1, 1, 1, 1, 1, 1, 0, 0, 0])
    confidence = np.linspace(0, 1, 10)
    assert c.accuracy_at(0.8, confidence, correct) == pytest.approx(5 / 8, abs=1e-9)
    assert c.accuracy_at(1.0, confidence, correct) == pytest.approx(6 / 10, abs=1e-9)


def test_auroc_as_in_scikit_learn_ties_included():
    rng = np.random.default_rng(0)
    correct, confidence = rng.integers(0, 2, 200).astype(float), rng.integers(0, 20, 200) / 20
    assert c.auroc(confidence, correct) == pytest.approx(metrics.roc_auc_score(correct, confidence), abs=1e-9)
    assert np.isnan(c.auroc(np.array([0.5, 0.6]), np.ones(2)))


def test_the_temperature_that_was_applied_is_found_again():
    p, truth = drawn(n=4000, seed=3)
    sharper = c.sharpened(p, 0.5)
    assert c.fit_temperature(sharper, truth) == pytest.approx(2.0, rel=0.05)
    assert c.fit_temperature(p, truth) == pytest.approx(1.0, rel=0.05)


def test_a_temperature_changes_no_answer_and_lowers_the_loss():
    p, truth = drawn(n=500, seed=4)
    sharper = c.sharpened(p, 0.25)
    mended = c.sharpened(sharper, c.fit_temperature(sharper, truth))
    assert (mended.argmax(axis=1) == sharper.argmax(axis=1)).all()
    assert c.nll(mended, truth) < c.nll(sharper, truth)


def test_nothing_to_fit_on_is_an_error_and_nothing_to_score_is_not_a_number():
    with pytest.raises(ValueError, match="at least one clip"):
        c.fit_temperature(np.empty((0, 3)), np.empty(0, int))
    empty = np.empty(0)
    assert all(np.isnan(v) for v in (c.ece(empty, empty), c.aurc(empty, empty), c.accuracy_at(0.8, empty, empty)))
