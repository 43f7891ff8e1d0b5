import re

import pytest
from faked import event, evidence, out_of_view, random_evidence

from cot_engine.evidence import Hidden, Span
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.codebook import NOT_SURE, Codebook
from cot_engine.trace import parse_trace
from cot_engine.verify import verify

THRESHOLD = 0.45
LABEL_WORDS = {word for s in LABEL_SETS.values() for label in s.labels for word in (label.name, *label.aliases)} - {"flow"}


def explain(measured, labels="basic-7", threshold=THRESHOLD):
    return Codebook().explain(measured, LABEL_SETS[labels], threshold)


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_every_sentence_is_true_and_nothing_of_grade_c_is_left_out(first):
    faults = []
    for seed in range(first, first + 100):
        measured = random_evidence(seed)
        text = explain(measured).trace.text
        checked = verify(text, measured)
        faults += [(seed, c.verdict, c.text, c.reason) for c in checked.claims if c.verdict != "supported"]
        faults += [(seed, "omitted", measured.events[i].au) for i in checked.omissions]
    assert faults == []


def test_observations_are_label_blind():
    for seed in range(300):
        words = " ".join(explain(random_evidence(seed), "compound-23").trace.observations).casefold()
        assert not [word for word in LABEL_WORDS if re.search(rf"\b{re.escape(word)}\b", words)]


def test_the_text_form_is_well_formed():
    for seed in range(100):
        trace = explain(random_evidence(seed)).trace
        assert parse_trace(trace.text) == trace


def test_the_same_evidence_gives_the_same_words_and_other_evidence_others():
    one, again = explain(random_evidence(7)), explain(random_evidence(7))
    assert one == again
    smiles = [evidence(event("AU12", 3.0 + i / 100), event("AU6", 2.5)) for i in range(30)]
    openings = {explain(smile).trace.observations[1] for smile in smiles}
    assert len({re.sub(r"[\d.]+", "", line) for line in openings}) >= 5


def test_a_low_probability_is_not_sure_and_the_conclusion_is_the_best_label_otherwise():
    mixed = evidence(event("AU12", 2.0), event("AU4", 2.0), event("AU1", 2.0), event("AU15", 2.0))
    sure, unsure = explain(mixed, threshold=0.0), explain(mixed, threshold=0.99)
    assert sure.trace.conclusion == max(sure.probabilities, key=sure.probabilities.get)
    assert unsure.trace.conclusion == NOT_SURE
    assert "does not settle it" in unsure.trace.interpretation


def test_without_labels_only_observations_are_made():
    explanation = Codebook().explain(evidence(event("AU12")), None, THRESHOLD)
    assert explanation.probabilities == {}
    assert (explanation.trace.interpretation, explanation.trace.conclusion) == ("", "")
    assert any("AU12" in line for line in explanation.trace.observations)


def test_the_runner_up_is_named_with_what_speaks_against_it():
    text = explain(evidence(event("AU12"), event("AU6"), event("AU25", 2.6))).trace.interpretation
    runner_up = sorted(
        explain(evidence(event("AU12"), event("AU6"), event("AU25", 2.6))).probabilities.items(), key=lambda p: -p[1]
    )[1][0]
    assert {"neutral": "neutrality"}.get(runner_up, runner_up) in text.casefold()


def test_what_was_hidden_is_said():
    span = (Span(start_s=0.5, end_s=2.0),)
    covered = tuple(Hidden(part=part, reason="hand or object", spans=span) for part in ("mouth", "chin"))
    lines = explain(evidence(event("AU4"), hidden=covered)).trace.observations
    assert any("mouth" in line and "hand" in line and "0.50" in line and "2.00" in line for line in lines)


def test_a_picture_has_no_times():
    still = evidence(
        event("AU12", onset=0, length=0, onset_seen=False, offset_seen=False),
        still=True,
        duration_s=0,
        seen=(Span(start_s=0, end_s=0),),
    )
    assert not re.search(r"\d\.\d+ s", explain(still).trace.text)


def test_strength_that_was_not_measured_is_not_said():
    present = evidence(event("AU12", 2.0, strength_measured=False))
    observed = " ".join(explain(present).trace.observations)
    assert "AU12" in observed
    assert not re.search(r"trace|slight|marked|severe|maximum", observed)


def test_ten_events_are_all_told_when_strong():
    aus = ("AU1", "AU2", "AU4", "AU6", "AU7", "AU10", "AU12", "AU17", "AU25", "AU26")
    measured = evidence(*(event(au, 3.0, onset=i * 0.25) for i, au in enumerate(aus)))
    assert verify(explain(measured).trace.text, measured).omissions == ()


def test_of_a_face_that_was_never_in_view_nothing_is_said_to_keep_still():
    unseen = evidence(event("AU12", 4.0)).model_copy(update={"seen": ()})
    told = " ".join(explain(unseen).trace.observations)
    assert "brows" in " ".join(explain(evidence(event("AU12", 4.0))).trace.observations)
    assert "brows" not in told


def test_where_nothing_was_in_view_no_expression_is_said_to_be_near():
    told = explain(out_of_view())
    assert told.trace.conclusion == NOT_SURE
    assert told.trace.interpretation.startswith("Nothing was measured that tells one expression from another.")
    assert not [name for name in LABEL_SETS["basic-7"].names if name in told.trace.text]
    assert {claim.verdict for claim in verify(told.trace.text, out_of_view()).claims} <= {"supported"}
