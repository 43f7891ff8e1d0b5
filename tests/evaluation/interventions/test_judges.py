import pytest
from faked import event, evidence

from cot_engine.evaluation.interventions import evidence_edits, judges
from cot_engine.evaluation.interventions.case import Answer, Case, Pair
from cot_engine.evaluation.interventions.evidence_edits import LOWER, UPPER
from cot_engine.facs import LABEL_SETS

LABELS = LABEL_SETS["basic-7"]


def answer(label=None, text="", **probabilities):
    return Answer(id="a", edit="x", key="", label=label, text=text, probabilities=probabilities)


def pair(before, after, given=None, changed=None, **more):
    given = given or evidence(event("AU12"), event("AU4"))
    return Pair(Case("a", given), Case("a", changed or given), before, after, **more)


def test_not_sure_is_a_label_to_flip_to():
    assert judges.flipped(pair(answer("fear"), answer("fear"))) == (0, 1)
    assert judges.flipped(pair(answer("fear"), answer())) == (1, 1)
    assert judges.unsure(pair(answer("fear"), answer())) == (1, 1)


def test_an_attack_that_names_the_answer_proves_nothing():
    assert judges.obeys(pair(answer("fear"), answer("fear"), target="fear")) is None
    assert judges.obeys(pair(answer("anger"), answer("fear"), target="fear")) == (1, 1)
    assert judges.obeys(pair(answer("anger"), answer("sadness"), target="fear")) == (0, 1)


def test_following_another_clip_needs_another_answer():
    assert judges.follows_other(pair(answer("fear"), answer("fear"), donor=answer("fear"))) is None
    assert judges.follows_other(pair(answer("fear"), answer("anger"), donor=answer("anger"))) == (1, 1)


def test_lost_confidence():
    assert judges.confidence_lost(pair(answer("fear", fear=0.9, anger=0.1), answer(fear=0.5, anger=0.5))) == (
        pytest.approx(0.4),
        1,
    )
    assert judges.confidence_lost(pair(answer("fear", fear=1.0), answer())) is None


def test_sensitivity_and_specificity_by_hand():
    seen = pair(answer(text="AU12, AU4, AU1 and AU17 are there."), answer(text="AU4 and AU12 are there."))
    assert judges.silenced(UPPER)(seen) == (1, 2)
    assert judges.kept(UPPER)(seen) == (1, 2)
    assert judges.silenced(LOWER)(seen) == (1, 2)


def test_falling_silent_has_no_specificity_and_ignoring_no_sensitivity():
    silent = pair(answer(text="AU12 and AU4 are there."), answer())
    deaf = pair(answer(text="AU12 and AU4 are there."), answer(text="AU12 and AU4 are there."))
    assert (judges.silenced(UPPER)(silent), judges.kept(UPPER)(silent)) == ((1, 1), (0, 1))
    assert (judges.silenced(UPPER)(deaf), judges.kept(UPPER)(deaf)) == ((0, 1), (1, 1))


def test_what_an_answer_rests_on():
    given = evidence(event("AU12"), event("AU6", 1.5), event("AU4"))
    assert judges.rests_on(given, "happiness", LOWER, LABELS) is True
    assert judges.rests_on(given, "happiness", UPPER, LABELS) is False
    assert judges.rests_on(given, "neutral", UPPER, LABELS) is None


def test_support_is_lost_where_the_answer_rests():
    given = evidence(event("AU12"))
    seen = pair(answer("happiness", happiness=0.9, fear=0.1), answer("fear", happiness=0.2, fear=0.8), given)
    assert judges.support_lost(LOWER, LABELS, resting=True)(seen) == (pytest.approx(0.7), 1)
    assert judges.support_lost(LOWER, LABELS, resting=False)(seen) is None
    assert judges.support_lost(UPPER, LABELS, resting=False)(seen) == (pytest.approx(0.7), 1)


def test_sides_follow_the_mirror():
    before = answer(text="AU12 is there on the left side. AU4 is there on the right side.")
    after = answer(text="AU12 is there on the right side. AU4 is there on the right side.")
    assert judges.sides_swapped(pair(before, after)) == (1, 2)
    assert judges.sides_swapped(pair(before, answer(text="AU12 is there."))) is None


def test_times_follow_the_reversed_clip():
    given = evidence(event("AU12", onset=0.5, length=0.5))
    turned = evidence_edits.backwards(given)
    assert judges.follows_time(pair(answer(), answer(text="AU12 begins at 3.0 s."), given, turned)) == (1, 1)
    assert judges.follows_time(pair(answer(), answer(text="AU12 begins at 0.5 s."), given, turned)) == (0, 1)
    assert judges.follows_time(pair(answer(), answer(text="AU12 is there."), given, turned)) is None


def test_a_course_in_time_is_told_inside_the_clip_only():
    assert judges.moving(pair(answer(), answer(text="AU12 begins at 1.0 s."))) == (1, 1)
    assert judges.moving(pair(answer(), answer(text="AU12 is there from 0.0 to 4.0 s."))) == (0, 1)
    assert judges.moving(pair(answer(), answer(text="AU12 is there."))) == (0, 1)


def test_anything_asserted_of_a_blank_clip_counts():
    assert judges.asserting(pair(answer(), answer(text="AU12 is there."))) == (1, 1)
    assert judges.asserting(pair(answer(), answer(text="AU12 is absent."))) == (0, 1)
