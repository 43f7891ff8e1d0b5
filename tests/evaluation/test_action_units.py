import pytest
from faked import event, evidence

from cot_engine.evaluation.action_units import action_unit_section
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence import Hidden, Span


def clip(id, played, measured, **more):
    return Prediction(id=id, played=evidence(*map(event, played), **more), evidence=evidence(*map(event, measured)))


def test_f1_of_each_action_unit_and_their_mean_by_hand():
    section = action_unit_section([clip("a", ["AU12"], ["AU12", "AU4"]), clip("b", ["AU12", "AU4"], []), clip("c", [], [])])
    # AU12: 1 hit, 1 miss -> 2/3; AU4: 1 miss, 1 false -> 0.
    assert section.figure("F1 of AU12").value == pytest.approx(2 / 3, abs=1e-9)
    assert section.figure("F1 of AU4").value == 0
    assert section.figure("AU F1, mean").value == pytest.approx(1 / 3, abs=1e-9)
    assert "Never found by the measurement: AU4." in section.sentences


def test_the_presence_rule_is_grade_b_and_is_stated():
    weak = Prediction(id="a", played=evidence(event("AU12", 0.9), event("AU4")), evidence=evidence(event("AU12"), event("AU4")))
    section = action_unit_section([weak])
    assert [f.name for f in section.figures] == ["AU F1, mean", "F1 of AU4"]
    assert "grade B or more" in section.figure("AU F1, mean").note


def test_what_was_hidden_is_not_judged():
    hidden = (Hidden(part="mouth", reason="mask", spans=(Span(start_s=0, end_s=4),)),)
    section = action_unit_section([clip("a", ["AU12", "AU4"], ["AU4"], hidden=hidden)])
    assert section.figure("AU F1, mean").value == 1
    assert [f.name for f in section.figures] == ["AU F1, mean", "F1 of AU4"]


def test_a_clip_in_which_nothing_could_be_measured_is_a_miss():
    refused = Prediction(id="a", failed="no_face", played=evidence(event("AU12")))
    section = action_unit_section([refused])
    assert section.figure("AU F1, mean").value == 0
    assert any("nothing could be measured" in sentence for sentence in section.sentences)


def test_without_a_truth_there_is_a_reason_and_no_number():
    section = action_unit_section([Prediction(id="a", evidence=evidence())])
    assert section.figure("AU F1, mean").value is None
