"""Multi-scale search for faces the landmarker alone would miss: small ones, and the third and fourth in a group."""

import math
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cot_engine.faces.landmarker import MIN_FACE_PX, Box
from cot_engine.faces.quiet import quiet

# Each level looks at square tiles of this share of the frame's shorter side. Neighbours overlap by a third: a face that no
# tile of a level shows whole is large enough for the level above.
_LEVELS = (1.0, 0.5, 0.33)
_STRIDE = 2 / 3
# The detector finds faces from about an eighth of a tile's side: smaller tiles would show only faces too small to measure.
_MIN_TILE = 8 * MIN_FACE_PX
# Whole faces score above 0.8; textures and pieces of faces in small tiles stay below 0.7.
_MIN_SCORE = 0.7


class FaceSearch:
    """The face detector that travels inside the landmarker's model file, run on a pyramid of tiles."""

    def __init__(self, model: Path) -> None:
        from mediapipe.tasks.python import BaseOptions, vision

        with zipfile.ZipFile(model) as bundle:
            detector = bundle.read("face_detector.tflite")
        options = vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=detector), min_detection_confidence=_MIN_SCORE
        )
        with quiet():
            self._task = vision.FaceDetector.create_from_options(options)

    def find(self, rgb: NDArray[np.uint8], *, quick: bool) -> list[Box]:
        """Face boxes in (H, W, 3) ``rgb``, best first, one a face; ``quick`` looks for large faces only.

        A face cut by a tile's edge scores lower than the same face whole in the next tile, so suppression by overlap
        keeps the whole one.
        """
        with quiet():
            tiles = [tile for level in _LEVELS[: 1 if quick else None] for tile in _tiles(rgb.shape[1], rgb.shape[0], level)]
            found = [hit for tile in tiles for hit in self._look(rgb, tile)]
        kept: list[Box] = []
        for _score, box in sorted(found, key=lambda hit: -hit[0]):
            if not any(_same(box, other) for other in kept):
                kept.append(box)
        return kept

    def _look(self, rgb: NDArray[np.uint8], tile: tuple[int, int, int, int]) -> list[tuple[float, Box]]:
        import mediapipe as mp

        x0, y0, x1, y1 = tile
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb[y0:y1, x0:x1]))
        hits = []
        for detection in self._task.detect(image).detections:
            b = detection.bounding_box
            left, top = x0 + b.origin_x, y0 + b.origin_y
            hits.append((detection.categories[0].score, (left, top, left + b.width, top + b.height)))
        return hits

    def close(self) -> None:
        with quiet():
            self._task.close()


def _tiles(width: int, height: int, level: float) -> list[tuple[int, int, int, int]]:
    side = round(min(width, height) * level)
    if level < 1 and side < _MIN_TILE:
        return []
    return [(x, y, min(x + side, width), min(y + side, height)) for y in _steps(height, side) for x in _steps(width, side)]


def _steps(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    count = math.ceil((length - side) / (_STRIDE * side)) + 1
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def _same(a: Box, b: Box) -> bool:
    """True when the centre of either box lies well inside the other."""
    ax, ay, bx, by = (a[0] + a[2]) / 2, (a[1] + a[3]) / 2, (b[0] + b[2]) / 2, (b[1] + b[3]) / 2
    reach = 0.5 * max(a[2] - a[0], b[2] - b[0])
    return abs(ax - bx) < reach and abs(ay - by) < reach
