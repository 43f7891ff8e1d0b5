"""Two clips held against each other: perceive both, align, find counterparts, score, explain."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cot_engine import __version__
from cot_engine.analysis import Analysis, analyze
from cot_engine.compare.align import Aligned, align
from cot_engine.compare.comparison import Comparison, LabelAgreement
from cot_engine.compare.counterparts import find_counterparts
from cot_engine.compare.explain import explain
from cot_engine.compare.score import fidelity
from cot_engine.compare.subject import Subject
from cot_engine.compare.units import AU_LAG_S, compare_units
from cot_engine.errors import Refusal
from cot_engine.evaluation.event_match import family
from cot_engine.facs import THRESHOLD
from cot_engine.perceive import Progress
from cot_engine.reasoners.base import Reasoner
from cot_engine.report import LabelResult, Note

# Below this share of either clip, a warning says that only a part was compared.
_MOST = 0.5


@dataclass(frozen=True)
class Outcome:
    """The comparison, and the curves and people it rests on (for pictures)."""

    comparison: Comparison
    aligned: Aligned
    a: Subject
    b: Subject


def compare(
    a: str | Path,
    b: str | Path,
    *,
    labels: str = "basic-7",
    observe: bool = False,
    threshold: float = THRESHOLD,
    reasoner: Reasoner | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Compares the main persons of two clips. Arguments as in ``analyze``; A is followed, B is held against it.

    Raises:
        Refusal: what ``analyze`` raises for either clip; ``not_comparable`` as in ``compare_subjects``.
    """
    options: dict[str, Any] = {"labels": labels, "observe": observe, "threshold": threshold, "reasoner": reasoner}
    return compare_analyses(analyze(a, progress=progress, **options), analyze(b, progress=progress, **options))


def compare_analyses(a: Analysis, b: Analysis, *, track_a: int | None = None, track_b: int | None = None) -> Outcome:
    """Compares two people who were already read: the main ones, or those on the given tracks (of one clip, if you like).

    Raises:
        Refusal: ``not_comparable``.
        ValueError: nobody is on that track.
    """
    return compare_subjects(Subject.of(a, track_a), Subject.of(b, track_b))


def compare_subjects(a: Subject, b: Subject) -> Outcome:
    """The comparison of two people.

    Raises:
        Refusal: ``not_comparable`` when one is a still picture and the other is not, or no action unit is measured in both.
    """
    if a.evidence.still != b.evidence.still:
        still, clip = ("A", "B") if a.evidence.still else ("B", "A")
        raise Refusal(
            "not_comparable",
            f"{still} is a still picture and {clip} a clip: a picture has no movement to compare.",
            "Give two clips, or two pictures.",
        )
    reach_a, reach_b = _reach(a), _reach(b)
    trust = {au: min(reach_a[au], reach_b[au]) for au in reach_a if au in reach_b}
    if not trust:
        raise Refusal(
            "not_comparable",
            f"No action unit was measured in both: A by {a.evidence.source}, B by {b.evidence.source}.",
            "Analyse both clips with the same tool.",
        )
    aligned = align(a, b, trust)
    # A turn of which only one direction is measured has no counterpart in a mirror.
    trust = {au: sure for au, sure in trust.items() if au in aligned.b.intensity}
    found = find_counterparts(aligned, (a.evidence, b.evidence), trust)
    units = compare_units(aligned, trust, (reach_a, reach_b), found.matched, found.lost, found.added)
    comparison = Comparison(
        version=__version__,
        a=a.summary(),
        b=b.summary(),
        still=a.evidence.still,
        alignment=aligned.alignment,
        au_lag_bound_ms=round(1000 * AU_LAG_S),
        fidelity=fidelity(aligned.alignment, units, found.matched, found.lost, found.added, aligned.sides),
        action_units=units,
        matched=found.matched,
        lost=found.lost,
        added=found.added,
        not_compared=found.not_compared,
        sides=aligned.sides,
        labels=_labels(a.label, b.label),
        explanation=(),
        warnings=_warnings(a, b, aligned),
    )
    return Outcome(comparison.model_copy(update={"explanation": explain(comparison)}), aligned, a, b)


def _reach(subject: Subject) -> dict[str, float]:
    """Trust by ``event_match.family``, of what has a curve."""
    reach: dict[str, float] = {}
    for au, trust in subject.evidence.reach.items():
        if family(au) in subject.timeline.intensity:
            reach[family(au)] = max(trust, reach.get(family(au), 0.0))
    return reach


def _labels(a: LabelResult | None, b: LabelResult | None) -> LabelAgreement | None:
    if a is None or b is None:
        return None
    overlap = sum(min(p, b.probabilities.get(name, 0.0)) for name, p in a.probabilities.items())
    agree = None if a.name is None or b.name is None else a.name == b.name
    return LabelAgreement(a=a.name, b=b.name, agree=agree, overlap=round(overlap, 3))


def _warnings(a: Subject, b: Subject, aligned: Aligned) -> tuple[Note, ...]:
    notes = []
    if a.evidence.source != b.evidence.source:
        message = f"A was measured by {a.evidence.source}, B by {b.evidence.source}: their strengths may not be on one scale."
        notes.append(Note(code="different_sources", message=message))
    if a.evidence.baseline != b.evidence.baseline:
        message = "Only one of the two shows a calm face: strengths of the other are relative to an average face."
        notes.append(Note(code="different_baselines", message=message))
    alignment = aligned.alignment
    if alignment and min(alignment.share_of_a, alignment.share_of_b) < _MOST:
        notes.append(Note(code="partly_compared", message="Less than half of one of the clips has a counterpart in the other."))
    return tuple(notes)
