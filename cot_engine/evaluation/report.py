"""The evaluation report: which sections there are, and the document they make. Its JSON is written for programs.

``SECTIONS`` is the whole list; a new question is a module with a function from predictions to a section, and a line here.
"""

import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cot_engine.evaluation import confidence
from cot_engine.evaluation.action_units import action_unit_section
from cot_engine.evaluation.bootstrap import DRAWS
from cot_engine.evaluation.confidence_section import confidence_section
from cot_engine.evaluation.fairness import fairness_section
from cot_engine.evaluation.faithfulness.overview import sections as faithfulness
from cot_engine.evaluation.figure import Section
from cot_engine.evaluation.labels import class_section, label_section, stats_of
from cot_engine.evaluation.outcomes import asked
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.protocols import protocol_section
from cot_engine.facs import LabelSet

SCHEMA = "cot-engine/evaluation-report/1"

Sections = Callable[[Sequence[Prediction], LabelSet], tuple[Section, ...]]


def _alone(section: Callable[[Sequence[Prediction]], Section]) -> Sections:
    return lambda predictions, labels: (section(predictions),)


# In the order of the report; the label scores, which need the codebook beside them, stand before them all.
SECTIONS: tuple[Sections, ...] = (
    _alone(class_section),
    _alone(protocol_section),
    faithfulness,
    _alone(action_unit_section),
    _alone(confidence_section),
    _alone(fairness_section),
)


def document(
    runs: Mapping[str, Sequence[Prediction]],
    labels: LabelSet,
    about: Mapping[str, str],
    *,
    codebook: Sequence[Prediction] = (),
    more: Mapping[str, Sequence[Section]] | None = None,
) -> dict[str, Any]:
    """Everything about every model, as JSON.

    Args:
        runs: model's name -> its predictions.
        about: facts of the run by name, e.g. ``{"corpus": "studio"}``.
        codebook: the rules' predictions on the same clips.
        more: model's name -> further sections (interventions, a judge's scores), put at the end.
    """
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "about": dict(about),
        "labels": list(labels.names),
        "draws": DRAWS,
        "versions": {name: importlib.metadata.version(name) for name in ("cot-engine", "mediapipe", "numpy", "scipy")},
        "models": {
            name: _model(predictions, labels, codebook, (more or {}).get(name, ())) for name, predictions in runs.items()
        },
    }


def _model(
    predictions: Sequence[Prediction], labels: LabelSet, codebook: Sequence[Prediction], more: Sequence[Section]
) -> dict[str, Any]:
    sections = [label_section(predictions, codebook)]
    for made in SECTIONS:
        sections += made(predictions, labels)
    stats = stats_of(predictions)
    return {
        "clips": len(predictions),
        "with_truth": len(asked(predictions)),
        "subjects": len({p.subject for p in predictions if p.subject is not None}),
        "sections": [section.model_dump() for section in (*sections, *more)],
        "histogram": dict(stats.whole.answers.most_common()),
        "confusion": stats.confusion(),
        "reliability": _reliability(predictions),
    }


def _reliability(predictions: Sequence[Prediction]) -> list[dict[str, float]]:
    """The bins of ECE: size, mean confidence, accuracy."""
    import numpy as np

    known = [p for p in asked(predictions) if p.probabilities]
    sure = [max(p.probabilities.items(), key=lambda item: item[1])[0] for p in known]
    right = np.array([name == p.truth for name, p in zip(sure, known, strict=True)], float)
    conf = np.array([max(p.probabilities.values()) for p in known], float)
    return [{"clips": n, "confidence": c, "accuracy": a} for n, c, a in confidence.bins(conf, right)]
