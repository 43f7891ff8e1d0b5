import asyncio
from random import Random

import pytest
from faked import event, evidence, random_evidence

from cot_engine.action_units.blendshapes import READINGS
from cot_engine.engine.codebook_teacher import CodebookTeacher
from cot_engine.engine.read_back import read_back
from cot_engine.evidence import RELIABLE
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Attempt
from cot_engine.trace import Trace
from cot_engine.verify import verify

LABELS = LABEL_SETS["basic-7"]
TRUST = {au: reading.trust for au, reading in READINGS.items()}


def test_a_movement_comes_back_with_side_times_and_strength():
    (found,) = read_back(["From 0.60 to 2.10 s the left lip corner is drawn up (AU12), with a severe peak at 1.20 s."]).events
    assert (found.au, found.side, found.onset_s, found.apex_s, found.offset_s, found.grade) == (
        "AU12",
        "left",
        0.6,
        1.2,
        2.1,
        "D",
    )
    assert found.strength_measured
    assert found.side_measured


def test_what_is_not_said_is_not_measured():
    (found,) = read_back(["The lip corners are drawn up (AU12)."]).events
    assert not found.strength_measured
    assert not found.side_measured


def test_denied_is_absent_hidden_is_not_measured_and_unsaid_is_doubtful():
    described = read_back(["The brows do not move.", "The mouth is hidden by a hand.", "The cheeks rise (AU6)."])
    assert described.reach["AU4"] >= RELIABLE
    assert described.hidden_in_view("AU12") == 1
    assert described.reach["AU9"] < RELIABLE


def test_a_face_at_rest_denies_every_movement_unless_one_is_told():
    assert read_back(["From 0.00 to 4.00 s the face is at rest."]).reach["AU12"] >= RELIABLE
    partly = read_back(["Until 0.60 s the face is at rest.", "From 0.60 s the lips part (AU25)."])
    assert partly.reach["AU12"] < RELIABLE


def test_repeated_moments_are_events_of_their_own():
    assert len(read_back(["The eyes blink twice (AU45), at 0.50 s and 2.10 s."]).events) == 2


def test_movements_of_the_mouth_during_talking_are_marked():
    talked = read_back(["From 1.00 to 2.00 s the jaw drops (AU26).", "The person seems to be talking between 0.90 and 2.10 s."])
    assert [e.talking for e in talked.events] == [True]


@pytest.mark.parametrize("text", ["", "Nothing.", "AU", "1.2 s 3.4 s", "perhaps the brows", "\x00\x1b[31m AU99 AU12R" * 50])
def test_no_text_raises(text):
    read_back([text])


def explained(measured, memory=(), labels=LABELS):
    teacher = CodebookTeacher()
    observations = asyncio.run(teacher.describe(measured, memory))
    return observations, asyncio.run(teacher.infer(observations, labels, memory))


@pytest.mark.parametrize("name", LABEL_SETS)
def test_what_the_codebook_concludes_from_its_own_text_is_true_of_the_evidence(name):
    faults = []
    for seed in range(30):
        measured = random_evidence(seed)
        observations, inference = explained(measured, labels=LABEL_SETS[name])
        text = Trace(observations=observations, interpretation=inference.interpretation, conclusion="").text
        faults += [(seed, c.text, c.reason) for c in verify(text, measured).claims if c.verdict != "supported"]
    assert faults == []


def test_expressions_shown_by_their_prototypes_are_read_from_the_text():
    wrong = []
    for label in LABELS.labels:
        for seed in range(6):
            rng = Random(seed)
            prototype = rng.choice(label.prototypes) if label.prototypes else None
            aus = sorted(prototype.core & set(TRUST)) if prototype else []
            shown = evidence(*(event(au, round(rng.uniform(2.2, 4.5), 2)) for au in aus), reach=TRUST)
            probabilities = explained(shown)[1].probabilities
            if max(probabilities, key=probabilities.get) != label.name:
                wrong.append((label.name, seed))
    assert wrong == []


def test_another_attempt_and_another_seed_use_other_words():
    measured = evidence(event("AU12"), event("AU6", 2.5))
    told = Attempt(Trace(observations=("x",), interpretation="", conclusion=""), ("a fault",))
    first, again = explained(measured)[0], explained(measured)[0]
    assert first == again
    assert len({explained(measured, (told,) * n)[0] for n in range(5)}) >= 3
    assert len({asyncio.run(CodebookTeacher(str(n)).describe(measured, ())) for n in range(5)}) >= 3


def test_probabilities_are_of_every_label_and_sum_to_one():
    probabilities = explained(evidence(event("AU12")))[1].probabilities
    assert set(probabilities) == set(LABELS.names)
    assert sum(probabilities.values()) == pytest.approx(1, abs=1e-3)
