import json
from pathlib import Path

import pytest
from faked import event, evidence, random_evidence
from hypothesis import given, settings
from hypothesis import strategies as st

from cot_engine.evidence import Evidence, Hidden, Span
from cot_engine.verify import verify

DATA = Path(__file__).parent / "data"
FIXTURES = json.loads((DATA / "claims" / "evidence.json").read_text(encoding="utf-8"))
SMILE = Evidence.model_validate(FIXTURES["smile"])


def sections():
    for block in (DATA / "verdicts.txt").read_text(encoding="utf-8").split("\n## ")[1:]:
        title, *rows = block.strip().splitlines()
        yield pytest.param(Evidence.model_validate(FIXTURES[title]), [row.rpartition("|") for row in rows], id=title)


def judged(text, measured):
    """``{"12:both a s", ...}``: action unit, side, stance, verdict of every claim about a movement."""
    return {
        f"{c.au.removeprefix('AU')}{f':{c.side}' if c.side else ''} {c.stance[0]} {c.verdict[0]}"
        for c in verify(text, measured).claims
        if c.au
    }


@pytest.mark.parametrize(("measured", "rows"), list(sections()))
def test_the_verdict_of_a_sentence(measured, rows):
    faults = []
    for text, _, expected in rows:
        wanted = {claim.strip() for claim in expected.split(";") if claim.strip()}
        if (said := judged(text.strip(), measured)) != wanted:
            faults.append((text.strip(), "missing", wanted - said, "invented", said - wanted))
    assert faults == []


def verdicts(text, measured):
    return [c.verdict for c in verify(text, measured).claims]


STILL = evidence(event("AU12"), event("AU4", side="left"), duration_s=0.0, seen=(Span(start_s=0, end_s=0),), still=True)
LATE = evidence(event("AU51", onset=3.0, length=1.0, offset_seen=False), event("AU62", onset=0.0, length=0.5, onset_seen=False))
GONE = evidence(event("AU12"), seen=(Span(start_s=0, end_s=2.5),))
TRACE = evidence(event("AU12", 0.8))


@pytest.mark.parametrize(
    ("text", "measured", "verdict"),
    [
        # A still image has movements but no dynamics.
        ("A smile.", STILL, "supported"),
        ("The smile begins at 0.6 s.", STILL, "unverifiable"),
        ("The frown is on the right.", STILL, "contradicted"),
        ("AU1 rises at 0.6 s.", STILL, "contradicted"),
        # A boundary out of view cannot speak against what is said of it.
        ("The head turn to the left ends at 5.0 s.", LATE, "supported"),
        ("The head turn to the left begins at 1.0 s.", LATE, "contradicted"),
        ("The eyes look to the right from the start.", LATE, "supported"),
        # Where the face was out of view nothing can be judged.
        ("She frowns at 3.0 s.", GONE, "unverifiable"),
        ("She does not frown after 3.0 s.", GONE, "unverifiable"),
        ("She frowns at 2.0 s.", GONE, "contradicted"),
        # A trace is there, but a face with it is still at rest.
        ("She does not smile.", TRACE, "contradicted"),
        ("The face is at rest.", TRACE, "supported"),
        ("No strong smile.", TRACE, "supported"),
        # The whole face.
        ("Until 0.5 s the face is at rest.", SMILE, "supported"),
        ("Until 1.5 s the face is at rest.", SMILE, "contradicted"),
        ("The face is at rest again from 2.5 s on.", SMILE, "supported"),
        ("Nothing moves.", SMILE, "contradicted"),
        ("Nothing speaks for talking.", SMILE, "supported"),
        ("She is talking.", SMILE, "contradicted"),
        ("She talks from 1.0 to 2.0 s.", evidence(talking=(Span(start_s=0.8, end_s=2.1),)), "supported"),
        ("She does not talk.", evidence(talking=(Span(start_s=0.8, end_s=2.1),)), "contradicted"),
    ],
)
def test_one_statement(text, measured, verdict):
    assert verdicts(text, measured) == [verdict]


HAND = evidence(
    event("AU4"), hidden=(Hidden(part="chin", reason="hand or object", spans=(Span(start_s=1.6, end_s=1.9),)),)
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("The chin was hidden by a hand between 1.6 and 1.9 s.", "supported"),
        ("The chin was hidden by a hand between 3.0 and 3.5 s.", "contradicted"),
        ("The mouth is covered.", "contradicted"),
        ("The chin is never covered.", "contradicted"),
        ("The chin is raised at 1.7 s.", "unverifiable"),
        ("The chin is not raised at 1.7 s.", "unverifiable"),
        ("The chin is raised at 3.0 s.", "contradicted"),
        ("The chin is not raised.", "supported"),
    ],
)
def test_what_was_hidden(text, verdict):
    assert verdicts(text, HAND) == [verdict]


def test_nothing_else_moves_is_held_against_what_the_text_leaves_out():
    measured = evidence(event("AU12"), event("AU4", 2.5), event("AU25", 1.5))
    assert verdicts("The lip corners rise. Nothing else moves.", measured) == ["supported", "contradicted"]
    text = "The lip corners rise and the brows lower. Nothing else moves."
    assert verdicts(text, measured) == ["supported", "supported", "supported"]


def test_raised_eyebrows_are_those_that_were_measured():
    assert judged("The eyebrows rise.", evidence(event("AU2"))) == {"2 a s"}
    assert judged("The eyebrows rise.", evidence(event("AU1"), event("AU2"))) == {"1 a s", "2 a s"}
    assert judged("The eyebrows rise.", evidence()) == {"1 a c", "2 a c"}
    assert judged("The eyebrows do not rise.", evidence(event("AU2"))) == {"1 d s", "2 d c"}


def test_narrowed_eyes_are_the_lids_or_else_the_cheeks():
    assert judged("The eyes narrow.", evidence(event("AU6"), event("AU7"))) == {"7 a s"}
    assert judged("The eyes narrow.", evidence(event("AU6"))) == {"6 a s"}
    assert judged("The eyes narrow.", evidence()) == {"7 a c"}


def test_a_part_that_keeps_still_denies_what_the_source_can_measure():
    measured = evidence(event("AU4"), reach={"AU1": 0.9, "AU4": 0.9})
    assert judged("The brows do not move.", measured) == {"1 d s", "4 d c"}
    assert judged("AU2 is absent.", measured) == {"2 d u"}


def test_the_reason_gives_the_measured_values():
    (claim,) = verify("Both lip corners rise from 2.0 s.", SMILE).claims
    assert claim.reason == "it begins at 0.60 s; measured AU12 both sides 0.60-2.40 s, peak 3.4 (D) at 1.20 s"
    assert (claim.event, claim.times_s, claim.side) == (0, (2.0,), "both")


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("", (0, 1)),
        ("She smiles.", (1,)),
        ("She smiles and the cheeks are raised.", ()),
        ("She smiles. The cheeks are not raised.", (1,)),
        ("She smiles. Perhaps the cheeks are raised.", (1,)),
        ("She smiles and the cheeks are raised at 2.9 s.", ()),
    ],
)
def test_events_of_grade_c_or_more_that_no_asserted_claim_covers(text, left_out):
    assert verify(text, SMILE).omissions == left_out


def test_one_of_two_events_can_be_left_out():
    twice = evidence(event("AU12", onset=0.5, length=0.6), event("AU12", onset=2.5, length=0.6))
    assert verify("The lip corners rise at 0.7 s.", twice).omissions == (1,)
    assert verify("The lip corners rise.", twice).omissions == ()


def test_claims_of_one_clause_share_its_characters():
    text = "AU6+12 rise; the brows do not move."
    claims = verify(text, SMILE).claims
    assert [text[c.start : c.end] for c in claims] == [c.text for c in claims]
    assert len({(c.start, c.end) for c in claims}) == 2


@settings(max_examples=150, deadline=None)
@given(st.text() | st.lists(st.sampled_from(sorted((DATA / "verdicts.txt").read_text().split())), max_size=30).map(" ".join))
def test_any_text_is_judged_without_raising_and_always_the_same(text):
    measured = random_evidence(len(text))
    checked = verify(text, measured)
    assert verify(text, measured) == checked
    assert all(text[c.start : c.end] == c.text for c in checked.claims)
    assert all(0 <= i < len(measured.events) for i in checked.omissions)
