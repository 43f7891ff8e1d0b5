"""Do the action units fit the label that they are told for, and the face as well? Coherence alone is won by inventing.

c(P, y) = max over prototypes A of y of |P & A| / |P | A| (Jaccard), P the asserted action units that any prototype of the label
set knows, A a prototype's core; neutral has the empty one, and empty against empty is 1. An explanation is inconsistent when
another label fits it better than its own.
"""

from collections.abc import Sequence

from cot_engine.claims import mentions
from cot_engine.evaluation.faithfulness.chair import sample_f1
from cot_engine.evaluation.faithfulness.ratio import average
from cot_engine.evaluation.faithfulness.said import explanation, said
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.outcomes import NOT_SURE
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import Label, LabelSet
from cot_engine.figures.words import percent
from cot_engine.trace import parse_trace

# Where the story fits the label this well and the face this badly, it was made for the label.
COHERENT, UNTRUE = 0.6, 0.6
# More unreadable conclusions than this get a sentence.
UNREADABLE = 0.02


def fit(asserted: frozenset[str], label: Label, labels: LabelSet) -> float:
    """c(P, y) in 0-1."""
    known = frozenset(au for one in labels.labels for p in one.prototypes for au in p.core | p.optional)
    named = asserted & known
    prototypes = [p.core for p in label.prototypes] or [frozenset[str]()]
    return max(len(named & core) / len(named | core) if named | core else 1.0 for core in prototypes)


def inconsistent(asserted: frozenset[str], answer: Label, labels: LabelSet) -> bool:
    """Whether another label of the set fits better than the answer."""
    own = fit(asserted, answer, labels)
    return any(fit(asserted, other, labels) > own for other in labels.labels if other != answer)


def section(predictions: Sequence[Prediction], labels: LabelSet) -> Section:
    """Label-AU consistency with AU-F1 of the same explanations beside it, and whether the conclusion is the answer."""
    answered = [(p, label) for p in predictions if p.text and p.answer and (label := labels.find(p.answer))]
    clips = [p for p, _ in answered]
    asserted = [mentions(explanation(p.text)).asserted for p in clips]
    paired = list(zip(asserted, (label for _, label in answered), strict=True))
    measured = [p for p in clips if p.evidence is not None]
    played = [p for p in clips if p.played is not None]
    figures = (
        average("label-AU consistency", clips, [fit(aus, y, labels) for aus, y in paired], "coherence of the story, not truth"),
        average(
            "label-AU inconsistency",
            clips,
            [float(inconsistent(aus, y, labels)) for aus, y in paired],
            "another label fits the asserted action units better",
        ),
        average(
            "AU-F1 beside it, measured", measured, [sample_f1(said(p.text, p.evidence)) for p in measured if p.evidence], "mean"
        ),
        average("AU-F1 beside it, played", played, [sample_f1(said(p.text, p.played)) for p in played if p.played], "mean"),
        *_conclusions(predictions, labels),
    )
    return Section(title="Label and action units", figures=figures, sentences=tuple(_verdicts(figures)))


def _conclusions(predictions: Sequence[Prediction], labels: LabelSet) -> tuple[Figure, Figure]:
    written = [(p, parse_trace(p.text).conclusion) for p in predictions if p.text]
    readable = [(p, c) for p, c in written if c.casefold() == NOT_SURE or labels.find(c)]
    unreadable = average(
        "conclusion without a single label",
        [p for p, _ in written],
        [float(not (c.casefold() == NOT_SURE or labels.find(c))) for _, c in written],
        "of all explanations; it may name none, several, or one that is not in the set",
    )
    other = average(
        "conclusion is not the answer",
        [p for p, _ in readable],
        [float((label.name if (label := labels.find(c)) else None) != p.answer) for p, c in readable],
        "the written conclusion and the most probable label differ",
    )
    return unreadable, other


def _verdicts(figures: Sequence[Figure]) -> list[str]:
    by_name = {figure.name: figure.value for figure in figures}
    fits, true, unreadable = (
        by_name[name] for name in ("label-AU consistency", "AU-F1 beside it, measured", "conclusion without a single label")
    )
    found = []
    if fits is not None and true is not None:
        if fits >= COHERENT and true < UNTRUE:
            found.append(
                f"The story is made for the label: its action units fit the answer (consistency {fits:.2f}) but not the face "
                f"(AU-F1 {true:.2f})."
            )
        else:
            found.append(f"Its action units fit its answers to {fits:.2f} and the measured face to {true:.2f}, of 1.")
    if unreadable is not None and unreadable >= UNREADABLE:
        found.append(f"{percent(unreadable)} of its conclusions do not name one label of the set; they commit to nothing.")
    return found
