import numpy as np
import pytest
from faked import event
from faked_clips import FLAT, TIMES, curve, estimate, truth

from cot_engine.action_units.series import Timeline
from cot_engine.evaluation.agreement import pearson
from cot_engine.evaluation.au_tally import Estimate, graded_events, tally
from cot_engine.evaluation.presence import f1

SMILE = curve(3, 3)
PRESENT = int((SMILE[:, 0] > 1).sum())


def of(true, measured, aus=("AU12",), **more):
    return tally(truth(true), measured if isinstance(measured, Estimate) else estimate(measured, **more), aus)


def kinds(result):
    return [e.kind if e.kind != "true" else ("found" if e.timing else "missed") for e in result.events]


def test_a_perfect_estimate_has_f1_one_correlation_one_and_no_error():
    result = of({"AU12": SMILE}, {"AU12": SMILE})
    assert result.counts.tolist() == [[PRESENT, 0, 0, 75 - PRESENT]]
    assert pearson(result.sums)[0] == pytest.approx(1, abs=1e-9)
    assert kinds(result) == ["found"]
    assert result.events[0].timing.onset_ms == pytest.approx(0, abs=1e-9)


def test_counts_and_sums_equal_those_of_the_frames():
    measured = curve(2, 2, onset=1.0)
    result = of({"AU12": SMILE}, {"AU12": measured})
    true, said = SMILE[:, 0] > 1, measured[:, 0] > 1
    assert result.counts[0].tolist() == [(true & said).sum(), (~true & said).sum(), (true & ~said).sum(), (~true & ~said).sum()]
    assert pearson(result.sums)[0] == pytest.approx(np.corrcoef(SMILE[:, 0], measured[:, 0])[0, 1], abs=1e-9)
    assert result.sums[0, 6] == pytest.approx(np.abs(SMILE[:, 0] - measured[:, 0]).sum(), abs=1e-9)


def test_the_stronger_side_decides_whether_an_au_is_present():
    assert f1(of({"AU12": curve(3, 0)}, {"AU12": curve(0, 3)}).counts)[0] == 1


def test_a_hidden_side_takes_no_part():
    true = curve(3, 0)
    true[:, 0] = np.nan
    # On the left, which truth cannot see, the estimate may say what it likes.
    assert of({"AU12": true}, {"AU12": curve(3, 0)}).counts[0].tolist() == [0, 0, 0, 75]
    assert of({"AU12": true}, {"AU12": curve(3, 3)}).counts[0].tolist() == [0, PRESENT, 0, 75 - PRESENT]


def test_frames_with_both_sides_hidden_are_not_scored_and_counted():
    true = SMILE.copy()
    true[30:40] = np.nan
    result = of({"AU12": true}, {"AU12": SMILE})
    assert result.frames[0].tolist() == [65, 0, 0, 10]
    assert result.counts[0].sum() == result.sums[0, 0] == 65


def test_frames_without_a_face_are_misses_and_counted_apart():
    seen = np.arange(75) < 30
    result = of({"AU12": SMILE}, {"AU12": SMILE}, seen=seen)
    assert result.frames[0].tolist() == [75, 45, 0, 0]
    assert result.clip_no_face == 45
    missed = int((SMILE[30:, 0] > 1).sum())
    assert result.counts[0].tolist() == [PRESENT - missed, 0, missed, 75 - PRESENT]
    assert result.sums[0, 0] == 30


def test_a_clip_without_a_face_is_all_misses():
    result = of({"AU12": SMILE}, Estimate(Timeline(np.empty(0), {}), (), np.empty(0)))
    assert result.counts[0].tolist() == [0, 0, PRESENT, 75 - PRESENT]
    assert result.frames[0].tolist() == [75, 75, 0, 0]
    assert result.clip_no_face == result.clip_frames == 75
    assert kinds(result) == ["missed"]


def test_an_au_that_is_not_measured_is_a_miss_too():
    result = of({"AU12": SMILE}, {"AU4": FLAT})
    assert result.counts[0].tolist() == [0, 0, PRESENT, 75 - PRESENT]
    assert result.frames[0].tolist() == [75, 0, 75, 0]
    assert result.sums[0, 0] == 0


def test_one_frame():
    true = Timeline(np.zeros(1), {"AU12": np.full((1, 2), 3.0)})
    one = truth({})
    result = tally(type(one)("c", "p", true, {}), Estimate(true, (), np.zeros(1)), ("AU12",))
    assert result.counts[0].tolist() == [1, 0, 0, 0]
    assert np.isnan(pearson(result.sums)[0])


def test_frames_are_matched_by_time_and_a_frame_too_far_off_is_not_there():
    shifted = Timeline(TIMES[10:] + 0.004, {"AU12": SMILE[10:]})
    result = of({"AU12": SMILE}, Estimate(shifted, (), shifted.times_s))
    assert result.frames[0].tolist() == [75, 10, 0, 0]
    assert f1(result.counts)[0] == 1


def test_closings_of_the_eyes_are_one_au():
    blink = curve(5, 5, onset=0.5, rise=0.08, hold=0.08)
    said = estimate({"AU43": blink, "AU45": blink}, events=estimate({"AU43": blink}).events)
    assert [e.au for e in said.events] == ["AU45"]
    result = of({"AU43": FLAT, "AU45": blink, "AU46": FLAT}, said, aus=("AU43",))
    assert f1(result.counts)[0] == 1
    assert kinds(result) == ["found"]
    assert result.events[0].au == "AU43"


def test_true_onset_is_where_the_true_curve_crosses_the_detectors_level():
    # Rises from 0 at 0.8 s to 3 at 1.2 s: it crosses 0.5 a sixth of the way, not at 0.8 s.
    onset = graded_events(Timeline(TIMES, {"AU12": SMILE}))[0].onset_s
    assert onset == pytest.approx(0.8 + 0.4 / 6, abs=0.002)


def test_movements_of_grade_a_are_no_events():
    assert graded_events(Timeline(TIMES, {"AU12": curve(0.99, 0.99)})) == []
    assert graded_events(Timeline(TIMES, {"AU12": curve(1.0, 1.0)})) == []


def test_missed_invented_and_extra_events():
    twice = np.maximum(curve(3, 3, onset=0.2, rise=0.2, hold=0.2), curve(3, 3, onset=2.0, rise=0.2, hold=0.2))
    assert kinds(of({"AU12": twice}, {"AU12": curve(3, 3, onset=0.2, rise=0.2, hold=0.2)})) == ["found", "missed"]
    assert kinds(of({"AU12": FLAT}, {"AU12": SMILE})) == ["invented"]
    # A trace was there: overrated, not invented.
    assert kinds(of({"AU12": curve(0.9, 0.9)}, {"AU12": SMILE})) == ["extra"]
    # One movement seen as two: the second half is not an invention.
    assert kinds(of({"AU12": curve(3, 3, onset=0.2, hold=1.6)}, {"AU12": twice})) == ["found", "extra"]


def test_an_event_where_truth_is_hidden_is_not_scored():
    hidden = np.full((75, 2), np.nan)
    result = of({"AU12": hidden}, {"AU12": SMILE})
    assert (kinds(result), result.measured_hidden) == ([], 1)


def test_events_of_aus_that_are_not_scored_are_left_out():
    assert kinds(of({"AU12": FLAT}, estimate({"AU12": FLAT}, events=(event("AU51"), event("AU4"))))) == []


def test_events_of_grade_a_are_not_claims():
    assert kinds(of({"AU12": FLAT}, estimate({"AU12": FLAT}, events=(event("AU12", intensity=1.0),)))) == []


def test_left_right_confusion():
    right = of({"AU12": curve(3, 0)}, {"AU12": curve(3, 0.5)}).events[0]
    wrong = of({"AU12": curve(3, 0)}, {"AU12": curve(0, 3)}).events[0]
    both = of({"AU12": curve(3, 0)}, {"AU12": curve(3, 2.5)}).events[0]
    assert (right.swapped, right.sidedness) == (False, False)
    assert (wrong.swapped, wrong.sidedness) == (True, False)
    assert (both.swapped, both.sidedness) == (False, True)


def test_sides_are_not_judged_where_one_of_them_was_hidden():
    true = curve(3, 3)
    true[40:, 1] = np.nan
    found = of({"AU12": true}, {"AU12": curve(3, 0)}).events[0]
    assert found.timing
    assert (found.swapped, found.sidedness) == (None, None)


def test_a_movement_is_not_taken_for_one_sided_because_the_other_side_is_hidden():
    true = curve(3, 3)
    true[:, 1] = np.nan
    found = of({"AU12": true}, {"AU12": curve(2, 3)}).events[0]
    assert found.timing
    assert (found.swapped, found.sidedness) == (None, None)
