"""What a clip is to the rest of the program: its limits, its header, its frames and the remarks made while reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Kind = Literal["video", "image", "animation", "frames"]

Frames = Iterator[tuple[int, float, NDArray[np.uint8] | None]]
"""What every reader yields: source index, seconds, and the upright (H, W, 3) picture or None if it was not wanted."""


@dataclass(frozen=True)
class Limits:
    """How much one clip may cost.

    Attributes:
        max_pixels: largest stored frame, in pixels, taken from the header before anything is decoded.
        max_duration_s: longest clip in seconds.
        max_frames: most frames delivered; a longer clip is sampled evenly in time.
        max_side: longer side of a delivered frame in pixels; larger frames are scaled down.
        stall_s: seconds without any sign of life before the decoding process is killed.
        memory_bytes: address space of the decoding process.
        max_fps: faster clips are thinned to this rate by timestamp.
    """

    max_pixels: int = 8192 * 4608
    max_duration_s: float = 3600.0
    max_frames: int = 20_000
    max_side: int = 1280
    stall_s: float = 20.0
    memory_bytes: int = 4 << 30
    max_fps: float = 30.0


@dataclass(frozen=True)
class ClipInfo:
    """The header of a clip.

    Attributes:
        path: the path as it was given.
        kind: ``frames`` is a folder of pictures.
        width: upright display width in pixels: after rotation, with square pixels, before scaling to ``max_side``.
        height: upright display height in pixels.
        claimed_frames: number of frames the header claims, None where it claims none.
        fps: average frames per second, None for a single frame.
        duration_s: duration in seconds according to the header (or to the timestamps where the header has none).
        codec: name of the codec or picture format.
        rotation: degrees clockwise by which the stored picture was turned (after mirroring, if mirrored).
        mirrored: whether the stored picture was mirrored left to right to become upright.
    """

    path: str
    kind: Kind
    width: int
    height: int
    claimed_frames: int | None
    fps: float | None
    duration_s: float
    codec: str
    rotation: int = 0
    mirrored: bool = False


@dataclass(frozen=True)
class Frame:
    """One upright picture.

    Attributes:
        index: index of the frame in the source, in display order; frames that could not be read leave a gap.
        time_s: seconds from the first frame, strictly increasing through a clip.
        rgb: (H, W, 3) uint8, contiguous.
    """

    index: int
    time_s: float
    rgb: NDArray[np.uint8]


class Note(NamedTuple):
    """A remark about how a clip was read: a stable ``code`` and a ``message`` for people."""

    code: str
    message: str


def fit(width: int, height: int, max_side: int) -> tuple[int, int]:
    """Size of a delivered frame: the longer side at most ``max_side``, proportions kept, never enlarged."""
    scale = min(1.0, max_side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
