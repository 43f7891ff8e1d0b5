import pytest
from faked import event, evidence

from cot_engine.engine.guards import copied, copied_from_prompt, empty, omitted, paragraph, ungrounded
from cot_engine.prompts import load_prompt
from cot_engine.verify import verify

SMILE = evidence(event("AU12", 3.4), event("AU6", 1.5), reach={"AU12": 0.9, "AU6": 0.9, "AU4": 0.9, "AU15": 0.3})


def grounded(text, observed=None):
    return [(f.code, f.about) for f in ungrounded(verify(text, SMILE), SMILE, len(text) if observed is None else observed)]


def test_true_claims_pass():
    assert grounded("From 1.00 to 2.50 s both lip corners are drawn up (AU12). The brows (AU4) do not lower.") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The nose is wrinkled (AU9).", "au_not_measured"),
        ("The brows are lowered (AU4).", "claim_contradicted"),
        ("The left lip corner alone is drawn up (AU12).", "claim_contradicted"),
        ("At 3.60 s the lip corners are drawn up (AU12).", "claim_contradicted"),
        ("The lip corners are not pulled down (AU15).", "claim_unverifiable"),
    ],
)
def test_a_claim_without_ground_is_named_by_kind(text, code):
    assert grounded(text) == [(code, "observations")]


def test_claims_behind_the_observations_belong_to_the_interpretation():
    assert grounded("The brows are lowered (AU4).", observed=0) == [("claim_contradicted", "interpretation")]


def test_an_event_of_grade_c_left_out_is_a_fault_and_one_of_grade_b_is_not():
    faults = omitted(verify("The cheeks rise (AU6).", SMILE), SMILE)
    assert [fault.code for fault in faults] == ["omission"]
    assert "AU12" in faults[0].message
    assert omitted(verify("The lip corners are drawn up (AU12).", SMILE), SMILE) == []


def test_a_description_without_words_is_malformed():
    assert [fault.code for fault in empty(["", "  "])] == ["malformed"]
    assert empty(["The lips part."]) == []


def test_a_paragraph_accepted_before_is_a_copy_whatever_its_case_and_layout():
    accepted = {paragraph(["The lips part at 1.20 s.", "The jaw drops."])}
    assert copied(["the lips part at 1.20 s. The jaw  drops"], accepted)
    assert copied(["The lips part at 1.30 s.", "The jaw drops."], accepted) == []
    assert copied(["The lips part at 1.20 s."], accepted) == []


def test_a_sentence_out_of_a_prompt_is_a_copy_and_a_short_one_is_not():
    line = next(text for text in load_prompt("describe").text.splitlines() if len(text.split()) > 12)
    assert {fault.code for fault in copied_from_prompt([line])} == {"copied"}
    assert copied_from_prompt(["The brows do not move.", "From 0.60 s both lip corners are drawn up and back (AU12)."]) == []
