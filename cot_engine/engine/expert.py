"""A data set's own expert action units as evidence: what was coded, and nothing about times, which nobody coded."""

from collections.abc import Iterable

from cot_engine.corpora.base import AUAnnotation, Sample
from cot_engine.evidence import Event, Evidence, Span
from cot_engine.facs import ACTION_UNITS, Side

# A FACS letter stands for its own number (DISFA's convention): A is 1 ... E is 5.
_LEVELS = "ABCDE"
_ORDER = ("absent", "present", *_LEVELS)
# Presence without a strength: coders score what they clearly see, so it must be told like a grade C.
_PRESENT = 3.0


def expert_evidence(sample: Sample) -> Evidence | None:
    """Evidence of a sample's annotations; None when nothing of it was coded.

    An AU coded as absent is in reach and has no event; one that the coder could not decide on, or that nobody coded, is not
    in reach. A side is measured only where the coder named one.
    """
    coded = [a for a in sample.aus if a.au in ACTION_UNITS and a.state != "undecided"]
    if not coded:
        return None
    present: dict[str, list[AUAnnotation]] = {}
    for annotation in coded:
        if annotation.state == "present":
            present.setdefault(annotation.au, []).append(annotation)
    return Evidence(
        source=f"expert coding, {sample.corpus}",
        duration_s=0.0,
        seen=(Span(start_s=0, end_s=0),),
        events=tuple(_event(au, given) for au, given in present.items()),
        reach=dict.fromkeys((a.au for a in coded), 1.0),
        still=True,
        baseline="source",
    )


def coding(sample: Sample) -> dict[str, str]:
    """AU -> strongest letter, ``"present"`` where none was given, or ``"absent"``; undecided ones are left out."""
    told: dict[str, str] = {}
    for a in sample.aus:
        if a.au in ACTION_UNITS and a.state != "undecided":
            word = "absent" if a.state == "absent" else a.intensity or "present"
            told[a.au] = max(word, told.get(a.au, word), key=_ORDER.index)
    return told


def _event(au: str, given: list[AUAnnotation]) -> Event:
    sides = {a.side for a in given}
    side: Side = next(iter(sides)) if len(sides) == 1 else "both"
    levels = {one: _level(a for a in given if a.side == one) for one in ("left", "right")}
    return Event(
        au=au,
        side=side,
        onset_s=0.0,
        apex_s=0.0,
        offset_s=0.0,
        intensity=_level(given) or _PRESENT,
        left=levels["left"],
        right=levels["right"],
        onset_seen=False,
        offset_seen=False,
        strength_measured=any(a.intensity for a in given),
        side_measured=sides != {"both"},
    )


def _level(given: Iterable[AUAnnotation]) -> float | None:
    return max((1.0 + _LEVELS.index(a.intensity) for a in given if a.intensity), default=None)
