"""An actor's skin: a picture painted in the plane of the template's face, so that it fits every identity and moves with it.

Texture coordinates are metric: horizontally the distance from the middle of the face, bent around the temples, vertically the
height. Places below are metres on anny's template head.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.studio.actor import Actor
from cot_engine.studio.rig import Array

SIZE = 512
_WIDTH, _BOTTOM, _HEIGHT = 0.26, 0.60, 0.25
# The right half of each feature, mirrored for the left: x and z of points along it.
_BROW = ((0.010, 0.7400), (0.020, 0.7432), (0.034, 0.7470), (0.045, 0.7450), (0.055, 0.7400))
_EYE = (0.0320, 0.7285, 0.0122, 0.0050)
_LIPS = (0.6608, 0.0262)

Picture = NDArray[Any]
Colour = NDArray[np.float64]
# Lays a colour over the picture where a mask 0-1 says, at a strength 0-1.
Lay = Callable[[Picture, Colour, float], None]


def texture_coordinates(template: Array) -> Array:
    """(V, 2) in 0-1 for the template's vertices."""
    x, y, z = template.T
    around = x + np.sign(x) * 0.6 * np.maximum(0, y + 0.10)
    return np.stack([0.5 + around / _WIDTH, (z - _BOTTOM) / _HEIGHT], axis=1).astype(np.float32)


def pixel_places() -> tuple[Array, Array]:
    """x and z (SIZE, SIZE) of the pixels that ``paint`` paints, metres on the template."""
    z, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    return (x + 0.5) / SIZE * _WIDTH - _WIDTH / 2, _BOTTOM + _HEIGHT * (1 - (z + 0.5) / SIZE)


def paint(actor: Actor) -> NDArray[np.uint8]:
    """(SIZE, SIZE, 3) RGB, first row on top."""
    look = actor.look
    rng = np.random.default_rng((actor.seed, 2))
    x, z = pixel_places()
    ax = np.abs(x)
    picture = np.broadcast_to(look.skin.astype(np.float32), (SIZE, SIZE, 3)).copy()

    def lay(mask: Picture, colour: Colour, strength: float) -> None:
        amount = (strength * mask)[..., None]
        picture[...] = picture * (1 - amount) + colour.astype(np.float32) * amount

    # Blotches, pores and, with age, spots.
    picture *= 1 + 0.05 * _noise(rng, 10)[..., None] + (0.02 + 0.03 * look.age) * _noise(rng, 90)[..., None]
    blood = look.skin * np.array((1.05, 0.72, 0.70))
    lay(blob(ax, z, 0.040, 0.700, 0.020, 0.016), blood, 0.35)
    lay(blob(ax, z, 0.0, 0.690, 0.012, 0.012), blood, 0.30)
    lay(blob(ax, z, 0.030, 0.7185, 0.013, 0.005), look.skin * 0.72, 0.15 + 0.35 * (look.age - 0.5))
    _lines_of_age(lay, ax, z, look.skin, look.age)
    # Eyelids are darker, their rims darker still: lashes.
    ex, ez, ea, eb = _EYE
    ring = np.sqrt(((ax - ex) / ea) ** 2 + ((z - ez) / eb) ** 2)
    lay(np.exp(-(((ring - 1.2) / 0.35) ** 2)) * (z > ez), look.skin * 0.75, 0.5)
    lashes = np.exp(-(((ring - 1.02) / 0.13) ** 2))
    lay(lashes * np.where(z > ez, 1.0, 0.35), np.minimum(look.hair * 0.5, 0.2), 0.85)
    _lips(lay, ax, z, look.skin, look.lips)
    _brows(lay, rng, ax, z, look.brows, look.brow_width, look.brow_density)
    _beard(lay, rng, ax, z, look.hair, look.beard)
    return np.asarray((picture.clip(0, 1) * 255).round(), np.uint8)


def blob(x: Picture, z: Picture, cx: float, cz: float, sx: float, sz: float) -> Picture:
    """1 at (cx, cz), falling off like a bell with deviations ``sx`` and ``sz``."""
    return np.exp(-0.5 * (((x - cx) / sx) ** 2 + ((z - cz) / sz) ** 2))


def _noise(rng: np.random.Generator, cells: int) -> Picture:
    """Smooth noise of unit variance with about ``cells`` blobs across the picture."""
    import cv2

    coarse = rng.standard_normal((cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC), np.float32)


def _lines_of_age(lay: Lay, ax: Picture, z: Picture, skin: Colour, age: float) -> None:
    """What age leaves: folds from nose to mouth, lines on the forehead and beside the eyes."""
    depth = max(0.0, age - 0.6) * 1.4
    fold = 0.0185 + (0.685 - z) * 0.45
    lay(
        np.exp(-(((ax - fold) / 0.0016) ** 2)) * step(z, 0.662, 0.004) * step(-z, -0.686, 0.004),
        skin * 0.7,
        0.5 * depth + 0.1,
    )
    for height in (0.762, 0.771, 0.780):
        lay(np.exp(-(((z - height - 8 * (ax - 0.02) ** 2) / 0.0009) ** 2)) * step(-ax, -0.042, 0.006), skin * 0.75, 0.6 * depth)


def step(value: Picture, edge: float, soft: float) -> Picture:
    """0 below ``edge``, 1 above, with a soft crossing."""
    return 1 / (1 + np.exp(-np.clip((value - edge) / soft * 4, -30, 30)))


def _lips(lay: Lay, ax: Picture, z: Picture, skin: Colour, colour: float) -> None:
    line, half = _LIPS
    across = (ax / half).clip(0, 1)
    # The upper lip peaks beside the middle, the lower lip in it.
    top = line + 0.0098 * (1 - across**1.6) - 0.0016 * np.exp(-((ax / 0.0035) ** 2))
    bottom = line - 0.0082 * (1 - across**2.2)
    inside = step(top - z, 0.0, 0.0009) * step(z - bottom, 0.0, 0.0009) * step(-ax, -half, 0.001)
    red = skin * np.array((0.92, 0.55, 0.58)) * (1 - 0.15 * colour)
    lay(inside, red, 0.45 + 0.5 * colour)
    lay(np.exp(-(((z - line) / 0.0008) ** 2)) * step(-ax, -half, 0.001), skin * 0.35, 0.7)


def _brows(lay: Lay, rng: np.random.Generator, ax: Picture, z: Picture, colour: Colour, width: float, density: float) -> None:
    xs, zs = np.array(_BROW).T
    middle = np.interp(ax, xs, zs)
    # Thick towards the nose, thin at the tail.
    half = width * np.interp(ax, (0.010, 0.018, 0.040, 0.056), (0.0022, 0.0030, 0.0024, 0.0008))
    body = step(half - np.abs(z - middle), 0.0, 0.0010) * step(ax, 0.010, 0.002) * step(-ax, -0.055, 0.002)
    lay(body * (1 + 0.25 * _noise(rng, 160)).clip(0, 1.2).clip(0, 1), colour, density)


def _beard(lay: Lay, rng: np.random.Generator, ax: Picture, z: Picture, colour: Colour, kind: str) -> None:
    if kind == "none":
        return
    line, _ = _LIPS
    lip = np.exp(-(((z - line) / 0.010) ** 4 + (ax / 0.027) ** 6))
    moustache = blob(ax, z, 0.012, 0.6745, 0.011, 0.0035)
    jaw = step(0.668 + 0.9 * np.maximum(0, ax - 0.045) - z, 0.0, 0.004) * (1 - lip)
    jaw *= step(-np.abs(ax), -0.095, 0.01)
    mask = {"moustache": moustache, "stubble": np.maximum(jaw, moustache), "full": np.maximum(jaw, moustache)}[kind]
    grain = (0.75 + 0.25 * _noise(rng, 150)).clip(0, 1)
    lay((mask * (1 - lip)).clip(0, 1) * grain, colour, {"moustache": 0.85, "stubble": 0.3, "full": 0.85}[kind])
