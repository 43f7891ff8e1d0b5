"""The codebook reasoner: FACS rules that explain evidence in words. Teacher, baseline and fallback."""

import hashlib
from collections.abc import Mapping, Sequence
from random import Random

from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.frame_choice import Picture
from cot_engine.reasoners.base import Explanation, Told
from cot_engine.reasoners.infer import infer
from cot_engine.reasoners.interpret import interpret
from cot_engine.reasoners.observe import observe
from cot_engine.trace import Trace

NOT_SURE = "not sure"


def concluded(probabilities: Mapping[str, float], threshold: float) -> str:
    """The most probable label, or "not sure" when it is less probable than ``threshold``."""
    best = max(probabilities, key=probabilities.__getitem__)
    return best if probabilities[best] >= threshold else NOT_SURE


class Codebook:
    """Deterministic: the same evidence gives the same words; other evidence gives other wordings."""

    name = "codebook"
    frames = 0

    def explain(
        self,
        evidence: Evidence,
        labels: LabelSet | None,
        threshold: float,
        pictures: Sequence[Picture] = (),
        told: Told | None = None,
    ) -> Explanation:
        digest = hashlib.sha256(evidence.model_dump_json().encode()).digest()
        rng = Random(digest)  # noqa: S311 - it chooses wordings, nothing secret
        observations = tuple(observe(evidence, rng))
        if told:
            for count in range(1, len(observations) + 1):
                told(Trace(observations=observations[:count], interpretation="", conclusion="").text)
        if labels is None:
            return Explanation(Trace(observations=observations, interpretation="", conclusion=""), {})
        judgement = infer(evidence, labels)
        best = judgement.ranking[0]
        trace = Trace(
            observations=observations,
            interpretation=interpret(evidence, judgement, threshold, rng),
            conclusion=best if judgement.probabilities[best] >= threshold else NOT_SURE,
        )
        if told:
            told(trace.text)
        return Explanation(trace, judgement.probabilities)
