"""What the report says of a model's probabilities."""

from collections.abc import Sequence

import numpy as np

from cot_engine.evaluation import confidence
from cot_engine.evaluation.bootstrap import Interval
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.outcomes import asked, label_names
from cot_engine.evaluation.people import People, Values
from cot_engine.evaluation.prediction import Prediction
from cot_engine.figures.words import percent

# Confidence this far above accuracy, beyond chance, is called over-confident (a convention).
_TOO_MUCH = 0.05
# Less than this between clips and blank pictures: the picture was hardly needed (a convention).
_GROUNDED = 0.05
_COVERAGE = 0.8
_TITLE = "Confidence"
_ECE_NOTE = (
    f"{confidence.BINS} bins of equal mass; resampled clips repeat, which raises it, so that its interval can lie above it"
)


def confidence_section(predictions: Sequence[Prediction]) -> Section:
    """Calibration and selective prediction on the clips that have a true label and probabilities."""
    known = [p for p in asked(predictions) if p.probabilities]
    if not known:
        note = "no probabilities came with the answers" if asked(predictions) else "no clip has a true label"
        empty = Figure(name="ECE", value=None, n=0, note=note)
        return Section(title=_TITLE, figures=(empty,), sentences=(f"Confidence cannot be judged: {note}.",))
    names = label_names(known)
    place = {name: i for i, name in enumerate(names)}
    p = np.array([[one.probabilities.get(name, 0.0) for name in names] for one in known])
    truth = np.array([place[one.truth] for one in known if one.truth is not None], np.int64)
    conf, correct = p.max(axis=1), (p.argmax(axis=1) == truth).astype(float)
    people = People(known)
    excess = people.mean(conf - correct)
    temperature = confidence.fit_temperature(p, truth)
    auroc = Figure.of("AUROC of confidence", people.of(lambda i: confidence.auroc(conf[i], correct[i])), "0.5 is chance")
    figures = (
        Figure.of("accuracy of the likeliest label", people.mean(correct)),
        Figure.of("mean confidence", people.mean(conf)),
        Figure.of("confidence minus accuracy", excess),
        Figure.of("ECE", people.of(lambda i: confidence.ece(conf[i], correct[i])), _ECE_NOTE),
        Figure.of("ECE of a calibrated model", confidence.ece_of_calibrated(conf), "as confident, by chance of so few clips"),
        Figure.of("Brier", people.mean(((p - np.eye(len(names))[truth]) ** 2).sum(axis=1)), "0 to 2"),
        Figure.of("NLL", people.of(lambda i: confidence.nll(p[i], truth[i])), "nats"),
        Figure.of("AURC", people.of(lambda i: confidence.aurc(conf[i], correct[i]))),
        Figure.of(
            "E-AURC", people.of(lambda i: confidence.e_aurc(conf[i], correct[i])), "0 when all errors are least confident"
        ),
        auroc,
        Figure.of("accuracy at 80 % coverage", people.of(lambda i: confidence.accuracy_at(_COVERAGE, conf[i], correct[i]))),
        Figure(
            name="temperature that would fit",
            value=temperature,
            n=len(known),
            note="fitted on these very clips, to be read only: above 1 is over-confident",
        ),
    )
    return Section(title=_TITLE, figures=figures, sentences=_verdicts(excess, conf, correct, auroc))


def grounding_section(real: Sequence[Prediction], blank: Sequence[Prediction]) -> Section:
    """conf(real) - conf(blank) on the same clips: near 0, the picture was not needed.

    Args:
        blank: the answers when there was nothing to see; matched by id.
    """
    without = {p.id: max(p.probabilities.values()) for p in blank if p.probabilities}
    known = [p for p in real if p.probabilities and p.id in without]
    gaps = np.array([max(p.probabilities.values()) - without[p.id] for p in known])
    gap = People(known).mean(gaps)
    if not known:
        figure = Figure(name="conf(real) - conf(blank)", value=None, n=0, note="no clip has probabilities for both")
        return Section(title="Grounding", figures=(figure,))
    said = (
        f"It is {percent(gap.value)} more confident with the clip than without: what it sees matters."
        if gap.low > _GROUNDED
        else "It is about as confident with a blank clip as with the real one: its confidence does not come from the picture."
    )
    return Section(title="Grounding", figures=(Figure.of("conf(real) - conf(blank)", gap),), sentences=(said,))


def _verdicts(excess: Interval, conf: Values, correct: Values, auroc: Figure) -> tuple[str, ...]:
    told = f"it says {percent(float(conf.mean()))} on average and is right on {percent(float(correct.mean()))}"
    if excess.low > _TOO_MUCH:
        said = [f"It is over-confident: {told}."]
    elif excess.high < -_TOO_MUCH:
        said = [f"It is under-confident: {told}."]
    else:
        said = [f"Its confidence is not shown to be off on average: {told}."]
    if auroc.low is not None and auroc.low <= 0.5:
        said.append("Its confidence is not shown to tell right answers from wrong ones.")
    return tuple(said)
