"""The learned estimator: AU intensities per side from the look of a face against its own face at rest.

An encoder (ONNX, run by OpenCV) turns the upright picture of each frame into a vector; a small network reads that vector, the
landmarks and MediaPipe's blendshapes against those of the person's neutral frames. Both were trained on studio faces
(``cot_engine.studio.training``), and calibrated on studio people they had not seen. Which AUs it reads better than the
blendshapes do, and how far it is to be trusted, was measured there too and lies beside the weights.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.appearance import look_at
from cot_engine.faces.landmarker import Face

_FOLDER = Path(__file__).parent / "estimator"
_WEIGHTS, _ENCODER, _CARD = "head.safetensors", "encoder.onnx", "calibration.json"


Array = NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """Of one AU: ``knots`` map the network's output to intensities 0-5; ``trust`` 0-1 and ``floor`` as in
    ``blendshapes.Reading``.

    ``learned`` is false where the blendshapes read the AU better.
    """

    knots: tuple[tuple[float, float], ...]
    trust: float
    floor: float
    learned: bool


@dataclass(frozen=True)
class LearnedEstimate:
    """``strength``: (T, A, 2) intensities 0-5 of ``aus``, left and right; ``baseline`` says against whose rest."""

    aus: tuple[str, ...]
    strength: NDArray[np.float64]
    baseline: Literal["person", "population"]


class Estimator:
    """Holds the networks. ``describe`` is called on every frame, ``estimate`` once a person."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        import cv2
        from safetensors.numpy import load_file

        self._arrays = load_file(folder / _WEIGHTS)
        self._encoder: Any = cv2.dnn.readNetFromONNX(str(folder / _ENCODER))
        card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
        self.aus = tuple(card["aus"])
        self.calibration = {au: _calibration(row) for au, row in card["calibration"].items()}

    def describe(self, rgb: NDArray[np.uint8], face: Face) -> Array:
        """(F,) what is kept of one frame: the encoder's vector, landmarks in few numbers, blendshapes, pose."""
        look = look_at(rgb, face, self._arrays["target"])
        seen = self.encode(look.picture[None])[0]
        pose = np.array((face.pose.yaw, face.pose.pitch, face.pose.roll), np.float32) / 30
        return np.concatenate([seen, self.compress(look.geometry), face.blendshapes, pose])

    def encode(self, pictures: NDArray[np.uint8]) -> Array:
        """(N, 112, 96) pictures -> (N, 128)."""
        values = pictures.astype(np.float32) / 255
        mean, spread = values.mean(axis=(1, 2), keepdims=True), values.std(axis=(1, 2), ddof=1, keepdims=True)
        rows = []
        for picture in (values - mean) / (spread + 0.03):
            self._encoder.setInput(picture[None, None])
            rows.append(self._encoder.forward()[0].copy())
        return np.array(rows, np.float32)

    def compress(self, geometry: Array) -> Array:
        """(..., 1434) landmarks -> (..., 64) principal components of their distance from an average face."""
        return np.asarray((geometry - self._arrays["mean_geometry"]) @ self._arrays["components"].T, np.float32)

    def estimate(self, described: Array, calm: NDArray[np.bool_]) -> LearnedEstimate:
        """Intensities of every frame against the person's face at rest.

        Args:
            described: (T, F) from ``describe``; rows of NaN where the face was not seen.
            calm: (T,) frames in which the face may be at rest; where there are none it is held against people in general.
        """
        known = np.isfinite(described).all(axis=1)
        strength = np.full((len(described), len(self.aus), 2), np.nan)
        strength[known] = self._read(described[known], None)
        rest = None
        if (calm := calm & known).any():
            # The median, because some of them may hold the first traces of a movement.
            rest = np.median(described[calm], axis=0)
            strength[known] = self._read(described[known], rest)
        return LearnedEstimate(self.aus, strength, "population" if rest is None else "person")

    def _read(self, frames: Array, rest: Array | None) -> NDArray[np.float64]:
        raw = self.outputs(frames, rest)
        for i, au in enumerate(self.aus):
            xs, ys = np.array(self.calibration[au].knots).T
            raw[:, i] = np.interp(raw[:, i], xs, ys)
        return raw

    def outputs(self, frames: Array, rest: Array | None) -> NDArray[np.float64]:
        """(T, A, 2) what the network says before calibration; ``rest``: (F,) of the person's own neutral face, or None."""
        arrays = self._arrays
        seen, geometry, shapes, pose = np.split(frames, np.cumsum(_WIDTHS)[:-1], axis=1)
        if rest is None:
            seen_0, geometry_0, shapes_0 = arrays["rest_seen"], np.zeros(_WIDTHS[1], np.float32), arrays["rest_shapes"]
        else:
            seen_0, geometry_0, shapes_0, _ = np.split(rest, np.cumsum(_WIDTHS)[:-1])
        rows = len(frames)

        def repeated(values: Array) -> Array:
            return np.broadcast_to(values, (rows, len(values)))

        flag = np.full((rows, 1), float(rest is not None), np.float32)
        parts = [seen - seen_0, repeated(seen_0), geometry - geometry_0, repeated(geometry_0 * 0.3)]
        values = np.concatenate([*parts, shapes, shapes - shapes_0, pose, flag], axis=1)
        for layer in ("0", "1"):
            values = np.maximum(values @ arrays[f"w{layer}"].T + arrays[f"b{layer}"], 0)
        return np.asarray((values @ arrays["w2"].T + arrays["b2"]).reshape(rows, len(self.aus), 2) * 5, np.float64)


# Lengths of the parts of a described frame: encoder, landmarks, blendshapes, pose.
_WIDTHS = (128, 64, 52, 3)
FEATURES = sum(_WIDTHS)


def _calibration(row: dict[str, Any]) -> Calibration:
    return Calibration(tuple(map(tuple, row["knots"])), row["trust"], row["floor"], row["learned"])


@lru_cache(maxsize=1)
def load_estimator() -> Estimator:
    """The estimator that ships with the package, loaded once a process."""
    return Estimator()
