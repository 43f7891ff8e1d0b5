"""How movements run in time: the intensity of every action unit in every frame of a score."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.blendshapes import READINGS
from cot_engine.studio.plan import Movement

# Head AU -> column of ``ClipPlan.head`` and the direction that counts as this AU (yaw > 0 turns to the person's own left,
# pitch > 0 goes up, roll > 0 tilts to the person's own left).
HEAD_AUS: dict[str, tuple[int, int]] = {
    "AU51": (0, 1),
    "AU52": (0, -1),
    "AU53": (1, 1),
    "AU54": (1, -1),
    "AU55": (2, 1),
    "AU56": (2, -1),
}


def ease(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minimum-jerk course from 0 to 1 (Flash & Hogan 1985): 10 u^3 - 15 u^4 + 6 u^5; outside 0-1 it stays at its end."""
    u = np.clip(share, 0.0, 1.0)
    smooth: NDArray[np.float64] = u**3 * (10 - 15 * u + 6 * u**2)
    return smooth


def shape(movement: Movement, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T,) course of a movement in 0-1 at ``times_s``: up until its apex, held, down until its offset."""
    rise = ease((times_s - movement.onset_s) / max(movement.apex_s - movement.onset_s, 1e-6))
    fall = ease((times_s - movement.hold_s) / max(movement.offset_s - movement.hold_s, 1e-6))
    course: NDArray[np.float64] = rise - fall
    return course


def movement_curves(
    movements: tuple[Movement, ...], times_s: NDArray[np.float64], aus: Iterable[str]
) -> dict[str, NDArray[np.float64]]:
    """AU of ``aus`` -> (T, 2) intensities 0-5, left and right. Where movements of one AU overlap, the stronger one shows.

    Raises KeyError when an AU moves that is not in ``aus``.
    """
    curves = {au: np.zeros((len(times_s), 2)) for au in aus}
    for movement in movements:
        course = shape(movement, times_s)[:, None] * np.array([movement.left, movement.right])
        curves[movement.au] = np.maximum(curves[movement.au], course)
    return curves


def head_curves(head: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """AU51-56 -> (T, 2) intensities 0-5 from (T, 3) degrees, on the scale that perception uses; both columns are equal."""
    curves = {}
    for au, (column, direction) in HEAD_AUS.items():
        reading = READINGS[au]
        share = (direction * head[:, column] - reading.rest) / (reading.full - reading.rest)
        curves[au] = np.repeat(5.0 * np.clip(share, 0.0, 1.0)[:, None], 2, axis=1)
    return curves
