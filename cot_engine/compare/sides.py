"""Left and right: is one clip the mirror image of the other, and do matched movements show on the same side?"""

from collections.abc import Collection

import numpy as np

from cot_engine.action_units.series import Timeline
from cot_engine.compare.comparison import Sides
from cot_engine.compare.grid import TURNS, Values
from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS

# A curve tells sides apart where they differ by more than one grade.
_ONE_GRADE = 1.0
# Curves that run this much against each other are each other's mirror image.
_MIRRORED = -0.5
_DIRECTION = {au: sign for pair in TURNS for au, sign in zip(pair, (1.0, -1.0), strict=True)}
# Peaks that differ by less than this share say nothing about sides.
_EVEN = 0.2


def find_sides(a: Timeline, b: Timeline, reliable: Collection[str]) -> Sides:
    """Are the sides exchanged? ``a`` and ``b`` share their times.

    With d = left minus right of every action unit that has sides, and one direction minus the other of turns of head and
    eyes, the agreement is ``sum d_a d_b / sqrt(sum d_a^2 sum d_b^2)`` over the movements that reach a difference of one grade
    in both clips. Means are kept: a side that is held for the whole clip counts.

    Args:
        reliable: the action units that are asked; a reading that leans to one side on every face would answer for itself.
    """
    products = np.zeros(3)
    for d_a, d_b in zip(_differences(a, reliable), _differences(b, reliable), strict=True):
        both = np.isfinite(d_a) & np.isfinite(d_b)
        x, y = d_a[both], d_b[both]
        if len(x) and np.abs(x).max() > _ONE_GRADE and np.abs(y).max() > _ONE_GRADE:
            products += (x @ y, x @ x, y @ y)
    if not products[1:].all():
        return Sides(mirrored=None, agreement=None)
    agreement = float(products[0] / np.sqrt(products[1] * products[2]))
    return Sides(mirrored=agreement <= _MIRRORED, agreement=round(agreement, 3))


def _differences(timeline: Timeline, reliable: Collection[str]) -> list[Values]:
    """(T,) curves of left minus right; NaN where one of the two was not measured."""
    curves = {au: sides for au, sides in timeline.intensity.items() if au in reliable}
    absent = np.full(len(timeline.times_s), np.nan)
    sided = [curves[au][:, 0] - curves[au][:, 1] if au in curves else absent for au, unit in ACTION_UNITS.items() if unit.sided]
    turns = [curves[one][:, 0] - curves[other][:, 0] if {one, other} <= curves.keys() else absent for one, other in TURNS]
    return [*sided, *turns]


def asymmetry(event: Event) -> float | None:
    """(left - right) / stronger, -1 to 1; of turns of head and eyes 1 to the left and -1 to the right; None without sides."""
    if event.au in _DIRECTION:
        return _DIRECTION[event.au]
    if not ACTION_UNITS[event.au].sided or not event.side_measured:
        return None
    if event.left is None or event.right is None or max(event.left, event.right) <= 0:
        return {"left": 1.0, "right": -1.0, "both": 0.0}[event.side]
    return (event.left - event.right) / max(event.left, event.right)


def side_agreement(a: Event, b: Event) -> tuple[float, float] | None:
    """Agreement ``1 - |asymmetry a - asymmetry b| / 2`` and how much it says: the larger of the two asymmetries.

    None where either has no sides, or both are even: two even movements cannot show exchanged sides. Symmetric in a and b.
    """
    x, y = asymmetry(a), asymmetry(b)
    if x is None or y is None or max(abs(x), abs(y)) < _EVEN:
        return None
    return 1 - abs(x - y) / 2, max(abs(x), abs(y))
