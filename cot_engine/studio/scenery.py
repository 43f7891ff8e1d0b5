"""How a clip is seen: camera, light, picture quality and what stands in the way, drawn with a seeded generator."""

from dataclasses import replace

from numpy.random import Generator

from cot_engine.studio.plan import Occluder, Scene

# (height, width) and how often.
_SIZES = (((224, 224), 0.76), ((240, 320), 0.14), ((128, 128), 0.10))
_OCCLUDERS = ("hand", "mask", "sunglasses")


def draw_scene(rng: Generator, duration_s: float = 3.0) -> Scene:
    """A scene: 40 % of the heads turned by up to 45 degrees, 10 % of the faces small, 25 % partly hidden.

    ``size`` is (height, width). A mask or sunglasses are worn through the whole clip, a hand comes and mostly goes.
    """
    turned = rng.random() < 0.40
    size = _SIZES[int(rng.choice(len(_SIZES), p=[share for _, share in _SIZES]))][0]
    scene = Scene(
        size=size,
        yaw=_angle(rng, 45.0 if turned else 8.0),
        pitch=_angle(rng, 20.0 if turned else 7.0),
        roll=_angle(rng, 15.0 if turned else 5.0),
        face_px=_face_px(rng, size),
        light=int(rng.integers(2**31)),
        background=int(rng.integers(2**31)),
        blur=round(float(rng.uniform(0.0, 1.2)) if rng.random() < 0.6 else 0.0, 3),
        noise=round(float(rng.uniform(0.0, 8.0)), 3),
        crf=int(rng.integers(18, 37)),
    )
    return replace(scene, occluders=(_occluder(rng, duration_s),)) if rng.random() < 0.25 else scene


def _angle(rng: Generator, limit: float) -> float:
    return round(float(rng.uniform(-limit, limit)), 2)


def _face_px(rng: Generator, size: tuple[int, int]) -> int:
    """48-90 px in 10 % of the clips, else 90-190; never more than 85 % of the picture's height."""
    low, high = (48, 90) if rng.random() < 0.10 else (90, 190)
    return int(rng.integers(low, min(high, int(0.85 * size[0])) + 1))


def _occluder(rng: Generator, duration_s: float) -> Occluder:
    kind = _OCCLUDERS[int(rng.integers(len(_OCCLUDERS)))]
    if kind != "hand":
        return Occluder(kind, 0.0, round(duration_s, 3))
    start = float(rng.uniform(0.0, 0.6)) * duration_s
    return Occluder(kind, round(start, 3), round(min(duration_s, start + float(rng.uniform(0.4, 1.5))), 3))
