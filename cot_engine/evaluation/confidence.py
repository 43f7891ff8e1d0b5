"""Do the probabilities mean anything? Calibration, selective prediction and temperature; pure numpy and scipy.

Confidence is the largest probability, and an answer is right when the likeliest label is the given one, whatever the
threshold for "not sure" is. With ``conf`` and ``correct`` of N clips (metrics.md, section 4; all textbook definitions):

    ECE    = sum_m |B_m| / N  |acc(B_m) - conf(B_m)|      M bins of equal mass (Nguyen & O'Connor 2015)
    Brier  = 1/N sum_i sum_k (p_ik - [y_i = k])^2         0 to 2 (Brier 1950)
    NLL    = -1/N sum_i log p_i,y_i                       p floored at 1e-12
    AURC   = 1/N sum_n error rate among the n most confident (Geifman et al. 2019); equally confident ones share their rate
    E-AURC = AURC - AURC of an oracle that puts all errors last
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cot_engine.evaluation.bootstrap import DRAWS, Interval, interval

Values = NDArray[np.float64]

BINS = 15
_FLOOR = 1e-12


def bins(confidence: Values, correct: Values, count: int = BINS) -> list[tuple[int, float, float]]:
    """(size, mean confidence, accuracy) of at most ``count`` bins with equally many clips each, from the least confident up."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(count, len(order))) if len(order) else []
    return [(len(part), float(confidence[part].mean()), float(correct[part].mean())) for part in parts]


def ece(confidence: Values, correct: Values, count: int = BINS) -> float:
    """Expected calibration error over bins of equal mass; NaN without clips."""
    found = bins(confidence, correct, count)
    return sum(size * abs(acc - conf) for size, conf, acc in found) / len(confidence) if found else float("nan")


def ece_of_calibrated(confidence: Values, seed: int = 0, draws: int = DRAWS) -> Interval:
    """The ECE of a model that is right exactly as often as it says, by chance of so few clips: mean and 95 % range over
    ``draws`` sets of answers drawn with probability ``confidence`` (the consistency resampling of Bröcker & Smith 2007).
    """
    rng = np.random.default_rng(seed)
    right = (rng.random((draws, len(confidence))) < confidence).astype(float)
    drawn = np.array([ece(confidence, one) for one in right])
    return interval(float(drawn.mean()), drawn, len(confidence))


def brier(probabilities: Values, truths: NDArray[np.int64]) -> float:
    """Of (N, K) probabilities and (N,) indices of the given labels; NaN without clips."""
    if not len(truths):
        return float("nan")
    return float(((probabilities - np.eye(probabilities.shape[1])[truths]) ** 2).sum(axis=1).mean())


def nll(probabilities: Values, truths: NDArray[np.int64]) -> float:
    """Mean negative log-likelihood in nats; NaN without clips."""
    if not len(truths):
        return float("nan")
    return float(-np.log(np.maximum(probabilities[np.arange(len(truths)), truths], _FLOOR)).mean())


def aurc(confidence: Values, correct: Values) -> float:
    """Area under the risk-coverage curve; NaN without clips."""
    return float(np.mean(_risks(confidence, correct))) if len(confidence) else float("nan")


def e_aurc(confidence: Values, correct: Values) -> float:
    """What of AURC is due to the order; 0 when all errors are the least confident."""
    return aurc(confidence, correct) - aurc(np.asarray(correct, np.float64), correct)


def accuracy_at(coverage: float, confidence: Values, correct: Values) -> float:
    """Accuracy on the share ``coverage`` of the clips that it is most confident about (rounded up to whole clips)."""
    if not len(confidence):
        return float("nan")
    kept = int(np.ceil(round(coverage * len(confidence), 9)))
    return float(1 - _risks(confidence, correct)[kept - 1])


def auroc(confidence: Values, correct: Values) -> float:
    """How often a right answer is more confident than a wrong one (ties count half); NaN where all are right or all wrong."""
    from scipy.stats import rankdata

    right, wrong = correct.sum(), (1 - correct).sum()
    if not right or not wrong:
        return float("nan")
    return float((rankdata(confidence)[correct > 0].sum() - right * (right + 1) / 2) / (right * wrong))


def sharpened(probabilities: Values, temperature: float) -> Values:
    """(N, K) probabilities with their logarithms divided by ``temperature``."""
    from scipy.special import softmax

    return np.asarray(softmax(np.log(np.maximum(probabilities, _FLOOR)) / temperature, axis=1))


def fit_temperature(probabilities: Values, truths: NDArray[np.int64]) -> float:
    """The temperature in 0.05-20 that makes NLL smallest (Guo et al. 2017). Fit it on a split whose scores are never reported.

    Args:
        probabilities: (N, K), rows summing to 1.
        truths: (N,) indices of the given labels.

    Raises:
        ValueError: there is nothing to fit on.
    """
    from scipy.optimize import minimize_scalar

    if not len(truths):
        raise ValueError("a temperature needs at least one clip with a given label")
    found = minimize_scalar(
        lambda log: nll(sharpened(probabilities, float(np.exp(log))), truths),
        bounds=(np.log(0.05), np.log(20)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def _risks(confidence: Values, correct: Sequence[float] | Values) -> Values:
    """(N,) error rate among the n most confident, n = 1..N. Which of several equally confident ones comes first is chance, so
    that each of them counts with the error rate of them all.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = 1 - np.asarray(correct, np.float64)[order]
    _, where = np.unique(-confidence[order], return_inverse=True)
    shared = (np.bincount(where, wrong) / np.bincount(where))[where]
    return np.asarray(np.cumsum(shared) / np.arange(1, len(wrong) + 1))
