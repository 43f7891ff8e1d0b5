"""Is it as good for everyone? The main label metrics by group, and the gap between the best and the worst group.

Groups are compared on the labels that every group of at least ``MIN_CLIPS`` clips has. The gap is between the two groups that
turned out best and worst, drawn together: they were picked after looking, so that its interval is a little too narrow.
"""

from collections.abc import Sequence

import numpy as np

from cot_engine.evaluation import confusion
from cot_engine.evaluation.au_groups import MIN_CLIPS
from cot_engine.evaluation.bootstrap import Interval, interval
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.outcomes import asked, label_names, outcome
from cot_engine.evaluation.people import People, Values
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import mean
from cot_engine.figures.words import percent


def fairness_section(predictions: Sequence[Prediction]) -> Section:
    """Every grouping that the predictions know, by name."""
    known = asked(predictions)
    figures: list[Figure] = []
    sentences: list[str] = []
    for name in sorted({name for p in known for name in p.groups}):
        found, said = _grouping(name, [p for p in known if name in p.groups], label_names(predictions))
        figures += found
        sentences += said
    if not figures:
        sentences = ["Nothing is known about groups of people in these clips, so that nothing can be said about fairness."]
    return Section(title="By group", figures=tuple(figures), sentences=tuple(sentences))


def _grouping(name: str, known: Sequence[Prediction], labels: Sequence[str]) -> tuple[list[Figure], list[str]]:
    rows, people = confusion.rows(known, labels), People(known)
    values = np.array([p.groups[name] for p in known])
    lost = np.array([outcome(p) != "answered" for p in known], float)
    groups = sorted(set(values.tolist()))
    drawn = {value: people.totals(rows * (values == value)[:, None, None]) for value in groups}
    whole = {value: rows[values == value].sum(axis=0) for value in groups}
    claimed = [value for value in groups if (values == value).sum() >= MIN_CLIPS]
    common = np.all([whole[value].sum(axis=1) > 0 for value in claimed], axis=0) if claimed else np.zeros(len(labels), bool)

    def uar(matrix: Values, value: str) -> Values:
        # A group too small to be compared need not have the common labels.
        return mean(confusion.recalls(matrix)[..., common]) if value in claimed else confusion.uar(matrix)

    figures, scores = [], {}
    for value in groups:
        n = int((values == value).sum())
        note = "" if value in claimed else f"too small for a claim: {n} clips, {MIN_CLIPS} are needed"
        scores[value] = float(uar(whole[value], value))
        figures += [
            Figure.of(f"UAR, {name} {value}", interval(scores[value], uar(drawn[value], value), n), note),
            Figure.of(
                f"WAR, {name} {value}", interval(float(confusion.war(whole[value])), confusion.war(drawn[value]), n), note
            ),
            Figure.of(f"share without a label, {name} {value}", _share(lost[values == value], known, values == value), note),
        ]
    small = [value for value in groups if value not in claimed]
    said = [f"Too small to say anything about ({name}): {', '.join(small)}."] if small else []
    if len(claimed) < 2 or not common.any():
        return figures, said
    best, worst = max(claimed, key=lambda v: scores[v]), min(claimed, key=lambda v: scores[v])
    apart = uar(drawn[best], best) - uar(drawn[worst], worst)
    gap = interval(scores[best] - scores[worst], apart, sum(int((values == v).sum()) for v in (best, worst)))
    figures.append(
        Figure.of(f"UAR gap, {name}", gap, f"{best} minus {worst}, over {int(common.sum())} labels that all groups have")
    )
    chance = "more than chance explains" if gap.low > 0 else "no more than chance can explain"
    said.insert(0, f"By {name}: mean recall {percent(scores[best])} ({best}) to {percent(scores[worst])} ({worst}), {chance}.")
    return figures, said


def _share(lost: Values, known: Sequence[Prediction], chosen: "np.typing.NDArray[np.bool_]") -> Interval:
    return People([p for p, one in zip(known, chosen, strict=True) if one]).mean(lost)
