import asyncio

import pytest
from faked import event, evidence

from cot_engine.engine.loop import attempt
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Inference

LABELS = LABEL_SETS["basic-7"]
SMILE = evidence(event("AU12", 3.5), event("AU6", 2.5), reach={"AU12": 0.9, "AU6": 0.9, "AU4": 0.9})
GOOD = ("From 1.00 to 2.50 s both lip corners are drawn up (AU12, severe).", "The cheeks rise (AU6).")


class Scripted:
    """A teacher that says what it is told to, and remembers what it was shown."""

    name, settings = "scripted", {}

    def __init__(self, observations=GOOD, interpretation="The movements belong together.", label="happiness", sure=0.9):
        self.observations, self.interpretation, self.label, self.sure = observations, interpretation, label, sure
        self.shown = []

    async def describe(self, measured, memory):
        self.shown.append(("describe", memory))
        return self.observations

    async def infer(self, observations, labels, memory):
        self.shown.append(("infer", memory))
        rest = (1 - self.sure) / (len(labels.names) - 1)
        return Inference(self.interpretation, {name: self.sure if name == self.label else rest for name in labels.names})

    def spent(self):
        return {}

    async def aclose(self):
        pass


def tried(teacher, truth="happiness", earlier=(), measured=SMILE):
    return asyncio.run(attempt(teacher, measured, LABELS, truth, earlier, 0.45))


def codes(one):
    return [fault.code for fault in one.faults]


def test_a_true_complete_description_with_the_right_label_is_accepted():
    one = tried(Scripted())
    assert one.accepted
    assert one.trace.conclusion == "happiness"


@pytest.mark.parametrize(
    ("observations", "code"),
    [
        (("She looks happy.", *GOOD), "label_word"),
        (("She smiles.", *GOOD), "interpretation_word"),
        ((*GOOD, "The nose is wrinkled (AU9)."), "au_not_measured"),
        ((*GOOD, "The brows are lowered (AU4)."), "claim_contradicted"),
        (GOOD[1:], "omission"),
        ((), "malformed"),
    ],
)
def test_a_faulty_description_is_turned_down_before_anything_is_inferred(observations, code):
    teacher = Scripted(observations)
    assert code in codes(tried(teacher))
    assert [step for step, _ in teacher.shown] == ["describe"]


def test_a_false_claim_in_the_interpretation_alone_is_a_fault_and_an_omission_cannot_be_made_good_there():
    assert codes(tried(Scripted(interpretation="The lowering of the brows (AU4) belongs to it."))) == ["claim_contradicted"]
    assert "omission" in codes(tried(Scripted(GOOD[1:], interpretation="The lip corners are drawn up (AU12).")))


def test_clear_evidence_against_the_label_is_a_disagreement():
    assert codes(tried(Scripted(), truth="anger")) == ["label_disagrees"]


def test_weak_evidence_does_not_disagree():
    weak = evidence(event("AU12", 1.5), reach={"AU12": 0.9})
    told = Scripted(("The lip corners are drawn up (AU12).",), label="neutral")
    assert codes(tried(told, truth="anger", measured=weak)) == ["label_unsupported"]


def test_below_the_threshold_the_conclusion_is_not_sure():
    one = tried(Scripted(sure=0.3))
    assert (one.trace.conclusion, codes(one)) == ("not sure", ["not_sure"])


def test_without_a_human_label_any_conclusion_will_do():
    assert tried(Scripted(label="fear"), truth=None).accepted
    assert tried(Scripted(sure=0.3), truth=None).trace.conclusion == "not sure"


def test_memory_never_names_the_label_nor_what_was_concluded():
    first = tried(
        Scripted(interpretation="The lowering of the brows (AU4) fits apparent fear.", label="fear"), truth="happiness"
    )
    assert {"claim_contradicted", "label_disagrees"} == set(codes(first))
    teacher = Scripted()
    tried(teacher, earlier=[first])
    memory = dict(teacher.shown)
    (described,), (inferred,) = memory["describe"], memory["infer"]
    for text in (described.trace.text, *described.faults):
        assert "fear" not in text
        assert "happiness" not in text
    assert described.trace.observations == first.trace.observations
    assert inferred.trace.conclusion == ""
    assert not [fault for fault in inferred.faults if "clear reading" in fault or "happiness" in fault]


def test_probabilities_of_other_labels_are_our_own_fault_and_raise():
    class Wrong(Scripted):
        async def infer(self, observations, labels, memory):
            return Inference("x", {"joy": 1.0})

    with pytest.raises(ValueError, match="probabilities"):
        tried(Wrong())
