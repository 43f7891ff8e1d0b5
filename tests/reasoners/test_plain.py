"""The one wording a small model learns: every sentence holds, and begins with the number it is looked up by."""

import re

import pytest
from faked import event, evidence, out_of_view, random_evidence

from cot_engine.facs import LABEL_SETS
from cot_engine.messages import user_message
from cot_engine.reasoners.infer import telling
from cot_engine.reasoners.interpret import UNTOLD
from cot_engine.reasoners.plain import plain_trace
from cot_engine.trace import parse_trace
from cot_engine.verify import verify

BASIC = LABEL_SETS["basic-7"]
SEEN = [
    evidence(),
    evidence(event("AU12", 4.2), event("AU6", 3.5)),
    evidence(event("AU1"), event("AU2"), event("AU5", 2.5), event("AU26", 0.8)),
    evidence(event("AU15", 3.0), event("AU17", 1.2)),
]


@pytest.mark.parametrize("seen", [*SEEN, *map(random_evidence, range(200))])
def test_every_statement_is_supported_and_nothing_strong_is_left_out(seen):
    checked = verify(plain_trace(seen, BASIC, 0.45).text, seen)
    assert checked.claims
    assert {claim.verdict for claim in checked.claims} == {"supported"}
    assert checked.omissions == ()


@pytest.mark.parametrize("seen", SEEN)
def test_movements_stand_in_the_order_of_the_measurement_with_their_numbers_first(seen):
    trace = plain_trace(seen, BASIC, 0.45)
    numbered = [match[0] for line in trace.observations if (match := re.match(r"AU\d+", line))]
    assert numbered == [one.au for one in seen.events]


@pytest.mark.parametrize("seen", SEEN)
def test_it_reads_back_as_it_was_written_and_ends_with_the_likeliest_label(seen):
    trace = plain_trace(seen, BASIC, 0.45)
    assert parse_trace(trace.text) == trace
    assert trace.conclusion in BASIC.names


@pytest.mark.parametrize("seen", SEEN)
def test_what_speaks_for_a_label_is_said_in_the_words_of_the_question(seen):
    said = plain_trace(seen, BASIC, 0.45).interpretation.removeprefix("What speaks for which: ").split(".")[0].split("; ")
    asked = user_message(seen, BASIC)["content"][0]["text"]
    moved = {one.au for one in seen.events if telling(one) and not one.talking}
    assert len(said) == max(len(moved), 1)
    for one in said if moved else ():
        au = one.split()[0]
        assert re.sub(r" \([A-E]\)", "", one) in asked if au in BASIC.speaking_for else one.endswith(" set aside")
    assert moved or said == ["nothing"]


@pytest.mark.parametrize("seen", SEEN)
def test_beside_movements_nothing_is_denied(seen):
    told = verify(plain_trace(seen, BASIC, 0.45).text, seen)
    assert not seen.events or not any(" not " in claim.text or claim.text.startswith("No ") for claim in told.claims)


def test_without_labels_nothing_is_interpreted():
    trace = plain_trace(SEEN[1], None, 0.45)
    assert (trace.interpretation, trace.conclusion) == ("", "")
    assert trace.observations == plain_trace(SEEN[1], BASIC, 0.45).observations


def test_what_does_not_settle_it_is_said_to():
    assert "does not settle it" in plain_trace(SEEN[1], BASIC, 1.0).interpretation
    assert "does not settle it" not in plain_trace(SEEN[1], BASIC, 0.0).interpretation


def test_where_nothing_was_in_view_no_label_is_said_to_fit():
    told = plain_trace(out_of_view(), BASIC, 0.45)
    assert UNTOLD in told.interpretation
    assert not any(name in told.interpretation for name in BASIC.names)
    assert {claim.verdict for claim in verify(told.text.rpartition("\n\n")[0], out_of_view()).claims} <= {"supported"}
