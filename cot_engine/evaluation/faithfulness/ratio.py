"""Ratios of counts over clips, with their interval over people."""

from collections.abc import Sequence

import numpy as np

from cot_engine.evaluation.bootstrap import interval
from cot_engine.evaluation.figure import Figure
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction


def ratio(name: str, clips: Sequence[Prediction], parts: Sequence[float], wholes: Sequence[float], note: str = "") -> Figure:
    """Sum of ``parts`` over sum of ``wholes``, one of each a clip; n is the sum of the wholes. None where that is 0."""
    total = float(sum(wholes))
    if total == 0:
        return Figure(name=name, value=None, n=0, note=note or "nothing to count")
    drawn = People(clips).totals(np.array([parts, wholes], np.float64).T)
    samples = np.divide(drawn[:, 0], drawn[:, 1], out=np.full(len(drawn), np.nan), where=drawn[:, 1] > 0)
    return Figure.of(name, interval(float(sum(parts)) / total, samples, round(total)), note)


def average(name: str, clips: Sequence[Prediction], values: Sequence[float], note: str = "") -> Figure:
    """Mean of one value a clip; n is the number of clips."""
    return ratio(name, clips, values, [1.0] * len(values), note)
