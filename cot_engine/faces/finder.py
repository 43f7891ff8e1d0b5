"""All faces in every frame of a clip: a sparse search for faces, and one landmarker that follows each of them."""

from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from cot_engine.faces.landmarker import Box, Face, Landmarker, box_iou
from cot_engine.faces.search import FaceSearch

# Seconds between searches for newcomers, for small ones among them, and for a face that is lost.
_SEARCH_EVERY_S = 2.0
_FINE_SEARCH_EVERY_S = 10.0
_SEARCH_WHEN_LOST_S = 0.25
# A landmarker that has not seen its face for this long is given up.
_GIVE_UP_S = 1.0
_MAX_FACES = 12
# Window sides in detector box sides: room to move, or, where that shows a neighbour first, only this face. In the whole frame
# the landmarker places its mesh badly on faces that fill little of it.
_WINDOW_SIDES = (3.0, 1.7)
_SAME_FACE = 0.4  # box overlap


class FaceFinder:
    """Call ``find`` on every frame in order of time. Holds models: use as a context manager."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._search = FaceSearch(model)
        self._windows: list[Landmarker] = []
        self._last_search = self._last_fine_search = -np.inf

    def find(self, rgb: NDArray[np.uint8], time_s: float) -> list[Face]:
        """The faces in ``rgb`` (H, W, 3), each once, in no order that carries meaning."""
        faces = self._follow(rgb, time_s)
        complete = bool(faces) and len(faces) == len(self._windows)
        if time_s - self._last_search >= (_SEARCH_EVERY_S if complete else _SEARCH_WHEN_LOST_S):
            self._last_search = time_s
            quick = complete and time_s - self._last_fine_search < _FINE_SEARCH_EVERY_S
            if not quick:
                self._last_fine_search = time_s
            for box in self._search.find(rgb, quick=quick):
                if len(faces) < _MAX_FACES and not any(_inside(box, face.box) for face in faces):
                    faces += self._open_window(rgb, time_s, box)
        return faces

    def _follow(self, rgb: NDArray[np.uint8], time_s: float) -> list[Face]:
        """The faces of the open windows. A window that lost its face, or went over to another's, is closed."""
        faces: list[Face] = []
        for window in list(self._windows):
            found = window.detect(rgb, time_s)
            doubled = any(box_iou(f.box, g.box) >= _SAME_FACE for f in found for g in faces)
            if doubled or time_s - window.last_seen_s > _GIVE_UP_S:
                self._windows.remove(window)
                window.close()
            if not doubled:
                faces += found
        return faces

    def _open_window(self, rgb: NDArray[np.uint8], time_s: float, box: Box) -> list[Face]:
        """The face at ``box``, followed from now on; empty when the landmarker sees no face there."""
        window, found = open_window(self._model, rgb, time_s, box)
        if window:
            self._windows.append(window)
        return found

    def close(self) -> None:
        for window in self._windows:
            window.close()
        self._windows.clear()
        self._search.close()

    def __enter__(self) -> "FaceFinder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_window(model: Path, rgb: NDArray[np.uint8], time_s: float, box: Box) -> tuple[Landmarker | None, list[Face]]:
    """A landmarker on the face at ``box`` and what it sees there; (None, []) when it sees no face."""
    for side in _WINDOW_SIDES:
        window = Landmarker(model, _window(box, side, rgb.shape[1], rgb.shape[0]))
        found = [face for face in window.detect(rgb, time_s) if _inside(box, face.box)]
        if found:
            return window, found
        window.close()
    return None, []


def _window(box: Box, side: float, width: int, height: int) -> tuple[int, int, int, int]:
    half = side * max(box[2] - box[0], box[3] - box[1]) / 2
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return (max(0, int(x - half)), max(0, int(y - half)), min(width, int(x + half)), min(height, int(y + half)))


def _inside(detected: Box, face: Box) -> bool:
    x, y = (detected[0] + detected[2]) / 2, (detected[1] + detected[3]) / 2
    return face[0] <= x <= face[2] and face[1] <= y <= face[3]
