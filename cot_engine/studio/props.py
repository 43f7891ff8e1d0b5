"""What stands between camera and face, and which parts of the face it hides."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.evidence import Part
from cot_engine.studio.head import Head
from cot_engine.studio.plan import Occluder
from cot_engine.studio.rig import load_rig
from cot_engine.studio.shapes import head_rotation

# Where each part lies on the template, x and z in metres; the right half is the mirror image.
_HALF: dict[str, tuple[tuple[float, float], ...]] = {
    "brow": ((0.014, 0.741), (0.024, 0.745), (0.034, 0.747), (0.044, 0.745), (0.052, 0.741)),
    "eye": ((0.022, 0.7285), (0.032, 0.7330), (0.042, 0.7285), (0.032, 0.7243), (0.032, 0.7285)),
    "cheek": ((0.040, 0.700), (0.050, 0.708), (0.034, 0.708), (0.046, 0.690), (0.036, 0.692)),
}
_MIDDLE: dict[Part, tuple[tuple[float, float], ...]] = {
    "nose": ((0.0, 0.690), (0.0, 0.705), (0.014, 0.688), (-0.014, 0.688), (0.0, 0.720)),
    "mouth": ((0.0, 0.668), (0.0, 0.655), (0.022, 0.661), (-0.022, 0.661), (0.0, 0.661)),
    "chin": ((0.0, 0.630), (0.0, 0.640), (0.015, 0.632), (-0.015, 0.632), (0.0, 0.622)),
}
# A part counts as hidden when this share of its points is covered, and as turned away from this angle to the camera on.
_COVERED = 0.5
_GRAZING = np.cos(np.radians(78.0))
# Seconds in which a hand comes and goes.
_REACH_S = 0.2


def _points() -> dict[Part, NDArray[np.float64]]:
    sides = {"left": 1.0, "right": -1.0}
    paired: dict[Part, NDArray[np.float64]] = {
        f"{side} {part}": np.array(places) * (sign, 1.0)  # type: ignore[misc]
        for part, places in _HALF.items()
        for side, sign in sides.items()
    }
    return {**paired, **{part: np.array(places) for part, places in _MIDDLE.items()}}


PART_POINTS = _points()


# The front of the head is taken for an upright cylinder about an axis at this depth, metres.
_AXIS_Y, _SURFACE_Y = -0.07, -0.14


def turned_away(pose: tuple[float, float, float]) -> frozenset[Part]:
    """The parts whose skin is seen from so far aside that nothing can be read from it; the camera looks along +y."""
    towards_camera = -head_rotation(*pose)[1]
    return frozenset(part for part, normal in _NORMALS.items() if normal @ towards_camera < _GRAZING)


def _normal(points: NDArray[np.float64]) -> NDArray[np.float64]:
    outwards = np.array((points[:, 0].mean(), _SURFACE_Y - _AXIS_Y, 0.0))
    return np.asarray(outwards / np.linalg.norm(outwards))


_NORMALS = {part: _normal(points) for part, points in PART_POINTS.items()}


class Prop:
    """One occluder on the stage, fixed to the head: ``show`` puts it where it is at a time and tells what it hides."""

    def __init__(self, head: Head, occluder: Occluder, seed: int) -> None:
        self._occluder = occluder
        self._rng = np.random.default_rng((seed, 4))
        self._actors = {"hand": self._hand, "mask": self._mask, "sunglasses": self._sunglasses}[occluder.kind](head)

    def _mask(self, head: Head) -> list[Any]:
        x, y, z = load_rig().template.T
        chosen = (z < 0.694 - 0.10 * np.abs(x)) & (y < -0.06) & (z > 0.608) & (np.abs(x) < 0.075)
        shell = head.shell(chosen, 0.011)
        # Cloth hangs straight over nose and lips.
        shell.points[:, 1] -= 0.006 * np.exp(-((shell.points[:, 0] / 0.03) ** 2))
        self._cover = lambda points: (points[:, 1] < 0.694 - 0.10 * np.abs(points[:, 0])) & (np.abs(points[:, 0]) < 0.075)
        colours = ((0.62, 0.76, 0.86), (0.93, 0.93, 0.93), (0.12, 0.12, 0.13))
        self._jaw = 0.5
        return [head.wear(shell, color=colours[self._rng.integers(3)], ambient=0.35, diffuse=0.7)]

    def _sunglasses(self, head: Head) -> list[Any]:
        import pyvista

        self._jaw = 0.0
        worn = []
        for x in (-0.032, 0.032):
            lens = pyvista.Sphere(radius=1.0, theta_resolution=24, phi_resolution=24)
            lens.points = (lens.points * (0.0275, 0.004, 0.0215) + (x, -0.162, 0.7290)).astype(np.float32)
            worn.append(head.wear(lens, color=(0.03, 0.03, 0.04), ambient=0.2, specular=0.7, specular_power=40))
        bridge = pyvista.Cylinder(center=(0, -0.163, 0.735), direction=(1, 0, 0), radius=0.0018, height=0.012)
        worn.append(head.wear(bridge, color=(0.05, 0.05, 0.05)))
        for x in (-0.066, 0.066):
            arm = pyvista.Cylinder(
                center=(x * 1.12, -0.10, 0.735), direction=(0.12 * np.sign(x), 1, 0), radius=0.0018, height=0.12
            )
            worn.append(head.wear(arm, color=(0.05, 0.05, 0.05)))
        self._cover = lambda points: (
            (((np.abs(points[:, 0]) - 0.032) / 0.0275) ** 2 + ((points[:, 1] - 0.729) / 0.0215) ** 2) < 1
        )
        return worn

    def _hand(self, head: Head) -> list[Any]:
        """Four fingers and a palm over the mouth, or over one cheek and eye."""
        import pyvista

        self._jaw = 0.0
        kind = self._rng.integers(3)
        centre = ((0.0, 0.652), (0.034, 0.715), (-0.034, 0.715))[kind]
        lean = (90.0, 15.0, -15.0)[kind] + float(self._rng.uniform(-12, 12))
        tone = np.array((0.93, 0.76, 0.64)) * float(self._rng.uniform(0.35, 1.0))
        along = np.array((np.sin(np.radians(lean)), np.cos(np.radians(lean))))
        across = np.array((along[1], -along[0]))
        axes = []
        worn = []
        for i in range(4):
            middle = np.array(centre) + (i - 1.5) * 0.0175 * across + (0.004 * (1.5 - abs(i - 1.5))) * along
            a, b = middle - 0.034 * along, middle + 0.034 * along
            axes.append((a, b, 0.0098))
            finger = pyvista.Capsule(
                center=(middle[0], -0.172, middle[1]),
                direction=(along[0], 0, along[1]),
                radius=0.0095,
                cylinder_length=0.066,
                resolution=14,
            )
            worn.append(head.wear(finger, color=tone, ambient=0.3, diffuse=0.75))
        palm_at = np.array(centre) - 0.068 * along
        palm = pyvista.Sphere(radius=1.0, theta_resolution=20, phi_resolution=20)
        palm.points = (palm.points * (0.042, 0.014, 0.042) + (palm_at[0], -0.165, palm_at[1])).astype(np.float32)
        worn.append(head.wear(palm, color=tone, ambient=0.3, diffuse=0.75))
        axes.append((palm_at, palm_at, 0.040))
        self._cover = lambda points: np.any([_distance(points, a, b) < r for a, b, r in axes], axis=0)
        return worn

    def show(self, time_s: float, jaw: NDArray[np.float32]) -> frozenset[Part]:
        """Places it at ``time_s`` and returns the parts it hides then. ``jaw``: (3,) how far the lower jaw has moved."""
        occluder = self._occluder
        if occluder.kind != "hand":
            for actor in self._actors:
                actor.position = tuple(self._jaw * jaw * (0, 1, 1))
            return _covered(self._cover, 0.0)
        since, left = time_s - occluder.start_s, occluder.end_s - time_s
        away = 1.0 - float(np.clip(min(since, left) / _REACH_S, 0.0, 1.0))
        drop = -0.16 * away
        for actor in self._actors:
            actor.visibility = since >= 0 and left >= 0
            actor.position = (0.0, 0.0, drop)
        return _covered(self._cover, drop) if since >= 0 and left >= 0 else frozenset()


def _covered(cover: Any, drop: float) -> frozenset[Part]:
    return frozenset(part for part, points in PART_POINTS.items() if cover(points - (0.0, drop)).mean() >= _COVERED)


def _distance(points: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """From (N, 2) points to the segment a-b."""
    along = b - a
    length = float(along @ along)
    share = np.clip(((points - a) @ along) / length, 0, 1)[:, None] if length else np.zeros((len(points), 1))
    return np.asarray(np.linalg.norm(points - a - share * along, axis=1))
