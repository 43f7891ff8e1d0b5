from faked import random_evidence

from cot_engine.evaluation.faithfulness.overview import sections
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.codebook import Codebook

LABELS = LABEL_SETS["basic-7"]


def test_the_codebook_is_true_to_what_it_is_told():
    clips = []
    for seed in range(6):
        told = random_evidence(seed)
        answer = Codebook().explain(told, LABELS, 0.45)
        name = answer.trace.conclusion
        clips.append(
            Prediction(id=str(seed), answer=LABELS.find(name) and name, text=answer.trace.text, evidence=told, played=told)
        )
    found = {figure.name: figure.value for section in sections(clips, LABELS) for figure in section.figures}
    assert found["AU-CHAIR_i, measured"] == 0
    assert found["coverage, played"] == 1
    assert found["label leak"] == 0
    assert found["side error, measured"] in (0, None)


def test_nothing_at_all_breaks_nothing():
    assert all(figure.value is None for section in sections([], LABELS) for figure in section.figures)
