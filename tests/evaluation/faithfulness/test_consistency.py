import pytest
from faked import event, evidence

from cot_engine.evaluation.faithfulness import consistency
from cot_engine.evaluation.faithfulness.consistency import fit, inconsistent
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import LABEL_SETS
from cot_engine.trace import Trace

LABELS = LABEL_SETS["basic-7"]
HAPPINESS, SADNESS, NEUTRAL = (LABELS.find(name) for name in ("happiness", "sadness", "neutral"))


def clip(id, line, answer, *events, conclusion=None):
    trace = Trace(observations=(line,), interpretation="", conclusion=conclusion or answer)
    return Prediction(id=id, answer=answer, text=trace.text, evidence=evidence(*events))


def test_fit_by_hand():
    # Cores of happiness: 6+12 and 12+25.
    assert fit(frozenset({"AU6", "AU12"}), HAPPINESS, LABELS) == 1.0
    assert fit(frozenset({"AU12"}), HAPPINESS, LABELS) == pytest.approx(1 / 2, abs=1e-9)
    assert fit(frozenset({"AU6", "AU12", "AU4"}), HAPPINESS, LABELS) == pytest.approx(2 / 3, abs=1e-9)
    assert fit(frozenset(), NEUTRAL, LABELS) == 1.0
    assert fit(frozenset({"AU4"}), NEUTRAL, LABELS) == 0.0


def test_what_no_prototype_knows_says_nothing():
    assert fit(frozenset({"AU6", "AU12", "AU45", "AU61"}), HAPPINESS, LABELS) == 1.0


def test_inconsistent_is_what_fits_another_label_better():
    assert inconsistent(frozenset({"AU6", "AU12"}), SADNESS, LABELS)
    assert not inconsistent(frozenset({"AU6", "AU12"}), HAPPINESS, LABELS)


def test_a_story_for_the_label_that_the_face_does_not_tell_is_exposed():
    clips = [clip("a", "AU6 and AU12 are there.", "happiness", event("AU4"))]
    found = consistency.section(clips, LABELS)
    assert found.figure("label-AU consistency").value == 1.0
    assert found.figure("AU-F1 beside it, measured").value == 0.0
    assert found.sentences[0].startswith("The story is made for the label")


def test_a_true_story_is_not():
    found = consistency.section([clip("a", "AU6 and AU12 are there.", "happiness", event("AU6"), event("AU12"))], LABELS)
    assert not found.sentences[0].startswith("The story")


def test_a_conclusion_that_names_several_labels_names_none():
    clips = [
        clip("a", "AU12 is there.", "happiness", conclusion="happiness, sadness"),
        clip("b", "AU12 is there.", "happiness"),
        clip("c", "AU12 is there.", "happiness", conclusion="sad"),
        clip("d", "AU12 is there.", None, conclusion="not sure"),
    ]
    found = consistency.section(clips, LABELS)
    assert found.figure("conclusion without a single label").value == 0.25
    assert found.figure("conclusion is not the answer").value == pytest.approx(1 / 3, abs=1e-9)
    assert "25 % of its conclusions do not name one label" in found.sentences[-1]
