"""Two models on the same clips: what differs, drawn with the same people, so that easy and hard clips cancel out."""

from collections.abc import Sequence

import numpy as np

from cot_engine.errors import Refusal
from cot_engine.evaluation import confidence, confusion
from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.labels import METRICS
from cot_engine.evaluation.outcomes import asked, label_names
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction


def compare_section(a: Sequence[Prediction], b: Sequence[Prediction]) -> Section:
    """B minus A on the clips of both that have a true label.

    Raises:
        Refusal: ``not_comparable`` when they share no such clip, or disagree on a true label.
    """
    theirs = {p.id: p for p in asked(b)}
    left = [p for p in asked(a) if p.id in theirs]
    right = [theirs[p.id] for p in left]
    if not left:
        hint = "Evaluate both models on the same clips with the same labels."
        raise Refusal("not_comparable", "The two hold no labelled clip in common.", hint)
    if other := next((p.id for p, q in zip(left, right, strict=True) if p.truth != q.truth), None):
        raise Refusal("not_comparable", f"Their true labels differ, e.g. of {other!r}.", "Use predictions of one label set.")
    people, names = People(left), label_names([*left, *right])
    one, two = (confusion.rows(part, names) for part in (left, right))
    figures = []
    for name, metric in METRICS.items():
        value = float(metric(two.sum(axis=0)) - metric(one.sum(axis=0)))
        samples = metric(people.totals(two)) - metric(people.totals(one))
        figures.append(Figure.of(f"{name}, B minus A", interval(value, samples, len(left))))
    hits = [np.array([p.answer == p.truth and p.failed is None for p in part]) for part in (left, right)]
    only_a, only_b = int((hits[0] & ~hits[1]).sum()), int((hits[1] & ~hits[0]).sum())
    figures += [
        Figure(name="right by A alone", value=only_a, n=len(left)),
        Figure(name="right by B alone", value=only_b, n=len(left)),
        *_confidence(left, right, names),
    ]
    return Section(
        title="Compared", figures=tuple(figures), sentences=(*_verdict(figures[0], figures[1]), *_left_out(a, b, left))
    )


def _confidence(left: Sequence[Prediction], right: Sequence[Prediction], names: Sequence[str]) -> list[Figure]:
    both = [(p, q) for p, q in zip(left, right, strict=True) if p.probabilities and q.probabilities]
    if not both:
        return [Figure(name="Brier, B minus A", value=None, n=0, note="one of the two gave no probabilities")]
    place = {name: i for i, name in enumerate(names)}
    truth = np.array([place[p.truth] for p, _ in both if p.truth is not None], np.int64)
    one, two = (np.array([[pair[side].probabilities.get(name, 0.0) for name in names] for pair in both]) for side in (0, 1))
    people = People([p for p, _ in both])
    rows = np.eye(len(names))[truth]
    brier = people.mean(((two - rows) ** 2).sum(axis=1) - ((one - rows) ** 2).sum(axis=1))

    def area(i: "np.typing.NDArray[np.int64]") -> float:
        areas = (confidence.aurc(p[i].max(axis=1), (p[i].argmax(axis=1) == truth[i]).astype(float)) for p in (two, one))
        return next(areas) - next(areas)

    return [
        Figure.of("Brier, B minus A", brier, "lower is better"),
        Figure.of("AURC, B minus A", people.of(area), "lower is better"),
    ]


def _verdict(war: Figure, uar: Figure) -> list[str]:
    said = []
    for what, figure in (("accuracy", war), ("mean recall", uar)):
        if figure.low is None or figure.high is None:
            said.append(f"There is too little to say whose {what} is better.")
        elif figure.low <= 0 <= figure.high:
            said.append(f"No difference in {what} beyond chance.")
        else:
            said.append(f"{'B' if figure.low > 0 else 'A'} has the better {what}, beyond chance.")
    return said


def _left_out(a: Sequence[Prediction], b: Sequence[Prediction], left: Sequence[Prediction]) -> list[str]:
    alone = len(asked(a)) + len(asked(b)) - 2 * len(left)
    return [f"{alone} labelled clips are in one of the two alone and were left out."] if alone else []
