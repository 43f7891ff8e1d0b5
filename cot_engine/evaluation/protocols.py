"""Scores as a dataset's protocol wants them: the mean of five folds, or one count pooled over all left-out subjects.

Five folds (DFEW, MAFW): UAR and WAR of every fold's test part, then their mean. Leave one subject out (CASME II, SAMM, SMIC):
true and false positives are summed over all folds first, then UF1 and UAR are taken once; a mean of the folds' own scores is
another and larger number (MEGC 2019).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from cot_engine.evaluation import confusion
from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.outcomes import asked, label_names
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import mean

_KINDS = (("UAR", confusion.uar), ("WAR", confusion.war))


def protocol_section(predictions: Sequence[Prediction]) -> Section:
    """What the folds come to; without folds there is one test part, and nothing to add to the label scores."""
    folds = by_fold(predictions)
    if not folds:
        return Section(title="Protocol", figures=())
    if all(len({p.subject for p in part}) == 1 and part[0].subject is not None for part in folds.values()):
        return _pooled(folds)
    return _mean_of_folds(folds)


def by_fold(predictions: Sequence[Prediction]) -> dict[str, list[Prediction]]:
    """Fold -> its test part, by name; what has no fold or no true label is left out."""
    folds: dict[str, list[Prediction]] = {}
    for p in asked(predictions):
        if p.fold is not None:
            folds.setdefault(p.fold, []).append(p)
    return dict(sorted(folds.items()))


def _mean_of_folds(folds: Mapping[str, Sequence[Prediction]]) -> Section:
    names = label_names([p for part in folds.values() for p in part])
    figures, n = [], sum(map(len, folds.values()))
    for kind, metric in _KINDS:
        values, samples = [], []
        for seed, (fold, part) in enumerate(folds.items()):
            rows, people = confusion.rows(part, names), People(part, seed=seed)
            values.append(metric(rows.sum(axis=0)))
            samples.append(metric(people.totals(rows)))
            figures.append(Figure.of(f"{kind} of {fold}", interval(float(values[-1]), samples[-1], len(part))))
        whole = interval(float(mean(np.array(values))), mean(np.array(samples).T), n)
        figures.append(Figure.of(f"{kind}, mean of {len(folds)} folds", whole, "of the folds that are there"))
    said = (
        f"{len(folds)} folds with {', '.join(str(len(part)) for part in folds.values())} clips; the mean of the folds counts."
    )
    few = () if len(folds) == 5 else (f"{len(folds)} of the usual five folds: not comparable with five-fold results.",)
    return Section(title="Protocol", figures=tuple(figures), sentences=(said, *few))


def _pooled(folds: Mapping[str, Sequence[Prediction]]) -> Section:
    known = [p for part in folds.values() for p in part]
    names = label_names(known)
    rows, people = confusion.rows(known, names), People(known)
    whole, drawn = rows.sum(axis=0), people.totals(rows)
    figures = (
        Figure.of(
            "UF1, pooled over subjects", interval(float(confusion.macro_f1(whole)), confusion.macro_f1(drawn), len(known))
        ),
        Figure.of("UAR, pooled over subjects", interval(float(confusion.uar(whole)), confusion.uar(drawn), len(known))),
    )
    said = f"{len(folds)} subjects, each left out once; counts are summed over all of them before UF1 and UAR are taken."
    return Section(title="Protocol", figures=figures, sentences=(said,))
