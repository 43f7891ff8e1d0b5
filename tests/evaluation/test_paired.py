import pytest
from predicted import certain, predictions

from cot_engine.errors import Refusal
from cot_engine.evaluation.paired import compare_section
from cot_engine.evaluation.prediction import Prediction

TRUTHS = ["anger", "joy"] * 50
WAR = "WAR (accuracy), B minus A"


def rows(right, **more):
    other = {"anger": "joy", "joy": "anger"}
    return predictions([(t, t if i % 10 < right else other[t]) for i, t in enumerate(TRUTHS)], **more)


def test_the_difference_is_that_of_the_scores_and_its_sign_is_b_minus_a():
    section = compare_section(rows(5), rows(9))
    assert section.figure(WAR).value == pytest.approx(0.4, abs=1e-9)
    assert section.figure(WAR).low > 0
    assert section.figure("right by B alone").value == 40
    assert section.sentences[0] == "B has the better accuracy, beyond chance."
    assert compare_section(rows(9), rows(5)).sentences[0] == "A has the better accuracy, beyond chance."


def test_a_model_against_itself_differs_in_nothing():
    section = compare_section(rows(7), rows(7))
    assert (section.figure(WAR).low, section.figure(WAR).high) == (0, 0)
    assert section.sentences[0] == "No difference in accuracy beyond chance."


def test_pairing_is_narrower_than_two_intervals():
    a, b = rows(5), rows(5)
    b[0] = b[0].model_copy(update={"answer": "joy"})
    figure = compare_section(a, b).figure(WAR)
    assert figure.high - figure.low < 0.05


def test_clips_that_only_one_has_are_left_out_and_counted():
    section = compare_section(rows(5)[:80], rows(5))
    assert section.figure(WAR).n == 80
    assert "20 labelled clips are in one of the two alone and were left out." in section.sentences


def test_probabilities_are_compared_where_both_gave_them():
    names = ("anger", "joy")
    sure = [Prediction(id=f"c{i}", **certain(names, t, t, 0.9)) for i, t in enumerate(TRUTHS)]
    timid = [Prediction(id=f"c{i}", **certain(names, t, t, 0.6)) for i, t in enumerate(TRUTHS)]
    assert compare_section(timid, sure).figure("Brier, B minus A").value == pytest.approx(2 * (0.01 - 0.16), abs=1e-9)
    assert compare_section(rows(5), sure).figure("Brier, B minus A").value is None


def test_what_cannot_be_paired_is_refused():
    for b in ([Prediction(id="x", truth="joy")], [p.model_copy(update={"truth": "fear"}) for p in rows(5)]):
        with pytest.raises(Refusal) as refusal:
            compare_section(rows(5), b)
        assert refusal.value.code == "not_comparable"
