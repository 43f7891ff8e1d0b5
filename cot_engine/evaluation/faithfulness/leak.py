"""Label leak: observations that already name an expression. The evidence was then told for a label, not read from the face."""

from collections.abc import Sequence

from cot_engine.engine.label_words import label_words
from cot_engine.evaluation.faithfulness.ratio import average
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import LabelSet
from cot_engine.figures.words import percent
from cot_engine.trace import parse_trace

# A published system's observations hold the label word in 73.6 % of its rows; ours may not at all.
LEAKS = 0.02


def leaks(observations: Sequence[str], labels: LabelSet) -> tuple[bool, bool]:
    """Whether observations name an expression, and whether they hold a word that says what a movement means ("smile")."""
    codes = {fault.code for fault in label_words(observations, labels)}
    return "label_word" in codes, "interpretation_word" in codes


def names_answer(observations: Sequence[str], answer: str | None, labels: LabelSet) -> bool:
    """Whether the observations hold the answer itself, or another name of it."""
    label = labels.find(answer) if answer else None
    if label is None:
        return False
    text = f" {' '.join(observations).casefold()} "
    return any(name.casefold() in text for name in (label.name, *label.aliases))


def section(predictions: Sequence[Prediction], labels: LabelSet) -> Section:
    """How many explanations name an expression before they conclude."""
    told = [(p, parse_trace(p.text).observations) for p in predictions]
    told = [(p, lines) for p, lines in told if lines]
    if not told:
        nothing = Figure(name="label leak", value=None, n=0, note="no explanation has observations")
        return Section(title="Label leak", figures=(nothing,))
    clips = [p for p, _ in told]
    found = [leaks(lines, labels) for _, lines in told]
    leak = average("label leak", clips, [float(word) for word, _ in found], "observations that name an expression")
    own = average(
        "label leak, own answer",
        clips,
        [float(names_answer(lines, p.answer, labels)) for p, lines in told],
        "observations that name the answer given",
    )
    meaning = average(
        "interpretation in observations", clips, [float(word) for _, word in found], "words such as smile, frown, pout"
    )
    assert leak.value is not None, "there are explanations"
    if leak.value >= LEAKS:
        verdict = (
            f"The label comes first: {percent(leak.value)} of {leak.n} observations already name an expression, before "
            "anything is concluded."
        )
    else:
        verdict = f"Observations are label-blind: {percent(leak.value)} of {leak.n} name an expression."
    return Section(title="Label leak", figures=(leak, own, meaning), sentences=(verdict,))
