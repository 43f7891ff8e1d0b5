"""Faces joined into tracks: one person through a clip, across short gaps and crossings."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cot_engine.faces.landmarker import Box, Face

# A face that comes back within this time is still the same person, if place and looks agree.
_MAX_GAP_S = 1.5
# A pair is refused above this cost: about one face height apart with the same looks, or the same place with other looks.
_MAX_COST = 1.2
# Histograms that share nothing differ by 1: that alone makes another person.
_LOOKS_WEIGHT = 1.5
_LOOKS_EVERY_S = 0.3


@dataclass
class Track:
    """Where one person was last seen, how they moved and what they look like; ``number`` is stable within the clip."""

    number: int
    centre: NDArray[np.float64]
    size: float
    time_s: float
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    looks: NDArray[np.float64] | None = None
    looks_at_s: float = -np.inf

    def _expected(self, time_s: float) -> NDArray[np.float64]:
        # People do not go on moving at the same speed for long: the prediction stops after 0.3 s.
        return self.centre + self.velocity * min(time_s - self.time_s, 0.3)

    def cost(self, face: Face, looks: NDArray[np.float64], time_s: float) -> float:
        """Distance in face heights, change of size and difference of looks; the longer the gap, the more may have changed."""
        gap = time_s - self.time_s
        place = float(np.linalg.norm(_centre(face.box) - self._expected(time_s))) / (self.size * (1 + 2 * gap))
        growth = abs(math.log(face.size / self.size)) / (1 + gap)
        other = 0.0 if self.looks is None else _LOOKS_WEIGHT * float(np.abs(self.looks - looks).sum()) / 2
        return place + growth + other

    def update(self, face: Face, looks: NDArray[np.float64], time_s: float) -> None:
        gap = time_s - self.time_s
        centre = _centre(face.box)
        if gap > 0:
            self.velocity = 0.6 * self.velocity + 0.4 * (centre - self.centre) / gap
        if time_s - self.looks_at_s >= _LOOKS_EVERY_S:
            self.looks = looks if self.looks is None else 0.8 * self.looks + 0.2 * looks
            self.looks_at_s = time_s
        self.centre, self.size, self.time_s = centre, face.size, time_s


class Tracker:
    """Assigns the faces of each frame to tracks; frames must come in order of time."""

    def __init__(self) -> None:
        self._alive: list[Track] = []
        self._count = 0

    def assign(self, rgb: NDArray[np.uint8], faces: list[Face], time_s: float) -> list[tuple[int, Face]]:
        """``faces`` with their track numbers; a face that fits no track opens a new one."""
        self._alive = [track for track in self._alive if time_s - track.time_s <= _MAX_GAP_S]
        if len(self._alive) == len(faces) == 1:
            # The usual case needs no looks: the only face where the only person just was.
            track, face = self._alive[0], faces[0]
            near = np.linalg.norm(_centre(face.box) - track.centre) < 0.5 * track.size
            if near and time_s - track.time_s < 0.3 and time_s - track.looks_at_s < _LOOKS_EVERY_S:
                track.update(face, track.looks, time_s)  # type: ignore[arg-type]
                return [(track.number, face)]
        looks = [_looks(rgb, face) for face in faces]
        chosen = self._match(faces, looks, time_s)
        for i, face in enumerate(faces):
            if i not in chosen:
                chosen[i] = Track(self._count, _centre(face.box), face.size, time_s)
                self._count += 1
                self._alive.append(chosen[i])
            chosen[i].update(face, looks[i], time_s)
        return [(chosen[i].number, face) for i, face in enumerate(faces)]

    def _match(self, faces: list[Face], looks: list[NDArray[np.float64]], time_s: float) -> dict[int, Track]:
        from scipy.optimize import linear_sum_assignment

        if not faces or not self._alive:
            return {}
        costs = np.array([[track.cost(f, k, time_s) for f, k in zip(faces, looks, strict=True)] for track in self._alive])
        rows, columns = linear_sum_assignment(costs)
        return {int(j): self._alive[i] for i, j in zip(rows, columns, strict=True) if costs[i, j] <= _MAX_COST}


def _centre(box: Box) -> NDArray[np.float64]:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def _looks(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float64]:
    """Colour histogram (128,) of head, hair and shoulders, summing to 1: what stays the same while a face moves."""
    import cv2

    x0, y0, x1, y1 = face.box
    w, h = x1 - x0, y1 - y0
    left, right = max(0, int(x0 - 0.4 * w)), min(rgb.shape[1], int(x1 + 0.4 * w))
    top, bottom = max(0, int(y0 - 0.5 * h)), min(rgb.shape[0], int(y1 + 0.8 * h))
    small = cv2.resize(rgb[top:bottom, left:right], (48, 64), interpolation=cv2.INTER_AREA)
    hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)
    histogram = cv2.calcHist([hsv], [0, 1, 2], None, [8, 4, 4], [0, 180, 0, 256, 0, 256]).ravel().astype(np.float64)
    return np.asarray(histogram / histogram.sum(), np.float64)
