"""What the learned estimator looks at: the face as a small upright picture, and its landmarks without head motion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.faces.landmarker import Face
from cot_engine.faces.pose import without_head_motion

# Landmarks that facial movements hardly shift: eye corners, nose bridge, temples, sides and top of the face. The picture is
# laid so that they fall on the same places whoever it is and however the head is turned.
STABLE = (33, 133, 362, 263, 168, 6, 197, 195, 127, 356, 10, 234, 454)
# (height, width) of the upright picture. One unit of normalised landmarks (the outer eye corners' distance) is _UNIT pixels.
PICTURE = (112, 96)
_UNIT, _EYES_Y = 46.0, 36.0
# Every picture is lit alike: what is seen on dark skin, or in a dark room, is to have the same size as elsewhere. The grey that
# a picture's mean is brought to, and the exponents that may bring it there.
_GREY, _GAMMA = 0.4, (0.4, 2.5)
# The face is first cut out at this size, so that a face of any size goes through the same two steps of resampling.
_WINDOW = 160
_MARGIN = 1.35


@dataclass(frozen=True)
class Look:
    """``picture``: (112, 96) 8-bit grey; ``geometry``: (1434,) landmarks of ``without_head_motion``, flattened."""

    picture: NDArray[np.uint8]
    geometry: NDArray[np.float32]


def places(geometry: NDArray[np.float32]) -> NDArray[np.float32]:
    """(13, 2) where the ``STABLE`` landmarks of a face with (478, 3) normalised ``geometry`` lie in the picture, x and y."""
    eyes = geometry[[33, 263], 1].mean()
    stable = geometry[list(STABLE)]
    return np.stack([PICTURE[1] / 2 + _UNIT * stable[:, 0], _EYES_Y - _UNIT * (stable[:, 1] - eyes)], axis=1).astype(np.float32)


def look_at(rgb: NDArray[np.uint8], face: Face, target: NDArray[np.float32]) -> Look:
    """Cuts the face out of a frame. ``target``: (13, 2) from ``places`` of an average face."""
    window, landmarks = cut_out(rgb, face)
    geometry = without_head_motion(face.landmarks, face.pose).astype(np.float32)
    return Look(upright(window, landmarks[list(STABLE)], target), geometry.ravel())


def cut_out(rgb: NDArray[np.uint8], face: Face) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """(160, 160) grey window around a face, and its (478, 2) landmarks in the window's pixels."""
    import cv2

    scale, shift = window_map(face.landmarks)
    to_window = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    # Only the window's pixels are read, so a large frame costs no more than a small one.
    window = cv2.warpAffine(rgb, to_window, (_WINDOW, _WINDOW), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(window, cv2.COLOR_RGB2GRAY), np.uint8), face.landmarks[:, :2] * scale + shift


def window_map(landmarks: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
    """Scale and (2,) shift from frame pixels to window pixels for (478, 3) landmarks."""
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    scale = _WINDOW / (_MARGIN * float((high - low).max()))
    return scale, (_WINDOW / 2 - scale * (low + high) / 2).astype(np.float32)


def upright(window: NDArray[np.uint8], stable: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The picture: the affine map that brings (13, 2) ``stable`` landmarks closest to ``target`` (least squares)."""
    import cv2

    system = np.column_stack([stable, np.ones(len(stable))])
    affine = np.linalg.lstsq(system, target.astype(np.float64), rcond=None)[0].T
    height, width = PICTURE
    picture = cv2.warpAffine(window, affine, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return lit_alike(np.asarray(picture, np.uint8))


def lit_alike(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture raised to the power that brings its mean to a middle grey (a gamma correction, within limits)."""
    import cv2

    mean = float(np.clip(picture.mean() / 255, 0.02, 0.98))
    gamma = np.clip(np.log(_GREY) / np.log(mean), *_GAMMA)
    shades = (255 * np.linspace(0, 1, 256) ** gamma).round().astype(np.uint8)
    return np.asarray(cv2.LUT(picture, shades), np.uint8)
