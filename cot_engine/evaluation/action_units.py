"""Was perception right about this clip? Action units measured against those that were played or coded, clip by clip.

The presence rule is that of ``presence``: an action unit is there where an event reaches grade B. One that was hidden for more
than half of the time in view is not judged. One that cannot be measured stays in the mean with F1 = 0, as do clips that were
refused: nothing was measured there. Gaze and head movements are no facial muscles and take no part.
"""

from collections.abc import Sequence

import numpy as np

from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.event_match import family
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.people import People, Values
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import PRESENT_ABOVE, count, macro_f1, shown_f1
from cot_engine.evidence import Evidence
from cot_engine.facs import ACTION_UNITS
from cot_engine.figures.words import percent

_TITLE = "Action units measured, clip by clip"
_RULE = "present at grade B or more"


def action_unit_section(predictions: Sequence[Prediction]) -> Section:
    """F1 of every action unit that is there in at least one clip, and their mean."""
    known = [p for p in predictions if p.played is not None]
    if not known:
        figure = Figure(name="AU F1, mean", value=None, n=0, note="nobody knows what truly moved in these clips")
        return Section(title=_TITLE, figures=(figure,))
    aus = _vocabulary(known)
    rows = np.array([_counts(p, aus) for p in known]).reshape(len(known), len(aus), 4)
    people = People(known)
    whole, drawn = rows.sum(axis=0), people.totals(rows)
    shown = whole[:, 0] + whole[:, 2] > 0
    mean = interval(float(macro_f1(whole, shown)), macro_f1(drawn, shown), len(known))
    values, samples = shown_f1(whole), shown_f1(drawn)
    figures = [Figure.of("AU F1, mean", mean, f"over {int(shown.sum())} action units; {_RULE}")]
    for a in np.flatnonzero(shown):
        there = int(whole[a, 0] + whole[a, 2])
        figures.append(
            Figure.of(f"F1 of {aus[a]}", interval(float(values[a]), samples[:, a], there), ACTION_UNITS[aus[a]].name)
        )
    missed = [aus[a] for a in np.flatnonzero(shown) if whole[a, 0] == 0]
    said = [f"What is explained is what was measured, and measurement finds action units with a mean F1 of {mean.value:.2f}."]
    if missed:
        said.append(f"Never found by the measurement: {', '.join(missed)}.")
    if lost := sum(p.evidence is None for p in known):
        said.append(f"In {percent(lost / len(known))} of the clips nothing could be measured.")
    return Section(title=_TITLE, figures=tuple(figures), sentences=tuple(said))


def _vocabulary(known: Sequence[Prediction]) -> tuple[str, ...]:
    names = {family(au) for p in known if p.played is not None for au in p.played.reach}
    return tuple(sorted((au for au in names if ACTION_UNITS[au].region not in ("gaze", "head")), key=lambda au: int(au[2:])))


def _counts(prediction: Prediction, aus: Sequence[str]) -> list[Values]:
    """(A, 4) counts of one clip; zeros for what is not judged."""
    assert prediction.played is not None, "only clips with a truth are counted"
    true, said = _present(prediction.played), _present(prediction.evidence)
    judged = {family(au) for au in prediction.played.reach if prediction.played.hidden_in_view(au) <= 0.5}
    return [count(np.array([au in true]), np.array([au in said])) if au in judged else np.zeros(4) for au in aus]


def _present(evidence: Evidence | None) -> set[str]:
    return {family(e.au) for e in evidence.events if e.intensity > PRESENT_ABOVE} if evidence else set()
