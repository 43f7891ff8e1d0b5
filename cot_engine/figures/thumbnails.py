"""Small JPEG pictures of a face in its frame, as data URIs."""

import base64
import io
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]


class Thumbnail(NamedTuple):
    uri: str
    width: int
    height: int


def face_thumbnail(rgb: NDArray[np.uint8], box: Box, *, height: int = 300) -> Thumbnail:
    """The face with some of its surroundings (4:5, 1.8 times the box) and the box drawn around it.

    Args:
        rgb: (H, W, 3) uint8 frame.
        box: x0, y0, x1, y1 of the face in pixels of ``rgb``; may reach beyond the frame.
        height: of the picture, in pixels; a smaller face is not enlarged beyond twice its pixels.
    """
    x0, y0, x1, y1 = box
    half = 0.9 * max(y1 - y0, (x1 - x0) * 1.25)
    centre = ((x0 + x1) / 2, (y0 + y1) / 2)
    return _draw(rgb, box, (centre[0] - 0.8 * half, centre[1] - half, centre[0] + 0.8 * half, centre[1] + half), height)


def frame_thumbnail(rgb: NDArray[np.uint8], box: Box, *, height: int = 300) -> Thumbnail:
    """The whole frame with the face box drawn: where in the picture this person is."""
    return _draw(rgb, box, (0.0, 0.0, float(rgb.shape[1]), float(rgb.shape[0])), height)


def _draw(rgb: NDArray[np.uint8], box: Box, window: Box, height: int) -> Thumbnail:
    from PIL import Image, ImageDraw

    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        raise ValueError(f"a frame is (H, W, 3) uint8, not {rgb.shape} {rgb.dtype}")
    if not (all(map(math.isfinite, box)) and box[0] < box[2] and box[1] < box[3]):
        raise ValueError(f"{box} is not a box x0, y0, x1, y1")
    rows, columns = rgb.shape[:2]
    # A window that reaches beyond the frame is cut, not padded: a black border would look like part of the clip.
    left, top = max(0, math.floor(window[0])), max(0, math.floor(window[1]))
    right, bottom = min(columns, math.ceil(window[2])), min(rows, math.ceil(window[3]))
    if left >= right or top >= bottom:
        raise ValueError(f"the box {box} lies outside the frame of {columns} x {rows} pixels")
    scale = min(2.0, height / (bottom - top), 2 * height / (right - left))
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    picture = Image.fromarray(rgb[top:bottom, left:right]).resize(size, Image.Resampling.LANCZOS)
    corners = [(box[0] - left) * scale, (box[1] - top) * scale, (box[2] - left) * scale, (box[3] - top) * scale]
    pen = ImageDraw.Draw(picture)
    # Dark under light, so that the line shows on any skin and background.
    pen.rectangle([corners[0] - 2, corners[1] - 2, corners[2] + 2, corners[3] + 2], outline=(20, 20, 20), width=4)
    pen.rectangle(corners, outline=(255, 255, 255), width=2)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=82, optimize=True)
    return Thumbnail("data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii"), *size)
