"""What is to be filmed: who, doing what, seen how. Pure data; the ground truth of a clip follows from its plan alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.evidence import Part
from cot_engine.facs import Side


@dataclass(frozen=True)
class Movement:
    """One action unit rising, holding and falling: 0 until ``onset_s``, ``intensity`` from ``apex_s`` to ``hold_s``, 0 again
    from ``offset_s`` on.

    ``intensity`` is on the FACS 0-5 scale and belongs to the stronger side; ``left`` and ``right`` are the peaks of the
    person's own sides. A movement may begin before the clip (``onset_s`` < 0) or end after it.
    """

    au: str
    side: Side
    onset_s: float
    apex_s: float
    hold_s: float
    offset_s: float
    left: float
    right: float

    @property
    def intensity(self) -> float:
        return max(self.left, self.right)


@dataclass(frozen=True)
class Occluder:
    """Something between camera and face from ``start_s`` to ``end_s``: ``kind`` is hand, mask or sunglasses."""

    kind: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Scene:
    """How the clip is seen. Angles in degrees, sizes in pixels.

    ``yaw`` > 0: the head is turned to the person's own left as seen from the camera; ``pitch`` > 0: up. ``face_px`` is the
    height of the face in the rendered picture before compression; ``blur`` the sigma of a Gaussian in pixels; ``noise`` the
    standard deviation in 8-bit units; ``crf`` the H.264 quality (18 fine, 38 coarse).
    """

    size: tuple[int, int]
    yaw: float
    pitch: float
    roll: float
    face_px: int
    light: int
    background: int
    blur: float
    noise: float
    crf: int
    occluders: tuple[Occluder, ...] = ()


@dataclass(frozen=True)
class ClipPlan:
    """One clip. ``actor`` is the identity's seed; ``label`` the expression the score was drawn from.

    ``kind``: prototype, compound, contradicting, neutral, micro, one-sided, free or talking. ``head``: (T, 3) yaw, pitch, roll
    in degrees that the head adds to the scene's pose in each frame.
    """

    clip: str
    seed: int
    actor: int
    label: str
    kind: str
    fps: float
    frames: int
    movements: tuple[Movement, ...]
    talking: tuple[tuple[float, float], ...]
    head: NDArray[np.float64]
    scene: Scene

    @property
    def times_s(self) -> NDArray[np.float64]:
        return np.arange(self.frames) / self.fps


@dataclass(frozen=True)
class Shot:
    """One rendered frame: (H, W, 3) RGB, head pose in degrees (yaw, pitch, roll) towards the camera, parts that cannot be
    seen."""

    rgb: NDArray[np.uint8]
    time_s: float
    pose: tuple[float, float, float]
    hidden: frozenset[Part]
