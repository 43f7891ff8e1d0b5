from cot_engine.evaluation.faithfulness import leak
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import LABEL_SETS
from cot_engine.trace import Trace

LABELS = LABEL_SETS["basic-7"]


def clip(id, *observations, answer="happiness"):
    return Prediction(
        id=id, answer=answer, text=Trace(observations=observations, interpretation="It is joy.", conclusion="happiness").text
    )


CLIPS = [
    clip("a", "The happy face lifts its lip corners (AU12)."),
    clip("b", "She looks sad."),
    clip("c", "A broad smile appears."),
    clip("d", "The lip corners rise (AU12)."),
]


def test_shares_by_hand():
    found = leak.section(CLIPS, LABELS)
    assert found.figure("label leak").value == 0.5
    assert found.figure("label leak, own answer").value == 0.25
    assert found.figure("interpretation in observations").value == 0.25
    assert found.sentences[0].startswith("The label comes first: 50 %")


def test_what_the_interpretation_names_is_no_leak():
    found = leak.section(CLIPS[3:], LABELS)
    assert found.figure("label leak").value == 0
    assert found.sentences[0].startswith("Observations are label-blind")


def test_without_observations_there_is_nothing_to_judge():
    assert leak.section([Prediction(id="a", text="happy")], LABELS).figure("label leak").value is None
