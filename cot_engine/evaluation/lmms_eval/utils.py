"""What the task file of lmms-eval calls. An answer is right when its end is the one label and no other.

The harness hands over one row a clip (a line of ``clips.jsonl``: ``id``, ``video``, ``label``, ``labels``) and the texts that
the model wrote; scores are those of ``cot_engine.evaluation.confusion``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cot_engine.corpora.labels import canonical
from cot_engine.evaluation import confusion
from cot_engine.evaluation.confusion import Values
from cot_engine.evaluation.prediction import Prediction
from cot_engine.trace import parse_trace

Row = Mapping[str, Any]


def doc_to_visual(row: Row) -> list[str]:
    """The clip's path."""
    return [str(row["video"])]


def doc_to_text(row: Row, lmms_eval_specific_kwargs: Mapping[str, Any] | None = None) -> str:
    """The question: describe, then name one label of the set on a line of its own."""
    return (
        "Describe what moves in this face, when and how strongly. Then write on a last line, alone, the one apparent "
        f"expression that fits best: {', '.join(row['labels'])}."
    )


def process_results(row: Row, results: Sequence[str]) -> dict[str, Prediction]:
    """The same scored answer for every metric; what names no single label of the set is a wrong answer."""
    found = Prediction(id=str(row["id"]), truth=str(row["label"]), answer=answer_of(results[0], row["labels"]), text=results[0])
    return dict.fromkeys(("war", "uar", "macro_f1"), found)


def answer_of(text: str, labels: Sequence[str]) -> str | None:
    """The label that a text ends with; None where its end is no label of the set."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = parse_trace(text).conclusion or (lines[-1] if lines else "")
    bare = said.strip(" .*_`\"'")
    name = next((label for label in labels if label.casefold() == bare.casefold()), canonical(bare))
    return name if name in labels else None


def war(predictions: Sequence[Prediction]) -> float:
    """Accuracy."""
    return _score(confusion.war, predictions)


def uar(predictions: Sequence[Prediction]) -> float:
    """Mean recall over the labels that are given."""
    return _score(confusion.uar, predictions)


def macro_f1(predictions: Sequence[Prediction]) -> float:
    """Mean F1 over the labels that are given."""
    return _score(confusion.macro_f1, predictions)


def _score(metric: Callable[[Values], Values], predictions: Sequence[Prediction]) -> float:
    labels = sorted({name for p in predictions for name in (p.truth, p.answer) if name is not None})
    return float(metric(confusion.rows(predictions, labels).sum(axis=0)))
