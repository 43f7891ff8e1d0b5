"""POPE-AU: does the explanation answer "is AU4 there?" rightly, as often where it is as where it is not?

After POPE (Li et al. 2023, "Evaluating object hallucination in large vision-language models") with action units for objects:
for every one that is present, one that is absent, drawn at random, from the most frequent ones (popular), or from those that
mostly go with the present ones (adversarial). What a text asserts is a yes; what it denies or does not speak of is a no.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.faithfulness.ratio import ratio
from cot_engine.evaluation.faithfulness.said import SOURCES, Said, Source, read
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import count, f1
from cot_engine.figures.words import percent

Split = Literal["random", "popular", "adversarial"]
SPLITS: tuple[Split, ...] = get_args(Split)

# A yes-ratio beyond this says yes to everything, whatever its F1.
YES = 0.65


@dataclass(frozen=True)
class Common:
    """How often each action unit is present in the clips of an evaluation, and how often two are present together."""

    single: Counter[str]
    pairs: Counter[tuple[str, str]]

    @classmethod
    def of(cls, found: Sequence[Said]) -> "Common":
        single, pairs = Counter[str](), Counter[tuple[str, str]]()
        for one in found:
            single.update(one.present)
            pairs.update((a, b) for a in one.present for b in one.present if a != b)
        return cls(single, pairs)


def probes(said: Said, split: Split, common: Common, seed: str) -> tuple[list[str], list[str]]:
    """The action units asked about: present ones, and as many absent ones; fewer of both where not enough are absent."""
    present = sorted(said.present)
    absent = sorted(said.vocabulary - said.shown)
    Random(f"{seed} {split}").shuffle(absent)  # noqa: S311 - it draws questions, nothing secret; also breaks ties
    if split == "popular":
        absent.sort(key=lambda au: -common.single[au])
    elif split == "adversarial":
        absent.sort(key=lambda au: -sum(common.pairs[au, there] for there in present))
    many = min(len(present), len(absent))
    Random(seed).shuffle(present)  # noqa: S311
    return present[:many], absent[:many]


def section(predictions: Sequence[Prediction]) -> Section:
    """Accuracy, F1 and yes-ratio of the three splits, against what was measured and what was played."""
    figures: list[Figure] = []
    for source in SOURCES:
        clips, found = read(predictions, source)
        common = Common.of(found)
        if not common.single:
            figures.append(Figure(name=f"POPE-AU accuracy, random, {source}", value=None, n=0, note="nothing to ask about"))
            continue
        for split in SPLITS:
            figures += _figures(clips, found, common, split, source)
        silent = [_silent(s, *probes(s, "random", common, p.id)) for s, p in zip(found, clips, strict=True)]
        figures.append(
            ratio(
                f"POPE-AU not spoken of, {source}",
                clips,
                [s for s, _ in silent],
                [n for _, n in silent],
                "share of the random split's questions that the text neither asserts nor denies; counted as no",
            )
        )
    return Section(title="POPE-AU", figures=tuple(figures), sentences=tuple(_verdicts(figures)))


def answers(said: Said, present: Sequence[str], absent: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(n,) whether each action unit asked about is there, and whether the text says so."""
    asked = [*present, *absent]
    return np.array([au in present for au in asked], bool), np.array([au in said.asserted for au in asked], bool)


def _figures(clips: Sequence[Prediction], found: Sequence[Said], common: Common, split: Split, source: Source) -> list[Figure]:
    rows = np.array(
        [count(*answers(s, *probes(s, split, common, p.id))) for s, p in zip(found, clips, strict=True)], np.float64
    )
    right, yes, all_of_them = rows[:, [0, 3]].sum(axis=1), rows[:, [0, 1]].sum(axis=1), rows.sum(axis=1)
    whole, drawn = rows.sum(axis=0), People(clips).totals(rows)
    name = f"{split}, {source}"
    return [
        ratio(f"POPE-AU accuracy, {name}", clips, right.tolist(), all_of_them.tolist(), "as many yes as no; chance is 0.5"),
        Figure.of(f"POPE-AU F1, {name}", interval(float(f1(whole)), f1(drawn), int(whole.sum())), "always yes gives 0.667"),
        ratio(f"POPE-AU yes-ratio, {name}", clips, yes.tolist(), all_of_them.tolist(), "0.5 is balanced"),
    ]


def _silent(said: Said, present: Sequence[str], absent: Sequence[str]) -> tuple[int, int]:
    asked = [*present, *absent]
    return sum(au not in said.asserted | said.denied for au in asked), len(asked)


def _verdicts(figures: Sequence[Figure]) -> list[str]:
    by_name = {figure.name: figure for figure in figures}
    found = []
    for source in SOURCES:
        accuracy = by_name.get(f"POPE-AU accuracy, adversarial, {source}")
        yes = by_name.get(f"POPE-AU yes-ratio, adversarial, {source}")
        if accuracy is None or yes is None or accuracy.value is None or yes.value is None:
            continue
        lead = "It says yes to what is not there: of" if yes.value >= YES else "Of"
        found.append(
            f"{lead} {accuracy.n} questions whether an action unit is there, the most misleading ones among them, its texts "
            f"answer {percent(accuracy.value)} as {source}; {percent(yes.value)} of the answers are yes."
        )
    return found
