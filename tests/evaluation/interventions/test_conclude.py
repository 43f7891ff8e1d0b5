import pytest
from faked import event, evidence

from cot_engine.claims import mentions
from cot_engine.evaluation.interventions import conclude
from cot_engine.evaluation.interventions.case import Answer, Case
from cot_engine.evaluation.interventions.conclude import CORRUPTED, CUTS, SWAPPED, WHOLE, area_over_curve, cut_name, questions
from cot_engine.trace import Trace

CASE = Case("a", evidence(event("AU12")))
LINES = ("AU12 rises.", "AU6 rises.", "AU25 follows.", "Nothing else moves.")


def answer(id, edit, label, lines=()):
    return Answer(id=id, edit=edit, key="", label=label, text=Trace(observations=lines, interpretation="", conclusion="x").text)


def test_the_area_by_hand():
    assert area_over_curve([1, 1, 1, 1, 1]) == 0
    assert area_over_curve([0, 0, 0, 0, 1]) == pytest.approx(0.875, abs=1e-9)
    assert area_over_curve([0, 0.5, 1, 1, 1]) == pytest.approx(0.25 * (0.5 * (1 + 0.5) + 0.5 * 0.5), abs=1e-9)


def test_traces_are_cut_line_by_line_and_hold_no_conclusion():
    asked = {q.edit: q.trace for q in questions(CASE, answer("a", "as it is", "fear", LINES), None)}
    assert [len(asked[cut_name(share)].observations) for share in CUTS] == [0, 1, 2, 3, 4]
    assert not any(trace.interpretation or trace.conclusion for trace in asked.values())


def test_another_trace_and_a_contradicting_one_are_asked_about():
    other = answer("b", "as it is", "anger", ("AU4 lowers.",))
    asked = {q.edit: q.trace for q in questions(CASE, answer("a", "as it is", "fear", LINES), other)}
    assert asked[SWAPPED].observations == ("AU4 lowers.",)
    assert "AU15" in mentions(asked[CORRUPTED].text).asserted


def test_who_follows_the_text_and_who_the_clip():
    answers = {("a", cut_name(share)): answer("a", cut_name(share), "fear") for share in CUTS}
    answers["a", SWAPPED] = answer("a", SWAPPED, "anger")
    answers["a", CORRUPTED] = answer("a", CORRUPTED, "fear")
    found = {f.name: f.value for f in conclude.figures([CASE], answers, {"a": answer("b", "as it is", "anger")})}
    assert found == {
        "AOC, trace cut": 0, f"follows the text, {SWAPPED}": 1, f"follows the clip, {SWAPPED}": 0, f"flips, {CORRUPTED}": 0,
    }  # fmt: skip


def test_who_was_not_asked_has_no_figures():
    assert conclude.figures([CASE], {}, {}) == []
    assert cut_name(1.0) == WHOLE
