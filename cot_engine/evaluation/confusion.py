"""Label scores from counts of (given label, answer): plain functions of a confusion matrix, and the matrix of predictions.

A matrix is (..., K, K + 1): given labels downwards, answers across, and in the last column what was not answered with any of
the K labels. With TP, FP and FN of class k read off it, and only over the classes that are given at least once:

    WAR = sum_k TP_k / N               accuracy, also called weighted average recall
    UAR = mean_k TP_k / N_k            mean recall; chance is 1 / K
    F1_k = 2 TP_k / (2 TP_k + FP_k + FN_k),  macro-F1 (UF1) = mean_k F1_k

A class that is never given has no recall; an answer with it is a miss of the class that was given.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import mean

Values = NDArray[np.float64]


def rows(predictions: Sequence[Prediction], labels: Sequence[str]) -> Values:
    """(N, K, K + 1) one matrix a prediction, each with a single 1; every prediction has a truth among ``labels``."""
    place = {name: i for i, name in enumerate(labels)}
    one = np.zeros((len(predictions), len(labels), len(labels) + 1))
    for n, p in enumerate(predictions):
        assert p.truth is not None, "only what has a truth can be scored"
        said = place.get(p.answer, len(labels)) if p.answer is not None and p.failed is None else len(labels)
        one[n, place[p.truth], said] = 1
    return one


def war(matrix: Values) -> Values:
    """Accuracy; NaN without clips."""
    return _ratio(_hits(matrix).sum(axis=-1), matrix.sum(axis=(-2, -1)))


def recalls(matrix: Values) -> Values:
    """(..., K); NaN for a class that is not given."""
    return _ratio(_hits(matrix), matrix.sum(axis=-1))


def precisions(matrix: Values) -> Values:
    """(..., K); NaN for a class that is not answered."""
    return _ratio(_hits(matrix), matrix.sum(axis=-2)[..., :-1])


def f1s(matrix: Values) -> Values:
    """(..., K); NaN for a class that is not given."""
    given, said = matrix.sum(axis=-1), matrix.sum(axis=-2)[..., :-1]
    return np.where(given > 0, _ratio(2 * _hits(matrix), given + said), np.nan)


def uar(matrix: Values) -> Values:
    """Mean recall over the given classes."""
    return mean(recalls(matrix))


def macro_f1(matrix: Values) -> Values:
    """Mean F1 over the given classes."""
    return mean(f1s(matrix))


def _hits(matrix: Values) -> Values:
    return np.asarray(np.diagonal(matrix[..., :-1], axis1=-2, axis2=-1))


def _ratio(part: Values, whole: Values) -> Values:
    share: Values = np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole > 0)
    return share
