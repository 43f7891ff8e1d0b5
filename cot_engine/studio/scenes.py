"""Training pictures as the estimator's networks take them: upright pictures, landmarks without head motion, the truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.appearance import STABLE, places, upright, window_map
from cot_engine.evidence import parts_of
from cot_engine.faces.landmarker import BLENDSHAPES
from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.stills import PARTS

# Blinks and winks are closings of the eyes, told apart by their length.
AUS = tuple(au for au in MUSCLES if au not in ("AU45", "AU46"))
GAZE = ("AU61", "AU62", "AU63", "AU64")
COMPONENTS = 64
_AT_REST, _SHUT = 0.15, 2.5
_STEP = 4
_MIRROR = np.array((-1, 1, 1), np.float32)


@dataclass
class Scene:
    """N stills or frames of one person: ``pictures`` (N, 112, 96), ``geometry`` (N, 478, 3), ``blendshapes`` (N, 52), ``pose``
    (N, 3) in units of 30 degrees, ``truth`` (N, A, 2) in 0-1 with what can be seen of it, which faces are ``neutral`` and
    which are ``calm``: somebody who does not know the truth would take them for neutral."""

    pictures: NDArray[np.uint8]
    geometry: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    pose: NDArray[np.float32]
    truth: NDArray[np.float32]
    visible: NDArray[np.bool_]
    neutral: NDArray[np.bool_]
    calm: NDArray[np.bool_]
    maps: NDArray[np.float16] | None = None


@dataclass
class Frame:
    """What all scenes share: the average face, its mirror image's numbering, and where its stable landmarks lie in a
    picture."""

    mean: NDArray[np.float32]
    mirror: NDArray[np.int64]
    target: NDArray[np.float32]


def average_frame(stills: Path) -> Frame:
    """The frame of the people in ``stills``: their average face, made alike on both sides."""
    frontal = [row["geometry"][np.abs(row["pose"][:, 0]) < 15] for row in _rows(stills)]
    mean = np.mean([geometry.mean(axis=0) for geometry in frontal if len(geometry) > 3], axis=0)
    mean = ((mean + mean[_opposite(mean)] * _MIRROR) / 2).astype(np.float32)
    return frame_of(mean, places(mean))


def load_scenes(folder: Path, frame: Frame) -> list[Scene]:
    """Scenes of ``stills.make_stills`` or films of ``watched.watch_films`` with at least one neutral face, in order of name.

    Frames of films that follow each other hardly differ: every fourth is taken.
    """
    scenes = (_scene(row, frame) for row in _rows(folder))
    return [scene for scene in scenes if scene.neutral.any()]


def frame_of(mean: NDArray[np.float32], target: NDArray[np.float32]) -> Frame:
    """From an average face (478, 3), alike on both sides, and where its stable landmarks lie."""
    return Frame(mean, _opposite(mean), target)


def _opposite(mean: NDArray[np.float32]) -> NDArray[np.int64]:
    """(478,) the number of each landmark in a mirror."""
    return np.asarray(np.linalg.norm(mean[None] - (mean * _MIRROR)[:, None], axis=2).argmin(axis=1))


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as file:
            if "truth" in file.files:
                step = _STEP if "times_s" in file.files else 1
                row = {name: file[name][::step] for name in file.files}
                yield row | {"geometry": _without_motion(row["landmarks"], row["rotation"])}


def _without_motion(landmarks: NDArray[np.float32], rotation: NDArray[np.float32]) -> NDArray[np.float32]:
    """``faces.pose.without_head_motion`` for (N, 478, 3) at once."""
    camera = (landmarks - landmarks.mean(axis=1, keepdims=True)) * np.array((1, -1, -1), np.float32)
    face = camera @ rotation
    return np.asarray(face / np.linalg.norm(face[:, 33] - face[:, 263], axis=1)[:, None, None], np.float32)


def _scene(row: dict[str, Any], frame: Frame) -> Scene:
    pictures = []
    for window, landmarks in zip(row["window"], row["landmarks"], strict=True):
        scale, shift = window_map(landmarks)
        pictures.append(upright(window, landmarks[list(STABLE), :2] * scale + shift, frame.target))
    muscles = list(MUSCLES)
    telling = [i for i, au in enumerate(muscles) if au not in GAZE]
    neutral = row["truth"][:, telling].max(axis=(1, 2)) < _AT_REST
    return Scene(
        pictures=np.stack(pictures),
        geometry=row["geometry"],
        blendshapes=row["blendshapes"],
        pose=(row["pose"] / 30).astype(np.float32),
        truth=row["truth"][:, [muscles.index(au) for au in AUS]] / 5,
        visible=visible_sides(row["hidden"], AUS) & ~_behind_lids(row["truth"][:, muscles.index("AU43")]),
        neutral=neutral,
        calm=neutral,
    )


def _behind_lids(closing: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(N, 2) how far the eyes are closed -> (N, A, 2) of what cannot be seen on closed eyes: how they were opened, where they
    look."""
    covered = np.zeros((len(closing), len(AUS), 2), bool)
    for au in ("AU5", "AU7", *GAZE):
        covered[:, AUS.index(au)] = closing > _SHUT
    return covered


def visible_sides(hidden: NDArray[np.bool_], aus: Sequence[str]) -> NDArray[np.bool_]:
    """(N, parts) of what is hidden -> (N, A, 2) of which AUs can be seen, the person's own left and right."""
    visible = np.ones((len(hidden), len(aus), 2), bool)
    for i, au in enumerate(aus):
        for side, name in enumerate(("left", "right")):
            for part in parts_of(au, name):  # type: ignore[arg-type]
                visible[:, i, side] &= ~hidden[:, PARTS.index(part)]
    return visible


def mirrored(scene: Scene, frame: Frame) -> Scene:
    """The scene as a mirror shows it: sides change places, gaze to the left becomes gaze to the right."""
    swap = [BLENDSHAPES.index(other_side(name)) for name in BLENDSHAPES]
    truth, visible = scene.truth[:, :, ::-1].copy(), scene.visible[:, :, ::-1].copy()
    left, right = AUS.index("AU61"), AUS.index("AU62")
    truth[:, [left, right]] = truth[:, [right, left]]
    return replace(
        scene,
        pictures=scene.pictures[:, :, ::-1].copy(),
        geometry=(scene.geometry[:, frame.mirror] * _MIRROR).astype(np.float32),
        blendshapes=scene.blendshapes[:, swap],
        pose=scene.pose * np.array((-1, 1, -1), np.float32),
        truth=truth,
        visible=visible,
        maps=None,
    )


def other_side(name: str) -> str:
    """The blendshape of the other side of the face."""
    return name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")


def components(scenes: Sequence[Scene], frame: Frame) -> NDArray[np.float32]:
    """(64, 1434) directions in which landmarks move most against the neutral face, scaled to unit variance, sides alike."""
    moved = np.concatenate([(s.geometry - s.geometry[s.neutral].mean(axis=0)) for s in scenes])[::4]
    both = np.concatenate([moved, moved[:, frame.mirror] * _MIRROR]).reshape(2 * len(moved), -1)
    values, vectors = np.linalg.eigh(both.T @ both / len(both))
    largest = np.argsort(values)[::-1][:COMPONENTS]
    return np.asarray((vectors[:, largest] / np.sqrt(values[largest])).T, np.float32)
