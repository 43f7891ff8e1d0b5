"""What every reasoner is: something that turns evidence into a trace and label probabilities."""

from dataclasses import dataclass
from typing import Protocol

from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.trace import Trace


@dataclass(frozen=True)
class Explanation:
    """A trace and, unless the reasoner was only to observe, a probability for every label (summing to 1)."""

    trace: Trace
    probabilities: dict[str, float]


class Reasoner(Protocol):
    """Teacher and student alike: the codebook rules, a chat endpoint, a fine-tuned model."""

    name: str

    def explain(self, evidence: Evidence, labels: LabelSet | None, threshold: float) -> Explanation:
        """Explains one person's evidence.

        Args:
            labels: the closed set to choose from; None asks for observations alone (no interpretation, no conclusion).
            threshold: probability below which the conclusion is "not sure".
        """
        ...
