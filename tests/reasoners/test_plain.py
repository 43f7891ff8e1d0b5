"""The one wording a small model learns: every sentence holds, and begins with the number it is looked up by."""

import re

import pytest
from faked import event, evidence, random_evidence

from cot_engine.facs import LABEL_SETS
from cot_engine.messages import user_message
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
    core = {one.au for one in seen.events} & set(BASIC.speaking_for)
    assert len(said) == max(len(core), 1)
    assert said == ["nothing"] if not core else all(re.sub(r" \([A-E]\)", "", one) in asked for one in said)


@pytest.mark.parametrize("seen", SEEN)
def test_what_keeps_still_begins_with_its_numbers(seen):
    still = [line for line in plain_trace(seen, BASIC, 0.45).observations if "do not" in line or "does not" in line]
    assert not seen.events or all(re.match(r"No AU\d", line) for line in still)


def test_without_labels_nothing_is_interpreted():
    trace = plain_trace(SEEN[1], None, 0.45)
    assert (trace.interpretation, trace.conclusion) == ("", "")
    assert trace.observations == plain_trace(SEEN[1], BASIC, 0.45).observations


def test_what_does_not_settle_it_is_said_to():
    assert "does not settle it" in plain_trace(SEEN[1], BASIC, 1.0).interpretation
    assert "does not settle it" not in plain_trace(SEEN[1], BASIC, 0.0).interpretation
