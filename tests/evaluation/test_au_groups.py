import numpy as np
import pytest
from faked_clips import FLAT, curve, estimate, truth

from cot_engine.evaluation.au_groups import group
from cot_engine.evaluation.au_metrics import Resample
from cot_engine.evaluation.au_tally import tally

AUS = ("AU4", "AU12")
SMILE = curve(3, 3)


def clips(*rows):
    """Rows of (value of the grouping, true curves, measured curves)."""
    return [
        tally(truth(true, clip=f"c{i}", subject=f"p{i}", tone=value), estimate(measured), AUS)
        for i, (value, true, measured) in enumerate(rows)
    ]


def grouped(rows, min_clips=1):
    tallies = clips(*rows)
    return group(tallies, AUS, Resample.of(tallies, 0), "tone", min_clips=min_clips)


BOTH = {"AU4": SMILE, "AU12": SMILE}
HALF = {"AU4": SMILE, "AU12": FLAT}


def test_spread_is_the_best_minus_the_worst_group():
    found = grouped([("dark", BOTH, BOTH), ("light", BOTH, HALF), ("light", BOTH, HALF)])
    assert [(g.value, g.clips, g.subjects, g.macro_f1.value) for g in found.groups] == [
        ("dark", 1, 1, 1.0),
        ("light", 2, 2, 0.5),
    ]
    assert found.spread.value == pytest.approx(0.5, abs=1e-12)
    assert found.spread.n == 2


def test_groups_are_compared_on_the_aus_that_all_of_them_show():
    only_smile = {"AU4": FLAT, "AU12": SMILE}
    found = grouped([("dark", only_smile, only_smile), ("light", BOTH, {"AU4": FLAT, "AU12": SMILE})])
    assert found.aus == ("AU12",)
    assert found.spread.value == 0


def test_a_small_group_is_listed_and_makes_no_claim():
    found = grouped([("dark", BOTH, HALF), ("light", BOTH, BOTH), ("light", BOTH, BOTH)], min_clips=2)
    assert [g.claimed for g in found.groups] == [False, True]
    assert found.groups[0].macro_f1.value == 0.5
    assert found.spread is None


def test_no_group_is_large_enough():
    found = grouped([("dark", BOTH, BOTH), ("light", BOTH, BOTH)], min_clips=30)
    assert (found.spread, found.aus) == (None, ())


def test_values_come_in_the_given_order_and_unknown_ones_after():
    tallies = clips(*((value, BOTH, BOTH) for value in ("tan", "dark", "light", "odd")))
    found = group(tallies, AUS, Resample.of(tallies, 0), "tone", ("light", "medium", "dark"))
    assert [g.value for g in found.groups] == ["light", "dark", "odd", "tan"]


def test_the_interval_of_the_spread_holds_the_spread_of_noisy_equal_groups():
    rng = np.random.default_rng(0)
    rows = []
    for i in range(60):
        true = {au: curve(*rng.uniform(1.2, 4, 2), onset=rng.uniform(0.2, 1)) for au in AUS}
        measured = {au: np.clip(v + rng.normal(0, 0.8, v.shape), 0, 5) for au, v in true.items()}
        rows.append(("ab"[i % 2], true, measured))
    found = grouped(rows)
    assert 0 <= found.spread.low <= found.spread.value <= found.spread.high < 0.2
