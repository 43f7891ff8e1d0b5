"""The loop: describe -> guards -> infer -> verify -> accept, or reflect with memory; then refine.

Memory is label-blind. ``describe`` is shown its earlier observations and what was wrong with them, but neither what was
concluded from them nor the label of the data set: a mismatch reads "the description does not support a clear reading". Told
that its last answer was wrong, a teacher would pick the next label and describe towards it. ``infer`` remembers only faults of
its own wording and never that a label was wrong, for the same reason.
"""

from collections.abc import Sequence

from cot_engine.engine.faults import Fault
from cot_engine.engine.guards import copied_from_prompt, empty, omitted, ungrounded
from cot_engine.engine.label_words import label_words
from cot_engine.engine.refine import refine
from cot_engine.evidence import Evidence, Record
from cot_engine.facs import LabelSet
from cot_engine.reasoners.base import Attempt, Inference, Teacher
from cot_engine.reasoners.codebook import NOT_SURE
from cot_engine.reasoners.infer import telling
from cot_engine.trace import HEADINGS, Trace
from cot_engine.verify import verify

# Said where the fault lies behind the description.
_NOTHING_WRONG = "Nothing was wrong with these observations; say the same in other words."
_MISMATCH = "The description does not support a clear reading: look again at what moved, how strongly, and what did not move."


class Try(Record):
    """One round: what was written, what was concluded with which probabilities, and what was wrong; no fault means accepted."""

    trace: Trace
    probabilities: dict[str, float]
    faults: tuple[Fault, ...]

    @property
    def accepted(self) -> bool:
        return not self.faults


async def attempt(
    teacher: Teacher,
    evidence: Evidence,
    labels: LabelSet,
    truth: str | None,
    earlier: Sequence[Try],
    threshold: float,
) -> Try:
    """One round of the loop.

    Args:
        truth: the human label, as ``labels`` names it; None where there is none, and then any conclusion will do.
        threshold: probability below which the conclusion is "not sure".

    Raises:
        Refusal: the teacher gave no usable answer.
    """
    observations = await teacher.describe(evidence, _for_describing(earlier))
    described = Trace(observations=observations, interpretation="", conclusion="")
    faults = _check(described, evidence, labels)
    if faults:
        return Try(trace=described, probabilities={}, faults=tuple(faults))
    inference = await teacher.infer(described.observations, labels, _for_inferring(earlier))
    conclusion = _conclusion(inference, labels, threshold)
    trace = refine(Trace(observations=described.observations, interpretation=inference.interpretation, conclusion=conclusion))
    faults = list(dict.fromkeys((*_check(trace, evidence, labels), *_against_label(conclusion, truth, evidence))))
    return Try(trace=trace, probabilities=inference.probabilities, faults=tuple(faults))


def _check(trace: Trace, evidence: Evidence, labels: LabelSet) -> list[Fault]:
    checked, observed_chars = verify(trace.text, evidence), trace.text.index(f"\n{HEADINGS[1]}")
    # What is said in the interpretation alone was not observed: omissions are those of the observations.
    observed = verify("\n".join(trace.observations), evidence)
    return [
        *empty(trace.observations),
        *label_words(trace.observations, labels),
        *copied_from_prompt(trace.observations),
        *ungrounded(checked, evidence, observed_chars),
        *omitted(observed, evidence),
    ]


def _conclusion(inference: Inference, labels: LabelSet, threshold: float) -> str:
    if set(inference.probabilities) != set(labels.names):
        raise ValueError(f"the teacher gave probabilities of {sorted(inference.probabilities)}, not of {sorted(labels.names)}")
    best = max(labels.names, key=lambda name: inference.probabilities[name])
    return best if inference.probabilities[best] >= threshold else NOT_SURE


def _against_label(conclusion: str, truth: str | None, evidence: Evidence) -> list[Fault]:
    if truth is None or conclusion == truth:
        return []
    if conclusion == NOT_SURE:
        return [Fault(code="not_sure", message=_MISMATCH, about="label")]
    strong = any(telling(evidence.events[i]) for i in evidence.must_mention())
    return [Fault(code="label_disagrees" if strong else "label_unsupported", message=_MISMATCH, about="label")]


def _for_describing(earlier: Sequence[Try]) -> list[Attempt]:
    return [
        Attempt(
            Trace(observations=one.trace.observations, interpretation="", conclusion=""),
            # An interpretation quoted to the describer would tell what was concluded.
            tuple(dict.fromkeys(f.message for f in one.faults if f.about != "interpretation")) or (_NOTHING_WRONG,),
        )
        for one in earlier
    ]


def _for_inferring(earlier: Sequence[Try]) -> list[Attempt]:
    """Earlier interpretations that claimed what is not so; their conclusions are not shown."""
    told = []
    for one in earlier:
        faults = [fault.message for fault in one.faults if fault.about == "interpretation"]
        if faults:
            trace = Trace(observations=one.trace.observations, interpretation=one.trace.interpretation, conclusion="")
            told.append(Attempt(trace, tuple(faults)))
    return told
