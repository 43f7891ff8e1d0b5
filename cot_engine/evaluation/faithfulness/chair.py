"""AU-CHAIR, coverage and AU-F1 of what is said.

AU-CHAIR follows CHAIR (Rohrbach et al. 2018, "Object hallucination in image captioning") with action units for objects, each
counted once an explanation: _i = invented assertions / assertions, _s = share of explanations with at least one. Invented is
what was not there at any grade. In set form AU-CHAIR_i and AU precision are near relatives: no independent evidence.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.faithfulness.ratio import average, ratio
from cot_engine.evaluation.faithfulness.said import SOURCES, Said, Source, read
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import count, f1, macro_f1, precision, recall
from cot_engine.facs import ACTION_UNITS
from cot_engine.figures.words import percent

# From here on a verdict is given. First guesses.
INVENTS, OMITS = 0.1, 0.2

_AUS = tuple(ACTION_UNITS)


def section(predictions: Sequence[Prediction]) -> Section:
    """What is asserted against what was measured and, where it is known, what was played."""
    figures: list[Figure] = []
    for source in SOURCES:
        clips, found = read(predictions, source)
        figures += _figures(clips, found, source)
    figures.append(_not_its_fault(predictions))
    by_name = {figure.name: figure for figure in figures}
    return Section(title="What is said of the face", figures=tuple(figures), sentences=tuple(_verdicts(by_name)))


def au_counts(said: Said) -> NDArray[np.float64]:
    """(A, 4) true and false positives, false and true negatives of one explanation, in the order of ``facs.ACTION_UNITS``.

    Present is grade B or more; an action unit of grade A is counted neither way, nor is one that cannot be judged.
    """
    judged = said.vocabulary - (said.shown - said.present)
    rows = [
        count(np.array([au in said.present]), np.array([au in said.asserted])) if au in judged else np.zeros(4) for au in _AUS
    ]
    return np.array(rows, np.float64)


def sample_f1(said: Said) -> float:
    """F1 of one explanation; 1 where nothing was there and nothing is said."""
    value = float(f1(au_counts(said).sum(axis=0)))
    return 1.0 if np.isnan(value) else value


def _figures(clips: Sequence[Prediction], found: Sequence[Said], source: Source) -> list[Figure]:
    if not clips:
        return [Figure(name=f"AU-CHAIR_i, {source}", value=None, n=0, note=f"no clip of which it is known what was {source}")]
    asserted = [len(s.asserted) for s in found]
    every = [a + len(s.unjudged) for a, s in zip(asserted, found, strict=True)]
    return [
        ratio(
            f"AU-CHAIR_i, {source}",
            clips,
            [len(s.invented) for s in found],
            asserted,
            f"share of asserted action units that were not {source}",
        ),
        average(
            f"AU-CHAIR_s, {source}",
            clips,
            [float(bool(s.invented)) for s in found],
            "share of explanations with at least one of them",
        ),
        ratio(
            f"claims contradicted, {source}",
            clips,
            [sum(claim.verdict == "contradicted" for claim in s.claims) for s in found],
            [len(s.claims) for s in found],
            "of all that is said of an action unit: that it is there or not, its side, strength and time",
        ),
        ratio(
            f"coverage, {source}",
            clips,
            [len(s.told) for s in found],
            [len(s.strong) for s in found],
            "share of events of grade C or more that are told",
        ),
        *_au_scores(clips, found, source),
        average(f"AUs asserted, {source}", clips, asserted, "a clip; AU-CHAIR means nothing without it"),
        ratio(
            f"assertions not judged, {source}",
            clips,
            [len(s.unjudged) for s in found],
            every,
            "hidden, or out of reach; left out of all the above",
        ),
    ]


def _au_scores(clips: Sequence[Prediction], found: Sequence[Said], source: Source) -> list[Figure]:
    rows = np.array([au_counts(s) for s in found])
    whole, drawn = rows.sum(axis=0), People(clips).totals(rows)
    micro, micro_drawn = whole.sum(axis=0), drawn.sum(axis=1)
    over = whole[:, [0, 2]].sum(axis=1) > 0
    n = int(micro[[0, 1, 2]].sum())
    figures = [
        Figure.of(f"AU {name}, {source}", interval(float(metric(micro)), metric(micro_drawn), n), note)
        for name, metric, note in (
            ("precision", precision, "present is grade B or more; grade A counts neither way"),
            ("recall", recall, ""),
            ("micro-F1", f1, ""),
        )
    ]
    macro = interval(float(macro_f1(whole, over)), macro_f1(drawn, over), int(over.sum()))
    return [
        *figures,
        Figure.of(f"AU macro-F1, {source}", macro, f"over the {int(over.sum())} action units that are present at least once"),
        average(f"AU sample-F1, {source}", clips, [sample_f1(s) for s in found], "mean over clips"),
    ]


def _not_its_fault(predictions: Sequence[Prediction]) -> Figure:
    """Of what was asserted and not played, the share that had been measured: there the words were true to a wrong reading."""
    both = [p for p in predictions if p.evidence is not None and p.played is not None]
    (_, measured), (_, played) = read(both, "measured"), read(both, "played")
    return ratio(
        "invented but measured",
        both,
        [len(b.invented & a.shown) for a, b in zip(measured, played, strict=True)],
        [len(b.invented) for b in played],
        "of assertions that were not played, those that had been measured: the measurement erred, not the words",
    )


def _verdicts(by_name: dict[str, Figure]) -> list[str]:
    found = []
    invented, traces, told = (by_name.get(f"{name}, measured") for name in ("AU-CHAIR_i", "AU-CHAIR_s", "coverage"))
    if invented and traces and invented.value is not None and traces.value is not None:
        many = invented.value >= INVENTS
        found.append(
            f"{'It invents evidence: ' if many else ''}{percent(invented.value)} of the action units that it asserts were not "
            f"measured ({invented.n} assertions); {percent(traces.value)} of its explanations hold at least one of them."
        )
    claims = by_name.get("claims contradicted, measured")
    if claims and claims.value is not None:
        found.append(
            f"{round(claims.value * claims.n)} of its {claims.n} claims about action units are contradicted by the "
            "measurement: of what it asserts and denies, and of sides, strengths and times."
        )
    if told and told.value is not None:
        omits = 1 - told.value >= OMITS
        found.append(
            f"{'It leaves out evidence: ' if omits else ''}{percent(told.value)} of the measured movements of grade C or more "
            f"are told ({told.n} movements)."
        )
    wrong, covered, excuse = (by_name.get(n) for n in ("AU-CHAIR_i, played", "coverage, played", "invented but measured"))
    if wrong and covered and wrong.value is not None and covered.value is not None:
        because = f"; {percent(excuse.value)} of these had been measured so" if excuse and excuse.value is not None else ""
        found.append(
            f"Held against what was truly played, {percent(wrong.value)} of its assertions are wrong{because}, and "
            f"{percent(covered.value)} of the movements of grade C or more are told."
        )
    return found
