import pytest
from predicted import certain

from cot_engine.evaluation.confidence_section import confidence_section, grounding_section
from cot_engine.evaluation.prediction import Prediction

NAMES = ("anger", "fear", "joy", "sadness")


def rows(p, right, n=120):
    made = []
    for i in range(n):
        truth = NAMES[i % 4]
        answer = truth if i % 10 < 10 * right else NAMES[(i + 1) % 4]
        made.append(Prediction(id=f"c{i}", **certain(NAMES, truth, answer, p)))
    return made


def test_an_over_confident_model_is_called_so():
    section = confidence_section(rows(0.99, 0.5))
    assert section.sentences[0] == "It is over-confident: it says 99 % on average and is right on 50 %."
    assert section.figure("confidence minus accuracy").value == pytest.approx(0.49, abs=1e-9)
    assert section.figure("ECE").value == pytest.approx(0.49, abs=0.2)


def test_a_timid_model_is_called_under_confident():
    assert confidence_section(rows(0.5, 1.0)).sentences[0].startswith("It is under-confident")


def test_a_calibrated_model_is_not_blamed():
    assert confidence_section(rows(0.8, 0.8)).sentences[0].startswith("Its confidence is not shown to be off on average")


def test_confidence_that_orders_nothing_is_named():
    assert "not shown to tell right answers from wrong ones" in confidence_section(rows(0.8, 0.8)).sentences[1]


def test_without_probabilities_there_is_a_reason_and_no_number():
    section = confidence_section([Prediction(id="a", truth="joy", answer="joy")])
    assert section.figure("ECE").value is None
    assert "no probabilities" in section.figure("ECE").note


def test_a_model_that_needs_the_picture_and_one_that_does_not():
    seen, blind = grounding_section(rows(0.9, 1.0), rows(0.3, 1.0)), grounding_section(rows(0.9, 1.0), rows(0.9, 1.0))
    assert seen.figure("conf(real) - conf(blank)").value == pytest.approx(0.6, abs=1e-9)
    assert "what it sees matters" in seen.sentences[0]
    assert blind.figure("conf(real) - conf(blank)").value == pytest.approx(0.0, abs=1e-9)
    assert "does not come from the picture" in blind.sentences[0]


def test_grounding_without_common_clips_is_not_a_number():
    assert grounding_section(rows(0.9, 1.0), []).figures[0].value is None
