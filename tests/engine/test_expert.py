from pathlib import Path

from cot_engine.corpora.au_strings import parse_aus
from cot_engine.corpora.base import AUAnnotation, Sample, coded
from cot_engine.engine.expert import coding, expert_evidence
from cot_engine.verify import verify


def evidence(*aus):
    return expert_evidence(Sample("a", "disfa", Path("/clips/a.mp4"), aus=tuple(aus)))


def test_a_graded_au_is_an_event_without_times_or_sides():
    measured = evidence(coded(12, 4))
    (event,) = measured.events
    assert (event.au, event.grade, event.strength_measured, event.side_measured) == ("AU12", "D", True, False)
    assert measured.still
    assert measured.source == "expert coding, disfa"


def test_presence_alone_says_nothing_of_strength_and_must_still_be_told():
    measured = evidence(AUAnnotation("AU12"))
    assert not measured.events[0].strength_measured
    assert measured.must_mention() == [0]


def test_coded_absent_is_reached_and_has_no_event():
    measured = evidence(coded(12, 3), coded(4, 0))
    assert measured.reach == {"AU12": 1.0, "AU4": 1.0}
    assert [e.au for e in measured.events] == ["AU12"]
    assert verify("The brows are not lowered (AU4).", measured).claims[0].verdict == "supported"


def test_what_was_not_coded_or_not_decided_is_out_of_reach():
    measured = evidence(*parse_aus("6B+L14 or R14"))
    assert set(measured.reach) == {"AU6"}
    assert verify("The nose is wrinkled (AU9).", measured).claims[0].verdict == "unverifiable"


def test_sides_are_kept_and_both_sides_become_one_event():
    left = evidence(*parse_aus("L14C")).events[0]
    assert (left.side, left.side_measured) == ("left", True)
    both = evidence(*parse_aus("L10B+R10D")).events
    assert [(e.side, e.left, e.right, e.grade) for e in both] == [("both", 2.0, 4.0, "D")]


def test_codes_outside_the_codebook_are_left_out_and_nothing_coded_is_none():
    assert evidence(AUAnnotation("AU65")) is None
    assert evidence() is None


def test_a_coding_holds_the_strongest_letter_of_each_au_and_what_is_absent():
    aus = (*parse_aus("L10B+R10D+6+L14 or R14"), coded(4, 0))
    assert coding(Sample("a", "samm", Path("/clips/a.mp4"), aus=aus)) == {"AU10": "D", "AU6": "present", "AU4": "absent"}
