import pytest
from faked import event, evidence

from cot_engine.action_units.blendshapes import READINGS
from cot_engine.evidence import RELIABLE, Hidden, Span
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.codebook import Codebook
from cot_engine.verify import verify


def verdicts(text, measured):
    return [(claim.au, claim.verdict) for claim in verify(text, measured).claims]


@pytest.mark.parametrize(("trust", "verdict"), [(RELIABLE, "contradicted"), (RELIABLE - 0.01, "unverifiable")])
def test_a_movement_not_read_is_false_only_where_it_would_have_been_read(trust, verdict):
    assert verdicts("The brows are lowered (AU4).", evidence(trust=trust)) == [("AU4", verdict)]


@pytest.mark.parametrize(("trust", "verdict"), [(RELIABLE, "supported"), (RELIABLE - 0.01, "unverifiable")])
def test_an_absence_is_proved_only_by_a_reliable_reading(trust, verdict):
    assert verdicts("There is no AU4.", evidence(trust=trust)) == [("AU4", verdict)]


def test_an_unreliable_reading_that_is_there_still_supports():
    assert verdicts("AU4 is there.", evidence(event("AU4"), trust=0.2)) == [("AU4", "supported")]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("The left lip corner rises.", "unverifiable"),
        ("The lip corners rise.", "supported"),
        ("AU12 on one side only.", "unverifiable"),
        ("Both lip corners rise.", "unverifiable"),
    ],
)
def test_a_side_that_the_source_does_not_tell_cannot_be_judged(text, verdict):
    assert verdicts(text, evidence(event("AU12", side_measured=False))) == [("AU12", verdict)]


def test_strength_of_presence_alone_cannot_be_judged():
    present = evidence(event("AU12", 2.0, strength_measured=False))
    assert verdicts("A severe AU12.", present) == [("AU12", "unverifiable")]
    (claim,) = verify("AU12 is there.", present).claims
    assert claim.verdict == "supported"
    assert "strength not measured" in claim.reason


def test_reasons_about_a_picture_name_no_times():
    still = evidence(
        event("AU12", onset=0, length=0, left=3.5, right=3.4), still=True, duration_s=0, seen=(Span(start_s=0, end_s=0),)
    )
    (claim,) = verify("The lip corners rise (AU12).", still).claims
    assert claim.reason == "measured AU12 both sides, 3.5 (D)"


def test_the_codebook_is_true_of_a_face_on_which_nothing_was_read():
    nothing = evidence(reach={au: reading.trust for au, reading in READINGS.items()})
    text = Codebook().explain(nothing, LABEL_SETS["basic-7"], 0.45).trace.text
    claims = verify(text, nothing).claims
    assert claims
    assert {claim.verdict for claim in claims} == {"supported"}


def test_what_is_turned_away_from_the_camera_keeps_the_persons_own_side():
    away = evidence(hidden=(Hidden(part="right brow", reason="turned away", spans=(Span(start_s=0.0, end_s=2.0),)),))
    (claim,) = verify("The right brow is turned away from the camera.", away).claims
    assert (claim.side, claim.verdict) == ("right", "supported")
