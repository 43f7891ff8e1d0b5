"""What every reasoner is: something that turns evidence into a trace and label probabilities."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.frame_choice import Picture
from cot_engine.trace import Trace

# Called with the text of a trace as far as it is written.
Told = Callable[[str], None]


@dataclass(frozen=True)
class Explanation:
    """A trace and, unless the reasoner was only to observe, a probability for every label (summing to 1)."""

    trace: Trace
    probabilities: dict[str, float]


class Reasoner(Protocol):
    """Teacher and student alike: the codebook rules, a chat endpoint, a fine-tuned model.

    ``frames``: how many chosen frames it looks at; 0 when it reads the evidence alone.
    """

    name: str
    frames: int

    def explain(
        self,
        evidence: Evidence,
        labels: LabelSet | None,
        threshold: float,
        pictures: Sequence[Picture] = (),
        told: Told | None = None,
    ) -> Explanation:
        """Explains one person's evidence.

        Args:
            labels: the closed set to choose from; None asks for observations alone (no interpretation, no conclusion).
            threshold: probability below which the conclusion is "not sure".
            pictures: the frames that ``frame_choice`` picked, at most ``frames`` of them; none when there is no clip to take
                them from.
            told: called while the explanation is written, each time with all of its text so far; the last call has the whole.
        """
        ...


@dataclass(frozen=True)
class Attempt:
    """A rejected try, kept so that the next one can do better: what was written and what was wrong with it, in words."""

    trace: Trace
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Inference:
    """What a description adds up to: the interpretation in words and a probability for every label (summing to 1)."""

    interpretation: str
    probabilities: dict[str, float]


class Teacher(Protocol):
    """A reasoner whose two steps can be taken apart, so that the label is inferred from the description and nothing else.

    ``name``: what traces are signed with, e.g. ``"codebook"``. ``settings``: everything else its words depend on, as text
    (``"prompt describe"``: SHA-256 of that file, ``"temperature"``, the client's version); constant through a run, which is
    resumed only with equal settings, and listed on the data set's card. ``spent()``: what it has cost so far, by name
    (``"requests"``, ``"prompt_tokens"``, ``"cost"``...); empty for rules. ``describe`` and ``infer`` may be called by several
    tasks at once, and raise ``Refusal`` when the teacher gives no usable answer: that row is rejected with the refusal's code
    (``budget_spent``, ``teacher_quota``, ``teacher_unavailable`` and ``bad_teacher`` end the run instead, which can be
    resumed). ``aclose`` is awaited once, in the event loop that was used.
    """

    @property
    def name(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, str]: ...

    def spent(self) -> Mapping[str, float]: ...

    async def aclose(self) -> None: ...

    async def describe(self, evidence: Evidence, memory: Sequence[Attempt]) -> tuple[str, ...]:
        """Label-blind observations of the evidence, a sentence or more each. ``memory``: earlier rejected tries in order."""
        ...

    async def infer(self, observations: tuple[str, ...], labels: LabelSet, memory: Sequence[Attempt]) -> Inference:
        """The expression that ``observations`` alone speak for; the evidence is not seen here."""
        ...
