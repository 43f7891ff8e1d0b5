import pytest
from faked import event, evidence

from cot_engine.evidence import Hidden, Span
from cot_engine.evidence_text import evidence_text
from cot_engine.facs import LABEL_SETS, Label, LabelSet
from cot_engine.frame_choice import choose_frames
from cot_engine.messages import assistant_message, prompt_hashes, user_message
from cot_engine.trace import Trace, parse_trace

LABELS = LABEL_SETS["basic-7"]
SMILE = evidence(event("AU12", 3.4, left=3.4, right=3.1), event("AU6", 2.5, side="left"))
TIMES = [n / 10 for n in range(40)]


def text_of(message):
    return "\n".join(part["text"] for part in message["content"] if part["type"] == "text")


def test_every_part_has_the_same_keys():
    parts = user_message(SMILE, LABELS, choose_frames(SMILE, TIMES))["content"]
    assert {frozenset(part) for part in parts} == {frozenset({"type", "text"})}


def test_there_is_one_image_part_for_each_frame_with_its_time_before_it():
    frames = choose_frames(SMILE, TIMES)
    parts = user_message(SMILE, LABELS, frames)["content"]
    spots = [i for i, part in enumerate(parts) if part["type"] == "image"]
    assert len(spots) == len(frames)
    assert [f"{frame.time_s:.2f} s" in parts[i - 1]["text"] for i, frame in zip(spots, frames, strict=True)] == [True] * len(
        frames
    )


def test_evidence_lines_can_be_left_out_and_captions_do_not_give_them_away():
    blind = text_of(user_message(SMILE, LABELS, choose_frames(SMILE, TIMES), evidence_lines=False))
    told = text_of(user_message(SMILE, LABELS))
    assert "AU12 lip corner puller" in told
    # All that stays is what is asked of every clip.
    still = text_of(user_message(evidence(), LABELS, choose_frames(SMILE, TIMES), evidence_lines=False))
    assert blind == still


def test_the_labels_to_choose_from_are_given_and_none_is_the_answer():
    assert f"one of {', '.join(LABELS.names)}, or not sure" in text_of(user_message(SMILE, LABELS))


def test_the_question_says_which_movement_speaks_for_which_label():
    assert "; AU26 for surprise, fear." in text_of(user_message(SMILE, LABELS))
    alone = LabelSet("alone", (Label("neutral"),))
    assert "What speaks for which: nothing known." in text_of(user_message(SMILE, alone))


def test_the_answer_is_the_trace():
    trace = Trace(observations=("The lips part.",), interpretation="Little.", conclusion="neutral")
    assert parse_trace(text_of(assistant_message(trace))) == trace


def test_hashes_are_those_of_the_prompt_files():
    assert set(prompt_hashes()) == {"explain", "evidence_lines"}
    assert all(len(value) == 64 for value in prompt_hashes().values())


def test_a_movement_is_told_with_side_times_and_strength():
    text = evidence_text(SMILE)
    assert "AU12 lip corner puller, both (left 3.4, right 3.1): 1.00 to 2.50 s, peak 3.4 (D) at 1.50 s" in text
    assert "AU6 cheek raiser, left:" in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"side_measured": False}, "side not measured"),
        ({"strength_measured": False}, "peak strength not measured"),
        ({"onset_seen": False}, "(already there)"),
        ({"offset_seen": False}, "(still there)"),
    ],
)
def test_what_was_not_measured_is_said(more, said):
    assert said in evidence_text(evidence(event("AU12", **more)))


def test_absent_doubtful_and_hidden_are_three_lines():
    hidden = (Hidden(part="mouth", reason="mask", spans=(Span(start_s=0, end_s=4),)),)
    measured = evidence(reach={"AU4": 0.9, "AU15": 0.3, "AU12": 0.9}, hidden=hidden)
    lines = evidence_text(measured).splitlines()
    assert "Measured and not seen: AU4" in lines
    # AU15 and AU12 need the mouth: hidden, they are neither absent nor missed.
    assert "Not seen, but often missed by this measurement: none" in lines
    assert "Hidden from view: mouth (mask) 0.00-4.00 s" in lines


def test_a_picture_has_no_times():
    still = evidence(event("AU12", onset=0, length=0), still=True, duration_s=0, seen=(Span(start_s=0, end_s=0),))
    assert " s" not in evidence_text(still).partition("Movements:")[2].partition("\n- ")[2].splitlines()[0]
