"""Are the labels right? Accuracy, recall and F1 with what costs nothing beside them: the majority label and the codebook."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cot_engine.captioning.stats import Slice, Stats
from cot_engine.captioning.stats_collapse import findings
from cot_engine.captioning.stats_wording import Wording
from cot_engine.evaluation import confusion
from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.outcomes import NOT_SURE, OUTCOMES, asked, label_names, outcome
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import mean
from cot_engine.facs import LABEL_SETS
from cot_engine.figures.words import percent
from cot_engine.trace import parse_trace

Values = NDArray[np.float64]
Metric = Callable[[Values], Values]

METRICS: dict[str, Metric] = {
    "WAR (accuracy)": confusion.war,
    "UAR (mean recall)": confusion.uar,
    "macro-F1 (UF1)": confusion.macro_f1,
}
_COMPOUND = frozenset(LABEL_SETS["compound-23"].names) - frozenset(LABEL_SETS["basic-8"].names)
_NO_TRUTH = "no clip has a true label"


def label_section(predictions: Sequence[Prediction], codebook: Sequence[Prediction] = ()) -> Section:
    """The headline of the labels, with the two baselines under every score.

    Args:
        codebook: what the rules answer on the same clips; their scores are left out without it.
    """
    known = asked(predictions)
    names = label_names(predictions)
    figures = [*_scores(known, names, ""), *_scores(always_majority(known), names, " of always answering the commonest label")]
    if codebook:
        figures += _scores(asked(codebook), names, " of the codebook")
    figures += [*_compound(known), *_outcomes(predictions)]
    return Section(title="Labels", figures=tuple(figures), sentences=(*_verdicts(known, figures), *collapse(predictions)))


def class_section(predictions: Sequence[Prediction]) -> Section:
    """Precision, recall and F1 of every label that is given, in the order of the label set."""
    known, names = asked(predictions), label_names(predictions)
    rows, people = confusion.rows(known, names), People(known)
    whole, drawn = rows.sum(axis=0), people.totals(rows)
    figures = []
    for kind, metric in (("recall", confusion.recalls), ("precision", confusion.precisions), ("F1", confusion.f1s)):
        values, samples = metric(whole), metric(drawn)
        for k, name in enumerate(names):
            n = int(whole[:, k].sum() if kind == "precision" else whole[k].sum())
            if whole[k].sum():
                note = "" if n else "never answered"
                figures.append(Figure.of(f"{kind} of {name}", interval(float(values[k]), samples[:, k], n), note))
    missed = [f.name.removeprefix("recall of ") for f in figures if f.name.startswith("recall") and f.value == 0 and f.n > 1]
    sentences = (f"Never recognised: {', '.join(missed)}.",) if missed else ()
    return Section(title="Labels, one by one", figures=tuple(figures), sentences=sentences)


def always_majority(known: Sequence[Prediction]) -> list[Prediction]:
    """The same clips, all answered with the label that is given most often; the first by name where several are."""
    counts = Counter(p.truth for p in known if p.truth is not None)
    top = min(counts, key=lambda name: (-counts[name], name), default=None)
    return [p.model_copy(update={"answer": top, "failed": None}) for p in known]


def stats_of(predictions: Sequence[Prediction]) -> Stats:
    """The counts of answers and given labels, as the charts of a captioning run and its collapse rule take them.

    What was refused or cannot be read counts as not sure there: the clip was left without a label.
    """
    whole, wording = Slice(), Wording()
    for p in predictions:
        answer = p.answer if outcome(p) == "answered" and p.answer is not None else NOT_SURE
        whole.answers[answer] += 1
        if p.truth is not None:
            whole.pairs[p.truth, answer] += 1
        if p.evidence is not None and p.text:
            moved = {event.au for event in p.evidence.events if event.grade in "CDE"}
            wording.add(p.id, moved, parse_trace(p.text).observations)
    return Stats(whole=whole, labels=label_names(predictions), wording=wording)


def collapse(predictions: Sequence[Prediction]) -> list[str]:
    """Signs of one answer, or one text, whatever the clip shows; the rule is that of ``captioning.stats_collapse``."""
    stats = stats_of(predictions)
    answers = Counter({name: count for name, count in stats.whole.answers.items() if name != NOT_SURE})
    unsure = sum(outcome(p) == "not sure" for p in predictions)
    signs = findings(answers, unsure, stats.whole.compared, len(stats.labels), stats.wording)
    found = [f"Collapsed: {sign.message}" for sign in signs]
    given = {p.truth for p in asked(predictions)}
    if len(answers) == 1 and answers.total() > 1 and len(given) > 1:
        found.insert(0, f"It always answers {next(iter(answers))!r}: collapsed.")
    return found


def _scores(known: Sequence[Prediction], names: Sequence[str], whose: str) -> list[Figure]:
    if not known:
        return [Figure(name=name + whose, value=None, n=0, note=_NO_TRUTH) for name in METRICS]
    rows, people = confusion.rows(known, names), People(known)
    whole, drawn = rows.sum(axis=0), people.totals(rows)
    given = int((whole.sum(axis=1) > 0).sum())
    notes = dict.fromkeys(METRICS, "") | {"UAR (mean recall)": f"over the {given} labels given; chance is {1 / len(names):.3f}"}
    return [
        Figure.of(name + whose, interval(float(metric(whole)), metric(drawn), len(known)), "" if whose else notes[name])
        for name, metric in METRICS.items()
    ]


def _compound(known: Sequence[Prediction]) -> list[Figure]:
    """Macro-F1 over the compound expressions alone, on all clips: calling a basic expression compound costs too."""
    if not any(p.truth in _COMPOUND for p in known):
        return []
    names = label_names(known)
    rows, people = confusion.rows(known, names), People(known)
    over = np.array([name in _COMPOUND for name in names])
    value, samples = (mean(confusion.f1s(m)[..., over]) for m in (rows.sum(axis=0), people.totals(rows)))
    n = sum(p.truth in _COMPOUND for p in known)
    return [Figure.of("compound macro-F1", interval(float(value), samples, n), "over compound expressions that are given")]


def _outcomes(predictions: Sequence[Prediction]) -> list[Figure]:
    people = People(predictions)
    named = {"not sure": "answered 'not sure'", "unparsed": "without a readable label", "refused": "refused, with a code"}
    found = [outcome(p) for p in predictions]
    return [
        Figure.of(f"share {named[kind]}", people.mean(np.array([one == kind for one in found], float)), "counted as wrong")
        for kind in OUTCOMES[1:]
    ]


def _verdicts(known: Sequence[Prediction], figures: Sequence[Figure]) -> list[str]:
    if not known:
        return [f"Labels cannot be judged: {_NO_TRUTH}."]
    by_name = {f.name: f for f in figures}
    war, majority = by_name["WAR (accuracy)"], by_name["WAR (accuracy) of always answering the commonest label"]
    assert war.value is not None, "there are clips"
    assert majority.value is not None, "there are clips"
    low, high = (war.low if war.low is not None else war.value), (war.high if war.high is not None else war.value)
    top = always_majority(known)[0].answer
    said = [
        f"Right on {percent(war.value)} of {war.n} clips (95 % interval {percent(low)} to {percent(high)}); always answering "
        f"{top!r} is right on {percent(majority.value)}."
    ]
    if low <= majority.value:
        said.append(f"Its accuracy is not shown to be better than always answering {top!r}.")
    lost = Counter(outcome(p) for p in known)
    if lost["unparsed"]:
        said.append(f"{lost['unparsed']} of {len(known)} answers name no single label of the set; they count as wrong.")
    if lost["refused"]:
        codes = Counter(p.failed for p in known if p.failed is not None)
        told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
        said.append(f"{lost['refused']} of {len(known)} clips were refused ({told}); they count as wrong.")
    return said
