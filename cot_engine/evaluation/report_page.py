"""The report as one self-contained HTML page: verdicts, plots, example clips, every number.

The page shows faces, which are personal data: keep and share it as such.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cot_engine.captioning.stats import NOT_SURE
from cot_engine.captioning.stats_figure import confusion_figure, label_figure
from cot_engine.evaluation.labels import stats_of
from cot_engine.evaluation.outcomes import asked, outcome
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.report_figure import reliability_figure, score_figure
from cot_engine.evaluation.report_text import number, with_interval
from cot_engine.figures.chart import NARROW, WIDE
from cot_engine.figures.html import render_page
from cot_engine.figures.svg import inline_svg
from cot_engine.verify import verify

# Examples of each kind on the page.
_EACH = 2
# The scores drawn, of those of the label section.
_DRAWN = ("WAR", "UAR", "macro-F1")


def render_report(
    document: Mapping[str, Any], runs: Mapping[str, Sequence[Prediction]], faces: Mapping[str, bytes] | None = None
) -> str:
    """The page as text.

    Args:
        runs: model's name -> its predictions, as the document was made of.
        faces: clip's id -> a JPEG picture of the face, where there is one.
    """
    pictures = {
        name: "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii") for name, jpeg in (faces or {}).items()
    }
    return render_page(
        "report.html.j2",
        "cot_engine.evaluation",
        said=document,
        charts={name: _charts(model, runs[name], f"m{i}-") for i, (name, model) in enumerate(document["models"].items())},
        examples={name: [_shown(p, why, pictures) for why, p in examples(runs[name])] for name in document["models"]},
        number=number,
        with_interval=with_interval,
    )


def examples(predictions: Sequence[Prediction]) -> list[tuple[str, Prediction]]:
    """A few clips to look at, the same whenever they are chosen: (why it is shown, prediction)."""
    chosen: list[tuple[str, Prediction]] = []
    groups: dict[str, list[Prediction]] = {"right": [], "wrong": [], "without a label": []}
    for p in sorted(asked(predictions), key=_confidence, reverse=True):
        kind = "without a label" if outcome(p) != "answered" else "right" if p.answer == p.truth else "wrong"
        groups[kind].append(p)
    for kind, found in groups.items():
        chosen += [(kind, p) for p in found[:_EACH]]
    return chosen


def _confidence(prediction: Prediction) -> float:
    return max(prediction.probabilities.values(), default=0.0)


def _shown(p: Prediction, why: str, pictures: Mapping[str, str]) -> dict[str, Any]:
    verdicts = [claim.verdict for claim in verify(p.text, p.evidence).claims] if p.evidence and p.text else []
    return {
        "why": why,
        "id": p.id,
        "picture": pictures.get(p.id),
        "truth": p.truth,
        "answer": p.answer or (p.failed or NOT_SURE),
        "confidence": _confidence(p) or None,
        "text": p.text,
        "claims": {name: verdicts.count(name) for name in ("supported", "contradicted", "unverifiable")},
        "problems": p.problems,
    }


def _charts(model: Mapping[str, Any], predictions: Sequence[Prediction], prefix: str) -> dict[str, list[tuple[str, Any]]]:
    """Name -> (``wide`` or ``narrow``, SVG)."""
    from markupsafe import Markup

    scores = [f for f in model["sections"][0]["figures"] if f["name"].startswith(_DRAWN)]
    charts: dict[str, list[tuple[str, Any]]] = {"scores": [], "labels": [], "confusion": [], "reliability": []}
    for size, sheet in (("wide", WIDE), ("narrow", NARROW)):
        drawn = [("labels", label_figure(stats_of(predictions), sheet), "How often each label was answered and given.")]
        if any(f["value"] is not None for f in scores):
            drawn.append(("scores", score_figure(scores, sheet), "Label scores beside their baselines; numbers below."))
        if model["confusion"]:
            drawn.append(("confusion", confusion_figure(model["confusion"], sheet), "Clips by given label and answer."))
        if model["reliability"]:
            drawn.append(("reliability", reliability_figure(model["reliability"], sheet), "Accuracy over confidence."))
        for name, figure, alt in drawn:
            svg = Markup(inline_svg(figure, f"{prefix}{name}-{size}-", alt))  # noqa: S704 - written by inline_svg
            charts[name].append((size, svg))
    return charts
