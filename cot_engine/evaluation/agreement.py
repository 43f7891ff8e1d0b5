"""How well two series of intensities agree: Pearson's r, ICC(3,1), Lin's concordance, the mean absolute error, from
sums that add up.

``sums`` of two clips can be added and give the sums of both together, so that groups and bootstrap draws need no second look at
the frames. Every function takes (..., 7) sums and gives (...) values, NaN where a value is not defined.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

# A variance below this share of the mean square is rounding, not movement.
_ROUNDING = 1e-12


def sums(true: Values, measured: Values) -> Values:
    """(7,): n, sum x, sum y, sum x^2, sum y^2, sum xy, sum |x - y| over the pairs (x true, y measured); (N,) each, no NaN."""
    x, y = true, measured
    return np.array([len(x), x.sum(), y.sum(), (x * x).sum(), (y * y).sum(), (x * y).sum(), np.abs(x - y).sum()], np.float64)


def pearson(s: Values) -> Values:
    """cov(x, y) / sqrt(var x var y); NaN for a constant series or fewer than two pairs."""
    var_x, var_y, cov = _spread(s)
    return _ratio(cov, np.sqrt(var_x * var_y))


def icc31(s: Values) -> Values:
    """ICC(3,1), Shrout & Fleiss 1979 ("Intraclass correlations: uses in assessing rater reliability"): two-way mixed, single
    rater, consistency; (BMS - EMS) / (BMS + (k - 1) EMS) for k raters.

    With the k = 2 raters truth and estimate, BMS = (var x + var y + 2 cov) / 2 and EMS = (var x + var y - 2 cov) / 2, hence 2
    cov / (var x + var y). A constant offset between the two costs nothing; a wrong scale does. 0 when one of the two is
    constant, NaN when both are or with fewer than two pairs.
    """
    var_x, var_y, cov = _spread(s)
    return _ratio(2 * cov, var_x + var_y)


def concordance(s: Values) -> Values:
    """Concordance correlation coefficient, Lin 1989 ("A concordance correlation coefficient to evaluate reproducibility"):
    2 cov / (var x + var y + (mean x - mean y)^2). Unlike the two above it also charges a constant offset. NaN for two equal
    constants, or without pairs.
    """
    var_x, var_y, cov = _spread(s)
    n = np.where(s[..., 0] > 0, s[..., 0], np.nan)
    return _ratio(2 * cov, var_x + var_y + (s[..., 1] - s[..., 2]) ** 2 / n)


def mean_absolute_error(s: Values) -> Values:
    """Mean |x - y|; NaN without pairs."""
    return _ratio(s[..., 6], s[..., 0])


def _spread(s: Values) -> tuple[Values, Values, Values]:
    """Variances and covariance times n (the factor cancels in every ratio above)."""
    n, sx, sy, sxx, syy, sxy = (s[..., i] for i in range(6))
    n = np.where(n > 0, n, np.nan)
    var_x, var_y = sxx - sx * sx / n, syy - sy * sy / n
    return (
        np.where(var_x > _ROUNDING * sxx, var_x, 0.0),
        np.where(var_y > _ROUNDING * syy, var_y, 0.0),
        sxy - sx * sy / n,
    )


def _ratio(part: Values, whole: Values) -> Values:
    share: Values = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
    return share
