"""All faces in every frame of a clip: one landmarker over the whole frame, and one more for each face it misses."""

from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from cot_engine.faces.landmarker import Box, Face, Landmarker, box_iou
from cot_engine.faces.search import FaceSearch

# Seconds between searches while every known face is followed, and while one is lost.
_SEARCH_EVERY_S = 2.0
_SEARCH_WHEN_LOST_S = 0.5
# A landmarker of its own that has not seen its face for this long is given up.
_GIVE_UP_S = 2.0
_MAX_WINDOWS = 12
# Window sides in detector box sides: room to move, or, where that shows a neighbour first, only this face.
_WINDOW_SIDES = (3.0, 1.7)


class FaceFinder:
    """Call ``find`` on every frame in order of time. Holds models: use as a context manager."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._search = FaceSearch(model)
        self._windows: list[Landmarker] = []
        self._last_hit: dict[int, float] = {}
        self._next_search = -np.inf
        self._last_search = -np.inf
        self._expected = 0

    def find(self, rgb: NDArray[np.uint8], time_s: float) -> list[Face]:
        """The faces in ``rgb`` (H, W, 3), each once, in no order that carries meaning."""
        faces = self._look(self._windows, rgb, time_s)
        if len(faces) < self._expected:
            self._next_search = min(self._next_search, self._last_search + _SEARCH_WHEN_LOST_S)
        if time_s >= self._next_search:
            faces = self._look_for_more(rgb, time_s, faces)
        self._drop_idle(time_s)
        return faces

    def _look(self, windows: list[Landmarker], rgb: NDArray[np.uint8], time_s: float) -> list[Face]:
        faces: list[Face] = []
        for window in windows:
            new = [f for f in window.detect(rgb, time_s) if all(box_iou(f.box, g.box) < 0.4 for g in faces)]
            if new:
                self._last_hit[id(window)] = time_s
            faces += new
        return faces

    def _look_for_more(self, rgb: NDArray[np.uint8], time_s: float, faces: list[Face]) -> list[Face]:
        """Searches the whole frame and opens a window for every face that is not followed yet."""
        self._last_search, self._next_search = time_s, time_s + _SEARCH_EVERY_S
        boxes = self._search.find(rgb)
        if not self._windows and boxes:
            # The whole frame serves the faces it can find; each face beyond its count would make it search every frame.
            whole = Landmarker(self._model, (0, 0, rgb.shape[1], rgb.shape[0]), min(len(boxes), 4))
            found = whole.detect(rgb, time_s)
            if found and len(found) < whole.num_faces:
                whole.close()
                whole = Landmarker(self._model, whole.window, len(found))
                found = whole.detect(rgb, time_s)
            if found:
                self._add(whole, time_s)
                faces = found
            else:
                whole.close()
        for box in boxes:
            if any(_inside(box, face.box) for face in faces) or len(self._windows) >= _MAX_WINDOWS:
                continue
            faces = faces + self._open_window(rgb, time_s, box)
        self._expected = len(faces)
        return faces

    def _open_window(self, rgb: NDArray[np.uint8], time_s: float, box: Box) -> list[Face]:
        """The face at ``box``, followed from now on; empty when the landmarker sees no face there."""
        for side in _WINDOW_SIDES:
            own = Landmarker(self._model, _window(box, side, rgb.shape[1], rgb.shape[0]), 1)
            found = [face for face in own.detect(rgb, time_s) if _inside(box, face.box)]
            if found:
                self._add(own, time_s)
                return found
            own.close()
        return []

    def _add(self, window: Landmarker, time_s: float) -> None:
        self._windows.append(window)
        self._last_hit[id(window)] = time_s

    def _drop_idle(self, time_s: float) -> None:
        for window in [w for w in self._windows if time_s - self._last_hit[id(w)] > _GIVE_UP_S]:
            self._windows.remove(window)
            del self._last_hit[id(window)]
            window.close()

    def close(self) -> None:
        for window in self._windows:
            window.close()
        self._windows.clear()
        self._search.close()

    def __enter__(self) -> "FaceFinder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _window(box: Box, side: float, width: int, height: int) -> tuple[int, int, int, int]:
    half = side * max(box[2] - box[0], box[3] - box[1]) / 2
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return (max(0, int(x - half)), max(0, int(y - half)), min(width, int(x + half)), min(height, int(y + half)))


def _inside(detected: Box, face: Box) -> bool:
    x, y = (detected[0] + detected[2]) / 2, (detected[1] + detected[3]) / 2
    return face[0] <= x <= face[2] and face[1] <= y <= face[3]
