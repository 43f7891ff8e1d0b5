import pytest
from faked import event, evidence

from cot_engine.evaluation.faithfulness import placing
from cot_engine.evaluation.faithfulness.placing import placed
from cot_engine.evaluation.prediction import Prediction


def clip(id, text, *events):
    return Prediction(id=id, text=text, evidence=evidence(*events))


LEFT = event("AU12", side="left", left=3.5, right=0.0)


def test_left_for_right_is_swapped():
    (one,) = placed("AU12 is there on the right side.", evidence(LEFT))
    assert (one.side_wrong, one.swapped) == (True, True)


def test_the_right_side_and_no_side():
    assert placed("AU12 is there on the left side.", evidence(LEFT))[0].side_wrong is False
    assert placed("AU12 is there.", evidence(LEFT))[0].side_wrong is None


def test_a_side_that_was_not_measured_cannot_be_wrong():
    there = event("AU12", side_measured=False)
    assert placed("AU12 is there on the left side.", evidence(there))[0].side_wrong is None


def test_stated_times_by_hand():
    (one,) = placed("AU12 begins at 1.3 s.", evidence(event("AU12", onset=1.0)))
    assert one.errors_s == (("onset", pytest.approx(0.3)),)


def test_the_nearest_event_of_several_is_meant():
    against = evidence(event("AU12", onset=0.2, length=0.5), event("AU12", onset=3.0, length=0.5))
    (one,) = placed("AU12 begins at 2.9 s.", against)
    assert one.errors_s == (("onset", pytest.approx(-0.1)),)


def test_what_is_denied_or_was_not_there_is_not_matched():
    assert placed("AU12 is absent. AU4 begins at 1.0 s.", evidence(LEFT)) == []


def test_a_boundary_out_of_view_has_no_error():
    against = evidence(event("AU12", onset=0.0, onset_seen=False))
    assert placed("AU12 begins at 0.5 s.", against)[0].errors_s == ()


def test_the_section_by_hand():
    clips = [
        clip("a", "AU12 begins at 1.2 s on the left side.", LEFT),
        clip("b", "AU12 begins at 1.0 s on the right side.", LEFT),
    ]
    found = placing.section(clips)
    assert found.figure("side error, measured").value == 0.5
    assert found.figure("left and right swapped, measured").value == 0.5
    assert found.figure("onset error ms, measured").value == pytest.approx(100, abs=1e-9)
    assert found.figure("apex error ms, measured").value is None
    assert "wrong about the side in 50 %" in found.sentences[0]
