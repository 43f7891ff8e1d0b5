import pytest
from faked import event, evidence
from rewards import au_coverage, au_precision, format_reward, label_reward, leak_penalty, reward_functions

from cot_engine.facs import LABEL_SETS
from cot_engine.trace import Trace

LABELS = LABEL_SETS["basic-7"]
SMILE = evidence(event("AU12", 3.4), event("AU6", 3.1))
GOOD = Trace(
    observations=("Both lip corners are pulled up (AU12), and the cheeks are raised (AU6).",),
    interpretation="AU6 and AU12 move together.",
    conclusion="happiness",
).text
INVENTED = GOOD.replace("and the cheeks are raised (AU6)", "the cheeks are raised (AU6), and the brows are lowered (AU4)")
OMITTED = GOOD.replace(", and the cheeks are raised (AU6)", "")
LEAKED = GOOD.replace("Both lip corners", "In happiness both lip corners")


def test_a_true_and_whole_trace_earns_everything():
    assert label_reward(GOOD, "happiness", LABELS) == 1
    assert format_reward(GOOD) == 1
    assert au_precision(GOOD, SMILE) == 1
    assert au_coverage(GOOD, SMILE) == 1
    assert leak_penalty(GOOD, LABELS) == 0


def test_invention_costs_precision_and_no_coverage():
    assert au_precision(INVENTED, SMILE) < 1
    assert au_coverage(INVENTED, SMILE) == 1


def test_omission_costs_coverage_and_no_precision():
    assert au_coverage(OMITTED, SMILE) == 0.5
    assert au_precision(OMITTED, SMILE) == 1


def test_what_is_only_said_in_the_interpretation_was_not_observed():
    moved = GOOD.replace(", and the cheeks are raised (AU6)", "").replace("AU6 and AU12 move", "The cheeks (AU6) and AU12 move")
    assert au_coverage(moved, SMILE) == 0.5


def test_a_label_told_in_the_observations_is_punished_and_a_wrong_one_earns_nothing():
    assert leak_penalty(LEAKED, LABELS) == -1
    assert label_reward(GOOD, "anger", LABELS) == 0
    assert label_reward(GOOD, None, LABELS) == 0
    assert label_reward(GOOD.replace("happiness", "joy"), "happiness", LABELS) == 1


def test_form_is_paid_by_what_is_right_of_it():
    assert format_reward("") == 0
    assert 0 < format_reward(GOOD.replace("Conclusion\nhappiness", "")) < 1


def test_silence_earns_no_precision_and_a_still_face_hides_no_omission():
    assert au_precision("Nothing can be said.", SMILE) is None
    assert au_coverage(GOOD, evidence()) is None
    by_name = {function.__name__: function for function in reward_functions(LABELS)}
    still = evidence().model_dump_json()
    assert by_name["precision"](["Nothing can be said."], evidence=[still]) == [0.0]
    assert by_name["coverage"](["Nothing can be said."], evidence=[still]) == [1.0]


@pytest.mark.parametrize("wrap", [str, lambda text: [{"role": "assistant", "content": text}]])
def test_the_whole_reward_prefers_the_good_completion_to_every_planted_bad_one(wrap):
    def whole(text):
        columns = {"label": ["happiness"], "evidence": [SMILE.model_dump_json()]}
        return sum(function([wrap(text)], **columns)[0] for function in reward_functions(LABELS))

    worse = [INVENTED, OMITTED, LEAKED, GOOD.replace("happiness", "anger"), "happiness", ""]
    assert all(whole(text) < whole(GOOD) for text in worse)
