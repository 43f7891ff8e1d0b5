from faked import DURATION_S, event, evidence

from cot_engine.evaluation.faithfulness.said import explanation, read, said
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence import Hidden, Span
from cot_engine.trace import Trace

ALL = (Span(start_s=0, end_s=DURATION_S),)


def test_the_conclusion_is_no_part_of_the_explanation():
    text = Trace(observations=("AU12 rises.",), interpretation="AU6 joins.", conclusion="happiness").text
    assert explanation(text) == "AU12 rises.\nAU6 joins."


def test_a_text_without_headings_is_explanation_throughout():
    assert explanation("The lip corners are pulled up.") == "The lip corners are pulled up."


def test_what_is_asserted_denied_and_invented():
    found = said("AU12 and AU6 are there, AU4 is not.", evidence(event("AU12")))
    assert (found.asserted, found.denied, found.invented) == ({"AU12", "AU6"}, {"AU4"}, {"AU6"})


def test_closings_of_the_eyes_are_one():
    found = said("There is a blink (AU45).", evidence(event("AU43")))
    assert found.asserted == {"AU43"}
    assert not found.invented


def test_what_was_hidden_for_most_of_the_time_is_not_judged():
    hidden = Hidden(part="mouth", reason="mask", spans=ALL)
    found = said("AU12 is there, and so is AU4.", evidence(hidden=(hidden,)))
    assert (found.asserted, found.unjudged) == ({"AU4"}, {"AU12"})


def test_what_is_out_of_reach_is_not_judged():
    found = said("AU12 is there.", evidence(reach={"AU4": 0.9}))
    assert (found.asserted, found.unjudged) == (frozenset(), {"AU12"})


def test_strong_events_are_those_of_grade_c_or_more():
    against = evidence(event("AU12", 3.5, 0.5), event("AU4", 1.5, 1.0), event("AU1", 2.5, 2.0))
    found = said("AU12 is there.", against)
    assert [against.events[i].au for i in found.strong] == ["AU12", "AU1"]
    assert [against.events[i].au for i in found.told] == ["AU12"]


def test_grade_a_is_shown_but_not_present():
    found = said("", evidence(event("AU12", 0.8), event("AU4", 1.5)))
    assert (found.shown, found.present) == ({"AU12", "AU4"}, {"AU4"})


def test_clips_without_the_reference_are_left_out_and_refusals_are_not():
    clips = [Prediction(id="a", evidence=evidence(), failed="teacher_unavailable"), Prediction(id="b")]
    assert [p.id for p in read(clips, "measured")[0]] == ["a"]
    assert read(clips, "played") == ([], [])
