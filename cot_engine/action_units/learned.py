"""The learned estimator: AU intensities per side from the look of a face against its own face at rest.

The trunk of MediaPipe's landmark network makes maps of the upright picture of a face; an encoder sees picture and maps, and
what differs in both from the same person's face at rest; a small network reads what it saw, the landmarks and MediaPipe's
blendshapes, these too against rest. All but the trunk were trained on studio faces (``cot_engine.studio.training``), and
calibrated on films of studio people they had not seen. Which AUs it reads better than the blendshapes do, and how far it is to
be trusted, was measured there too and lies beside the weights.

Where in a clip a face is at rest, the networks find by themselves: a first look, against nothing, at some of its frames tells
in which of them it moves least. That they show rest, and not a held expression, must be plain from that look or from the
blendshapes.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.appearance import look_at
from cot_engine.faces.landmarker import Face

FOLDER = Path(__file__).parent / "estimator"
WEIGHTS, TRUNK, ENCODER, CARD = "head.safetensors", "trunk.onnx", "encoder.onnx", "calibration.json"
# Names of what goes into the networks: the trunk takes pictures and gives maps, the encoder takes both.
PICTURES, MAPS = "pictures", "maps"
# Frames of the first look, evenly spread; the share of them that counts as rest, and the fewest that can.
_LOOKS, _RESTING, _LEAST = 60, 0.2, 3
# A laptop has two cores to spare while nothing else is being read.
_THREADS = 2
# Lengths of a glimpse's numbers: landmarks, blendshapes, pose.
_WIDTHS = (64, 52, 3)
_PERSISTENT = 0.3
# Sides of an AU are told where the stronger reading is the right one in this share of one-sided faces.
_SIDE_KNOWN = 0.95

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
class Glimpse:
    """What is kept of one frame, or of a face at rest: ``picture`` (112, 96) grey 0-255, ``numbers`` (119,): landmarks in few
    numbers, blendshapes, pose. ``maps`` (43520,), what the trunk makes of the picture, are large and kept only for a while.
    """

    picture: NDArray[np.generic]
    numbers: Array
    maps: Array | None = None


@dataclass(frozen=True)
class LearnedEstimate:
    """``strength``: (T, A, 2) intensities 0-5 of ``aus``, left and right; ``baseline`` says against whose rest."""

    aus: tuple[str, ...]
    strength: NDArray[np.float64]
    baseline: Literal["person", "population"]


class Estimator:
    """Holds the networks. ``describe`` is called on every frame, ``estimate`` once a person. ``tells_sides`` are the AUs whose
    sides it reads rightly on people it has not learned from."""

    def __init__(self, folder: Path = FOLDER) -> None:
        import onnxruntime
        from safetensors.numpy import load_file

        self._arrays = {name: values.astype(np.float32) for name, values in load_file(folder / WEIGHTS).items()}
        options = onnxruntime.SessionOptions()
        # Datasets are read with a process a core: threads of its own would only get in their way.
        options.intra_op_num_threads = 1
        self._trunk, self._encoder = (
            onnxruntime.InferenceSession(folder / name, options, providers=["CPUExecutionProvider"])
            for name in (TRUNK, ENCODER)
        )
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        self.aus = tuple(card["aus"])
        self._facial = [i for i, au in enumerate(self.aus) if au not in card["gaze"]]
        self._calm_below = float(self._arrays["calm_below"][0])
        self.tells_sides = {au for au, right in zip(self.aus, self._arrays["sides_right"], strict=True) if right >= _SIDE_KNOWN}
        self.calibration = {au: _calibration(row) for au, row in card["calibration"].items()}

    def describe(self, rgb: NDArray[np.uint8], face: Face) -> Glimpse:
        """What is kept of one frame."""
        look = look_at(rgb, face, self._arrays["target"])
        geometry = (look.geometry - self._arrays["mean_geometry"]) @ self._arrays["components"].T
        pose = np.array((face.pose.yaw, face.pose.pitch, face.pose.roll), np.float32) / 30
        return Glimpse(look.picture, np.concatenate([geometry, face.blendshapes, pose]).astype(np.float32))

    def estimate(
        self,
        glimpses: Sequence[Glimpse | None],
        calm: NDArray[np.bool_],
        progress: Callable[[int, int], None] | None = None,
    ) -> LearnedEstimate:
        """Intensities of every frame against the person's face at rest.

        Args:
            glimpses: T of ``describe``; None where the face was not seen.
            calm: (T,) frames that ``intensity.find_baseline`` holds for calm.
            progress: called with the frames that are done, and with all of them.
        """
        strength = np.full((len(glimpses), len(self.aus), 2), np.nan)
        known = [i for i, glimpse in enumerate(glimpses) if glimpse is not None]
        seen = [glimpse for glimpse in glimpses if glimpse is not None]
        pool = ThreadPoolExecutor(_THREADS)
        try:
            first = _first_looks(len(seen))
            for i, looked_at in zip(first, pool.map(self._looked_at, [seen[i] for i in first]), strict=True):
                seen[i] = looked_at
            rest = self.find_rest(seen, calm[known])
            for done, (i, values) in enumerate(zip(known, pool.map(partial(self.read, rest=rest), seen), strict=True), start=1):
                strength[i] = values
                if progress:
                    progress(done, len(seen))
        finally:
            # ``progress`` may raise to end it all.
            pool.shutdown(cancel_futures=True)
        return LearnedEstimate(self.aus, strength, "population" if rest is None else "person")

    def find_rest(self, seen: Sequence[Glimpse], calm: NDArray[np.bool_]) -> Glimpse | None:
        """The mean of the frames in which the face moves least; None when even they show a movement and fewer than a third of
        them are ``calm`` (T,), or when there are too few to tell."""
        if len(seen) < _LEAST:
            return None
        chosen = _first_looks(len(seen))
        looks = [seen[i] for i in chosen]
        with ThreadPoolExecutor(_THREADS) as pool:
            outputs = pool.map(partial(self.outputs, rest=None), looks)
            movement = np.array([moving(values[self._facial]) for values in outputs])
        calmest = np.argsort(movement, kind="stable")[: max(_LEAST, int(_RESTING * len(looks)))]
        if np.median(movement[calmest]) > self._calm_below and 3 * calm[chosen[calmest]].mean() < 1:
            return None
        return self.at_rest([looks[i] for i in calmest])

    def at_rest(self, glimpses: Sequence[Glimpse]) -> Glimpse:
        """What glimpses of one person's neutral face have in common, with their mean maps."""
        return Glimpse(
            picture=np.stack([glimpse.picture for glimpse in glimpses]).mean(axis=0),
            numbers=np.median([glimpse.numbers for glimpse in glimpses], axis=0).astype(np.float32),
            maps=np.mean([self._maps(glimpse) for glimpse in glimpses], axis=0),
        )

    def read(self, glimpse: Glimpse, rest: Glimpse | None) -> NDArray[np.float64]:
        """(A, 2) intensities 0-5 of one frame; ``rest`` is the same person's, from ``at_rest``."""
        raw = self.outputs(glimpse, rest)
        for i, au in enumerate(self.aus):
            xs, ys = np.array(self.calibration[au].knots).T
            raw[i] = np.interp(raw[i], xs, ys)
        return raw

    def outputs(self, glimpse: Glimpse, rest: Glimpse | None) -> NDArray[np.float64]:
        """(A, 2) what the networks say before calibration."""
        arrays = self._arrays
        face, maps = _levelled(glimpse.picture), self._maps(glimpse)
        other = np.zeros_like(face) if rest is None else face - _levelled(rest.picture)
        others = np.zeros_like(maps) if rest is None else maps - self._maps(rest)
        looks = {PICTURES: np.stack([face, other])[None], MAPS: np.stack([maps, others])[None]}
        (seen,) = self._encoder.run(None, looks)[0]
        geometry, shapes, pose = np.split(glimpse.numbers, np.cumsum(_WIDTHS)[:-1])
        if rest is None:
            geometry_0, shapes_0, pose_0 = np.zeros_like(geometry), arrays["rest_shapes"], np.zeros_like(pose)
        else:
            geometry_0, shapes_0, pose_0 = np.split(rest.numbers, np.cumsum(_WIDTHS)[:-1])
        against = (geometry - geometry_0, shapes, shapes - shapes_0, pose, _PERSISTENT * geometry_0, pose_0)
        values = np.concatenate([seen, *against, [float(rest is not None)]]).astype(np.float32)
        for layer in ("0", "1"):
            values = np.maximum(arrays[f"w{layer}"] @ values + arrays[f"b{layer}"], 0)
        whole = (arrays["w2"] @ values + arrays["b2"]).reshape(len(self.aus), 2)
        halves = seen[-whole.size :].reshape(whole.shape)
        return np.asarray((whole + halves - halves.mean(axis=1, keepdims=True)) * 5, np.float64)

    def _looked_at(self, glimpse: Glimpse) -> Glimpse:
        return replace(glimpse, maps=self._maps(glimpse))

    def _maps(self, glimpse: Glimpse) -> Array:
        if glimpse.maps is not None:
            return glimpse.maps
        (maps,) = self._trunk.run(None, {PICTURES: glimpse.picture[None, None].astype(np.float32) / 255})[0]
        return np.asarray(maps, np.float32)


def _first_looks(count: int) -> NDArray[np.int64]:
    """Which of ``count`` frames the first look goes to."""
    return np.unique(np.linspace(0, max(count - 1, 0), _LOOKS).round().astype(np.int64))[:count]


def moving(outputs: NDArray[np.floating[Any]]) -> float:
    """How much a face moves altogether: outputs (A, 2) of its facial AUs, 0-5 before calibration, summed up."""
    return float(np.clip(outputs, 0, None).mean(axis=1).sum())


def _levelled(picture: NDArray[np.generic]) -> Array:
    """(112, 96) with mean 0 and spread about 1."""
    values = picture.astype(np.float32) / 255
    return np.asarray((values - values.mean()) / (values.std(ddof=1) + 0.03), np.float32)


def _calibration(row: dict[str, Any]) -> Calibration:
    return Calibration(tuple(map(tuple, row["knots"])), row["trust"], row["floor"], row["learned"])


@lru_cache(maxsize=1)
def load_estimator() -> Estimator:
    """The estimator that ships with the package, loaded once a process."""
    return Estimator()
