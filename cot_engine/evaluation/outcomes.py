"""What became of each question: answered, not sure, no readable answer, or refused. Only the first can be right."""

from collections.abc import Iterable, Sequence
from typing import Literal

from cot_engine.evaluation.prediction import Prediction
from cot_engine.trace import parse_trace

NOT_SURE = "not sure"

Outcome = Literal["answered", "not sure", "unparsed", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("answered", "not sure", "unparsed", "refused")


def outcome(prediction: Prediction) -> Outcome:
    """``refused``: a refusal took the place of the answer. ``unparsed``: something was written, and no label is in it."""
    if prediction.failed is not None:
        return "refused"
    if prediction.answer is not None:
        return "answered"
    if prediction.problems:
        return "unparsed"
    said = parse_trace(prediction.text).conclusion.casefold()
    return "not sure" if prediction.probabilities or said == NOT_SURE else "unparsed"


def asked(predictions: Iterable[Prediction]) -> list[Prediction]:
    """Those with a true label: the others have nothing to be right about."""
    return [p for p in predictions if p.truth is not None]


def label_names(predictions: Sequence[Prediction]) -> tuple[str, ...]:
    """The labels that could be answered: those with a probability, in order, then any other that was given or answered."""
    offered = dict.fromkeys(name for p in predictions for name in p.probabilities)
    others = {name for p in predictions for name in (p.truth, p.answer) if name is not None} - set(offered)
    return (*offered, *sorted(others))
