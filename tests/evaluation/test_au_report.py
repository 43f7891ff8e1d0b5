import json
import math

import pytest
from faked_clips import FLAT, curve, estimate, truth

from cot_engine.evaluation.au_metrics import Pool, Resample
from cot_engine.evaluation.au_report import describe, value
from cot_engine.evaluation.au_tally import tally

AUS = ("AU4", "AU12")


def described(*pairs):
    tallies = tuple(
        tally(truth(true, clip=f"c{i}", subject=f"p{i}", tone="dark"), estimate(measured), AUS)
        for i, (true, measured) in enumerate(pairs)
    )
    return describe(Pool(tallies, AUS, Resample.of(tallies, 0)), {"tone": ("light", "dark")})


def test_event_precision_and_recall_count_every_event_once():
    smile, frown = {"AU12": curve(3, 3), "AU4": FLAT}, {"AU12": FLAT, "AU4": curve(3, 3)}
    both = {"AU12": curve(3, 3), "AU4": curve(3, 3)}
    events = described((smile, smile), (smile, frown), (smile, both))["events"]
    assert {key: events[key] for key in ("true", "found", "missed", "invented", "extra")} == {
        "true": 3,
        "found": 2,
        "missed": 1,
        "invented": 2,
        "extra": 0,
    }
    assert events["recall"] == pytest.approx(2 / 3, abs=1e-12)
    assert events["precision"] == pytest.approx(2 / 4, abs=1e-12)


def test_the_tail_of_the_timing_errors_is_the_90th_percentile():
    smile = {"AU12": curve(3, 3)}
    late = [(smile, {"AU12": curve(3, 3, onset=0.8 + 0.04 * k)}) for k in range(11)]
    onset = described(*late)["events"]["onset"]
    assert onset["median_abs_ms"]["value"] == pytest.approx(200, abs=1)
    assert onset["p90_abs_ms"] == pytest.approx(360, abs=1)


def test_every_au_is_a_row_with_its_counts():
    row = described(({"AU12": curve(3, 3), "AU4": FLAT}, {"AU12": curve(3, 3)}))["per_au"]["AU4"]
    assert row["name"] == "brow lowerer"
    assert (row["shown"], row["measured"]) == (False, False)
    assert row["frames"] == {
        "scored": 75,
        "present": 0,
        "said": 0,
        "compared": 0,
        "no_face": 0,
        "unmeasured": 75,
        "hidden": 0,
    }


def test_groups_carry_the_same_numbers_and_whether_they_claim_anything():
    smile = {"AU12": curve(3, 3)}
    data = described((smile, smile))["groups"]["tone"]
    assert data["spread"] is None
    assert list(data["values"]) == ["dark"]
    assert data["values"]["dark"]["claimed"] is False
    assert data["values"]["dark"]["macro_f1"]["value"] == 1


def test_it_is_json_without_nan():
    json.dumps(described(({"AU12": FLAT}, {"AU12": FLAT})), allow_nan=False)
    assert value(math.nan) is None
    assert value(math.inf) is None
    assert value(0.5) == 0.5
