from smoke import played, score_evidence

from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.codebook import Codebook
from cot_engine.studio.performance import plan_clip
from cot_engine.verify import verify


def test_every_expression_is_played_by_people_of_the_split():
    rows = list(played(14, "test"))
    assert {row.label for row in rows} == set(LABEL_SETS["basic-7"].names)
    assert not {row.subject for row in rows} & {row.subject for row in played(14, "train")}


def test_the_score_as_evidence_is_explained_by_the_codebook_without_a_false_word():
    for index in range(0, 60, 7):
        evidence = score_evidence(plan_clip(3, index, split="train"))
        told = Codebook().explain(evidence, LABEL_SETS["basic-7"], 0.45)
        checked = verify(told.trace.text, evidence)
        assert not [claim for claim in checked.claims if claim.verdict == "contradicted"]
        assert all(0 <= e.onset_s <= e.apex_s <= e.offset_s <= evidence.duration_s + 0.01 for e in evidence.events)
