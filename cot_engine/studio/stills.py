"""Training pictures for the AU estimator: many unrelated faces of one person in one scene, the person's neutral face among
them.

Frames of a film repeat each other; independent draws teach more for the same time of rendering. Everything else (people, scene,
noise, video coding, landmarker) is as in the films that the estimator is measured on.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cot_engine.evidence import Part
from cot_engine.facs import ACTION_UNITS
from cot_engine.studio.encode import write_video
from cot_engine.studio.muscles import MUSCLES, action_weights
from cot_engine.studio.performance import CLIPS_AN_ACTOR, plan_clip
from cot_engine.studio.plan import ClipPlan, Scene, Shot
from cot_engine.studio.render import Studio, degrade
from cot_engine.studio.score import ONE_SIDED, go_together
from cot_engine.studio.truth import intensity_curves

# Faces of a scene: at rest, drawn at random, taken from the person's film.
_RESTING, _RANDOM, _FILMED = 3, 10, 5
_FACES = _RESTING + _RANDOM + _FILMED
# A scene in which the landmarker finds the face less often teaches nothing.
_MIN_FACES = 6
# Seconds between stills as the landmarker is told: so far apart that it does not smooth one into the next.
_APART_S = 3.0
# Frames for which a face is held in the video, each with noise of its own; the last one is looked at.
_HELD = 3
_CLOSED = ("AU43", "AU45", "AU46")
_GAZE = ("AU61", "AU62", "AU63", "AU64")
# The head moves a little from still to still (yaw, pitch, roll in degrees), and now and then turns as far as it does in films:
# a turned head must not be taken for a moving face.
_SWAY = (4.0, 3.0, 2.5)
_TURNED, _TURN = 0.4, (5.0, 26.0)
# Of the movements that can be one-sided so many are: far more than in films, so that the side is asked for.
_LOPSIDED = 0.5
PARTS: tuple[Part, ...] = get_args(Part)


def make_stills(out: Path, scenes: int, seed: int, *, workers: int, progress: Callable[[int, int], None]) -> None:
    """Writes ``out/<scene>.npz`` for ``scenes`` people of the training split; what is there is kept.

    Each holds, for the N faces that the landmarker found: ``landmarks`` (N, 478, 3) in pixels, ``blendshapes`` (N, 52),
    ``rotation`` (N, 3, 3), ``pose`` (N, 3), ``window`` (N, 160, 160) grey, ``hidden`` (N, parts) and ``truth`` (N, muscles, 2)
    in 0-5.
    """
    out.mkdir(parents=True, exist_ok=True)
    missing = [i for i in range(scenes) if not (out / f"{i:06d}.npz").is_file()]
    make_missing(partial(_make_scene, out, seed), missing, scenes, workers=workers, progress=progress)


def make_missing(
    make: Callable[[int], None], missing: Sequence[int], total: int, *, workers: int, progress: Callable[[int, int], None]
) -> None:
    """Calls ``make`` with each of ``missing`` in worker processes; ``progress`` hears how many of ``total`` are there."""
    progress(total - len(missing), total)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        waiting = [pool.submit(make, i) for i in missing]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            progress(total - len(missing) + done, total)


def draw_faces(rng: Generator, plan: ClipPlan) -> dict[str, NDArray[np.float64]]:
    """AU -> (18, 2) true intensities: three faces at rest (gaze may wander), ten at random, five from the person's film."""
    film = intensity_curves(plan)
    faces = [_draw_face(rng, k, film, plan.frames) for k in range(_FACES)]
    return {au: np.stack([face[au] for face in faces]) for au in MUSCLES}


def _draw_face(rng: Generator, k: int, film: dict[str, NDArray[np.float64]], frames: int) -> dict[str, NDArray[np.float64]]:
    face = {au: np.zeros(2) for au in MUSCLES}
    if k < _RESTING:
        if rng.random() < 0.3:
            face[str(rng.choice(_GAZE))][:] = rng.uniform(0, 3)
        return face
    if k >= _RESTING + _RANDOM:
        moment = int(rng.integers(frames))
        face = {au: film[au][moment].copy() for au in MUSCLES}
    else:
        drawn: list[str] = []
        for au in map(str, rng.choice(list(MUSCLES), int(rng.integers(1, 7)), replace=False)):
            strength = rng.uniform(0.3, 5)
            # A still does not tell a blink from closed eyes.
            known_as = "AU43" if au == "AU45" else au
            if (au in _CLOSED and rng.random() < 0.5) or not all(go_together(known_as, other) for other in drawn):
                continue
            drawn.append(known_as)
            face[au] = np.full(2, strength)
            if au in ONE_SIDED:
                face[au][rng.integers(2)] = 0.0
            elif ACTION_UNITS[au].sided:
                if rng.random() < _LOPSIDED:
                    face[au][rng.integers(2)] *= rng.uniform(0, 0.3)
                else:
                    face[au] *= rng.uniform(0.8, 1, 2)
        if "AU27" in drawn:
            # As in films: beyond the widest jaw drop, and the lips go with it.
            face["AU26"], face["AU25"] = np.full(2, 5.0), face["AU27"].copy()
    face["AU43"] = np.max([face[au] for au in _CLOSED], axis=0)
    face["AU45"], face["AU46"] = np.zeros(2), np.zeros(2)
    return face


@cache
def studio() -> Studio:
    """The renderer, opened once a process."""
    return Studio()


def _held(rng: Generator) -> NDArray[np.float64]:
    """(18, 3) degrees that the head adds to the scene's pose."""
    head = rng.normal(0, 1, (_FACES, 3)) * _SWAY
    for face in np.flatnonzero(rng.random(_FACES) < _TURNED):
        head[face, rng.integers(3)] += rng.uniform(*_TURN) * rng.choice((-1, 1))
    return head


def _make_scene(out: Path, seed: int, index: int) -> None:
    rng = np.random.default_rng([seed, index, 77])
    plan = plan_clip(seed, index * CLIPS_AN_ACTOR, split="train")
    curves = draw_faces(rng, plan)
    stills = replace(plan, fps=_FACES * plan.fps / plan.frames, frames=_FACES, head=_held(rng))
    # The noise is another one in each frame.
    shots = list(studio().shoot(replace(stills, scene=replace(plan.scene, noise=0.0)), action_weights(curves)))
    with TemporaryDirectory(dir=out) as folder:
        coded = _coded([shot.rgb for shot in shots], replace(plan.scene, blur=0.0), rng, Path(folder))
    rows = _see(shots, coded)
    arrays: dict[str, Any] = {"found": np.array([row.pop("number") for row in rows])}
    if len(rows) >= _MIN_FACES:
        arrays |= {name: np.array([row[name] for row in rows]) for name in rows[0]}
        arrays["truth"] = np.stack([curves[au] for au in MUSCLES], axis=1)[arrays["found"]].astype(np.float32)
    path = out / f"{index:06d}.npz"
    unfinished = path.with_name(f"{index:06d}.{os.getpid()}.npz")
    np.savez(unfinished, **arrays)
    unfinished.replace(path)


def _coded(faces: Sequence[NDArray[np.uint8]], scene: Scene, rng: Generator, folder: Path) -> list[NDArray[np.uint8]]:
    """The faces as the scene's video shows them."""
    import av

    film = folder / "faces.mp4"
    write_video(
        film, (degrade(face, scene, rng) for face in faces for _ in range(_HELD)), scene.size, 25, scene.crf, scratch=folder
    )
    with av.open(str(film)) as container:
        frames = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]
    return frames[_HELD - 1 :: _HELD]


def _see(shots: Sequence[Shot], coded: Sequence[NDArray[np.uint8]]) -> list[dict[str, Any]]:
    """What the landmarker makes of each still."""
    from cot_engine import weights
    from cot_engine.action_units.appearance import cut_out
    from cot_engine.faces.finder import open_window
    from cot_engine.faces.search import FaceSearch

    model = weights.find("face_landmarker").path
    rows: list[dict[str, Any]] = []
    window = None
    with closing(FaceSearch(model)) as search:
        for number, (shot, rgb) in enumerate(zip(shots, coded, strict=True)):
            if window is None:
                boxes = search.find(rgb, quick=False)
                window = open_window(model, rgb, number * _APART_S, boxes[0])[0] if boxes else None
            faces = window.detect(rgb, number * _APART_S + 1.0) if window else []
            for face in faces[:1]:
                rows.append(
                    {
                        "number": number,
                        "landmarks": face.landmarks,
                        "blendshapes": face.blendshapes,
                        "rotation": face.pose.rotation.astype(np.float32),
                        "pose": (face.pose.yaw, face.pose.pitch, face.pose.roll),
                        "window": cut_out(rgb, face)[0],
                        "hidden": [part in shot.hidden for part in PARTS],
                    }
                )
    if window:
        window.close()
    return rows
