import numpy as np
import pytest
from faked_clips import FLAT, curve, estimate, truth

from cot_engine.evaluation.agreement import icc31, sums
from cot_engine.evaluation.au_metrics import Pool, Resample
from cot_engine.evaluation.au_tally import tally
from cot_engine.evaluation.presence import count, f1

AUS = ("AU4", "AU12", "AU9")


def pool(pairs, aus=AUS, seed=0):
    """Pairs of (true curves, measured curves), each of another person."""
    tallies = tuple(
        tally(truth(true, clip=f"c{i}", subject=f"p{i}"), estimate(measured), aus) for i, (true, measured) in enumerate(pairs)
    )
    return Pool(tallies, aus, Resample.of(tallies, seed))


def random_pairs(n=6, seed=0):
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(n):
        true = {au: curve(*rng.uniform(0, 5, 2), onset=rng.uniform(0.2, 1)) for au in AUS}
        pairs.append((true, {au: np.clip(v * 0.8 + rng.normal(0, 0.3, v.shape), 0, 5) for au, v in true.items()}))
    return pairs


def pooled(pairs, au):
    return tuple(np.concatenate([pair[i][au].max(axis=1) for pair in pairs]) for i in (0, 1))


def test_per_au_numbers_equal_those_of_all_frames_together():
    pairs = random_pairs()
    p = pool(pairs)
    pearsons, iccs, maes = p.agreement_of_each()
    for a, au in enumerate(AUS):
        x, y = pooled(pairs, au)
        assert p.f1_of_each()[a].value == pytest.approx(float(f1(count(x > 1, y > 1))), abs=1e-9)
        assert pearsons[a] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)
        assert iccs[a] == pytest.approx(float(icc31(sums(x, y))), abs=1e-9)
        assert maes[a] == pytest.approx(np.abs(x - y).mean(), abs=1e-9)


def test_macro_is_the_mean_over_the_aus_that_are_shown():
    smile = curve(3, 3)
    p = pool([({"AU4": smile, "AU12": smile, "AU9": FLAT}, {"AU4": FLAT, "AU12": smile, "AU9": smile})])
    assert p.shown.tolist() == [True, True, False]
    assert (p.macro_f1().value, p.macro_f1().n) == (0.5, 2)


def test_an_au_that_cannot_be_measured_counts_as_zero_in_every_mean():
    smile = curve(3, 3)
    p = pool([({"AU4": smile, "AU12": smile}, {"AU12": smile})], aus=("AU4", "AU12"))
    assert p.macro_f1().value == 0.5
    assert p.mean_pearson().value == pytest.approx(0.5, abs=1e-9)
    assert p.mean_icc().value == pytest.approx(0.5, abs=1e-9)


def test_nothing_shown_gives_no_mean():
    p = pool([({"AU4": FLAT}, {"AU4": FLAT})], aus=("AU4",))
    assert np.isnan(p.macro_f1().value)
    assert np.isnan(p.mean_pearson().value)
    assert np.isnan(p.moment("onset").median_abs.value)
    assert np.isnan(p.swapped().share.value)
    assert p.swapped().share.n == 0


def test_the_bootstrap_draws_people_and_equals_scoring_the_drawn_clips():
    pairs = random_pairs(4)
    p = pool(pairs)
    over = np.ones(3, bool)
    for k in range(5):
        drawn = [pair for pair, times in zip(pairs, p.resample.weights[k], strict=True) for _ in range(times)]
        assert p.macro_draws(over)[k] == pytest.approx(pool(drawn).macro_f1(over).value, abs=1e-9)


def test_clips_of_one_person_are_drawn_together():
    pairs = random_pairs(2)
    tallies = tuple(tally(truth(t, clip=f"c{i}"), estimate(m), AUS) for i, (t, m) in enumerate(pairs))
    alone = Pool(tallies, AUS, Resample.of(tallies, 0))
    found = alone.macro_f1()
    assert found.low == found.high == pytest.approx(found.value, abs=1e-12)


def test_onset_error_is_the_median_of_sizes_with_its_bias():
    late = [({"AU12": curve(3, 3)}, {"AU12": curve(3, 3, onset=0.8 + d)}) for d in (0.04, 0.08, 0.4)]
    found = pool(late, aus=("AU12",)).moment("onset")
    assert found.median_abs.value == pytest.approx(80, abs=1)
    assert found.median_abs.n == 3
    assert found.bias == pytest.approx((40 + 80 + 400) / 3, abs=1)
    early = [({"AU12": curve(3, 3)}, {"AU12": curve(3, 3, onset=0.8 - d)}) for d in (0.04, 0.08, 0.4)]
    found = pool(early, aus=("AU12",)).moment("onset")
    assert found.median_abs.value == pytest.approx(80, abs=1)
    assert found.bias == pytest.approx(-(40 + 80 + 400) / 3, abs=1)


def test_side_confusions_are_shares_of_the_events_they_can_be_judged_on():
    one = {"AU12": curve(3, 0)}
    pairs = [
        (one, {"AU12": curve(3, 0.2)}),
        (one, {"AU12": curve(0.2, 3)}),
        (one, {"AU12": curve(3, 2.9)}),
        (one, {"AU12": FLAT}),
    ]
    p = pool(pairs, aus=("AU12",))
    assert (p.swapped().wrong, p.swapped().share.n) == (1, 3)
    assert p.swapped().share.value == pytest.approx(1 / 3, abs=1e-12)
    assert (p.sidedness().wrong, p.sidedness().share.n) == (1, 3)


def test_a_draw_without_an_au_leaves_it_out_of_every_mean():
    # Each person shows another AU, measured perfectly: whoever is drawn, all means are 1.
    smile = curve(3, 3)
    people = [{"AU4": smile, "AU12": FLAT}, {"AU4": FLAT, "AU12": smile}]
    p = pool([(one, one) for one in people], aus=("AU4", "AU12"))
    for found in (p.macro_f1(), p.mean_pearson(), p.mean_icc()):
        assert (found.low, found.value, found.high) == pytest.approx((1, 1, 1), abs=1e-9)


def test_only_what_is_measured_is_compared_and_its_number_is_kept():
    hidden = curve(3, 3)
    hidden[:20] = np.nan
    tallies = (tally(truth({"AU12": curve(3, 3)}), estimate({"AU12": hidden}), ("AU12",)),)
    p = Pool(tallies, ("AU12",), Resample.of(tallies, 0))
    assert p.sums.sum(axis=0)[0, 0] == 55
    assert p.agreement_of_each()[0][0] == pytest.approx(1, abs=1e-9)
