"""Descriptions: likeness to a reference text, and events told.

Likeness (ROUGE-L, CIDEr-D) rewards style; it is no measure of truth. The reference is the one given, or else the codebook's
words for what was played.
"""

import hashlib
from collections.abc import Mapping, Sequence
from random import Random

import numpy as np

from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.faithfulness import events
from cot_engine.evaluation.faithfulness.cider import cider_d, tokens
from cot_engine.evaluation.faithfulness.ratio import average
from cot_engine.evaluation.faithfulness.said import SOURCES, Source, read, reference
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence import Evidence
from cot_engine.figures.words import percent
from cot_engine.reasoners.observe import observe
from cot_engine.trace import parse_trace


def section(predictions: Sequence[Prediction], references: Mapping[str, str] | None = None) -> Section:
    """Likeness and events of all clips.

    Args:
        references: clip's id -> a reference description, where the data set has them.
    """
    figures = [*_likeness(predictions, references)]
    for source in SOURCES:
        figures += _events(predictions, source)
    return Section(title="Description", figures=tuple(figures), sentences=tuple(_verdicts(figures)))


def described(text: str) -> str:
    """The observations of an answer, or all of it where it has no headings."""
    return " ".join(parse_trace(text).observations) or text


def codebook_words(played: Evidence) -> str:
    """The codebook's description of what was played, the same whenever it is asked."""
    digest = hashlib.sha256(played.model_dump_json().encode()).digest()
    return " ".join(observe(played, Random(digest)))  # noqa: S311 - it chooses wordings, nothing secret


def rouge_l(candidates: Sequence[str], references: Sequence[str]) -> list[float]:
    """ROUGE-L F1 (Lin 2004) of each candidate, by Google's ``rouge-score``, without stemming.

    Raises ImportError without that package.
    """
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"])
    return [float(scorer.score(true, said)["rougeL"].fmeasure) for said, true in zip(candidates, references, strict=True)]


def _likeness(predictions: Sequence[Prediction], references: Mapping[str, str] | None) -> list[Figure]:
    if references is None:
        pairs = [(p, codebook_words(p.played)) for p in predictions if p.played is not None]
        whose = "against the codebook's words for what was played: style counts"
    else:
        pairs = [(p, references[p.id]) for p in predictions if p.id in references]
        whose = "against the data set's own descriptions"
    clips = [p for p, _ in pairs]
    if len(clips) < 2:
        return [Figure(name=name, value=None, n=0, note="fewer than two reference texts") for name in ("ROUGE-L", "CIDEr-D")]
    candidates, truths = [described(p.text) for p in clips], [true for _, true in pairs]
    try:
        rouge = average("ROUGE-L", clips, rouge_l(candidates, truths), whose)
    except ImportError:
        rouge = Figure(name="ROUGE-L", value=None, n=0, note="rouge-score is not installed: pip install rouge-score")
    scores = cider_d([tokens(text) for text in candidates], [tokens(text) for text in truths])
    return [rouge, average("CIDEr-D", clips, scores, f"0-10, {whose}")]


def _events(predictions: Sequence[Prediction], source: Source) -> list[Figure]:
    """Means over the clips in which anything of grade C or more happened: an empty list of events would score 1."""
    clips, found = read(predictions, source)
    counts = [
        events.told(s, against) for p, s in zip(clips, found, strict=True) if (against := reference(p, source)) is not None
    ]
    chosen = [(p, c) for p, c in zip(clips, counts, strict=True) if c.there]
    clips, counts = [p for p, _ in chosen], [c for _, c in chosen]
    if not clips:
        return [Figure(name=f"event F1, {source}", value=None, n=0, note="no clip with an event of grade C or more")]
    # What told nothing has no precision; it counts as 0, or saying nothing would win.
    rows = np.array([[c.right / c.told if c.told else 0.0, c.found / c.there, c.chain / c.there] for c in counts])
    drawn = People(clips).totals(np.concatenate([rows, np.ones((len(rows), 1))], axis=1))
    drawn = drawn[:, :3] / drawn[:, 3:]
    mean = rows.mean(axis=0)
    matched = [(p, c) for p, c in chosen if c.found]

    def figure(name: str, value: float, samples: Sequence[float], note: str) -> Figure:
        return Figure.of(f"{name}, {source}", interval(value, np.array(samples), len(clips)), note)

    return [
        figure("event F1", events.f1(*mean[:2]), [events.f1(*row[:2]) for row in drawn], f"P {mean[0]:.3f}, R {mean[1]:.3f}"),
        figure("event order", float(mean[2]), drawn[:, 2].tolist(), "in order / all that were there: missing ones count too"),
        average(
            f"event order of the found, {source}",
            [p for p, _ in matched],
            [c.chain / c.found for _, c in matched],
            "in order / found; one event is always in order",
        ),
        figure("TEM variant (ours)", events.tem(*mean), [events.tem(*row) for row in drawn], "not the published TEM"),
    ]


def _verdicts(figures: Sequence[Figure]) -> list[str]:
    by_name = {figure.name: figure for figure in figures}
    found = []
    for source in SOURCES:
        f1, order = (by_name.get(f"{name}, {source}") for name in ("event F1", "event order of the found"))
        if f1 is not None and order is not None and f1.value is not None and order.value is not None:
            found.append(
                f"Event by event its descriptions reach F1 {f1.value:.2f} of 1 against what was {source}; of the events found, "
                f"{percent(order.value)} are told in the order in which they happened."
            )
    return found
