"""The codebook as a teacher: rules describe the evidence, and other rules read the label from that description alone."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from cot_engine import __version__
from cot_engine.engine.read_back import read_back
from cot_engine.evidence import Evidence
from cot_engine.facs import THRESHOLD, LabelSet
from cot_engine.reasoners.base import Attempt, Inference
from cot_engine.reasoners.infer import infer
from cot_engine.reasoners.interpret import interpret
from cot_engine.reasoners.observe import observe

# What a complete description leaves out was hardly there: too little to say so, enough to reckon with.
_LEFT_OUT = 0.77


@dataclass(frozen=True)
class CodebookTeacher:
    """Deterministic: the same evidence and ``seed`` give the same words at the same attempt, and others at the next."""

    seed: str = ""
    name: str = "codebook"
    settings: Mapping[str, str] = field(default_factory=lambda: {"codebook": __version__})

    def seeded(self, seed: str) -> "CodebookTeacher":
        """The same rules in other words, so that two clips with equal evidence need not read alike."""
        return CodebookTeacher(seed)

    async def describe(self, evidence: Evidence, memory: Sequence[Attempt]) -> tuple[str, ...]:
        return tuple(observe(evidence, self._random(evidence.model_dump_json(), memory)))

    async def infer(self, observations: tuple[str, ...], labels: LabelSet, memory: Sequence[Attempt]) -> Inference:
        """Reads the movements out of the text and asks the codebook's rules about those alone."""
        described = read_back(observations)
        reach = {au: max(trust, _LEFT_OUT) for au, trust in described.reach.items()}
        judgement = infer(described.model_copy(update={"reach": reach}), labels)
        rng = self._random("\n".join(observations), memory)
        return Inference(interpret(described, judgement, THRESHOLD, rng), judgement.probabilities)

    def spent(self) -> Mapping[str, float]:
        return {}

    async def aclose(self) -> None:
        """Nothing is open."""

    def _random(self, text: str, memory: Sequence[Attempt]) -> Random:
        digest = hashlib.sha256(f"{self.seed}\n{len(memory)}\n{text}".encode()).digest()
        return Random(digest)  # noqa: S311 - it chooses wordings, nothing secret
