import copy

import pytest

from cot_engine.studio.thresholds import HARD, judge

GOOD = {
    "clips": 300,
    "subjects": 60,
    "macro_f1": {"value": 0.75, "n": 20},
    "mean_pearson": {"value": 0.70},
    "events": {"onset": {"median_abs_ms": {"value": 80.0}}},
    "left_right_confusion": {"share": {"value": 0.03}},
    "groups": {"skin tone": {"spread": {"value": 0.05}}},
    "per_au": {au: {"f1": {"value": 0.6}} for au in HARD},
}


def test_everything_exactly_at_its_bound_passes():
    assert all(check.passed for check in judge(GOOD))
    assert len(judge(GOOD)) == 13


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (("clips",), 299, "held-out clips"),
        (("subjects",), 59, "identities"),
        (("macro_f1", "value"), 0.749, "macro F1"),
        (("macro_f1", "n"), 19, "action units"),
        (("mean_pearson", "value"), 0.69, "PCC"),
        (("events", "onset", "median_abs_ms", "value"), 80.1, "onset"),
        (("left_right_confusion", "share", "value"), 0.031, "left/right"),
        (("groups", "skin tone", "spread", "value"), 0.051, "skin tones"),
        (("per_au", "AU9", "f1", "value"), 0.59, "AU9"),
        (("mean_pearson", "value"), None, "PCC"),
    ],
)
def test_each_threshold_fails_alone(path, value, what):
    numbers = copy.deepcopy(GOOD)
    place = numbers
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    failed = [check.what for check in judge(numbers) if not check.passed]
    assert len(failed) == 1
    assert what in failed[0]


def test_a_number_that_is_missing_is_no_pass():
    without = copy.deepcopy(GOOD)
    without["groups"]["skin tone"]["spread"] = None
    del without["per_au"]["AU5"]
    failed = [(check.what, check.measured) for check in judge(without) if not check.passed]
    assert failed == [("spread of F1 over skin tones", None), ("F1 of AU5", None)]
