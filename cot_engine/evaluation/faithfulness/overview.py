"""All sections of faithfulness, in the order in which they are read."""

from collections.abc import Mapping, Sequence

from cot_engine.evaluation.faithfulness import chair, consistency, description, leak, placing, pope
from cot_engine.evaluation.figure import Section
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import LabelSet


def sections(
    predictions: Sequence[Prediction], labels: LabelSet, references: Mapping[str, str] | None = None
) -> tuple[Section, ...]:
    """What was said against the face.

    Args:
        labels: the set that was asked with.
        references: clip's id -> a reference description, where the data set has them.
    """
    return (
        chair.section(predictions),
        placing.section(predictions),
        pope.section(predictions),
        leak.section(predictions, labels),
        consistency.section(predictions, labels),
        description.section(predictions, references),
    )
