"""Training films as the product sees them: played, coded as video, and looked at frame by frame.

Stills (``stills``) teach more for the same time of rendering; films teach what coarse video leaves of a movement, and how a
landmarker that follows a face sees it.
"""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from cot_engine.studio.encode import write_video
from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.performance import CLIPS_AN_ACTOR, plan_clip
from cot_engine.studio.plan import ClipPlan
from cot_engine.studio.stills import PARTS, make_missing, studio
from cot_engine.studio.truth import intensity_curves

# A film in which the face is found in fewer frames teaches nothing.
_MIN_FACES = 20


def watch_films(out: Path, people: int, seed: int, *, workers: int, progress: Callable[[int, int], None]) -> None:
    """Writes ``out/<clip>.npz`` for one film of each of ``people`` people of the training split; what is there is kept.

    Each holds, for the N frames in which the face was found, what ``stills.make_stills`` writes of a still, and ``times_s``
    (N,).
    """
    out.mkdir(parents=True, exist_ok=True)
    missing = [i for i in range(people) if not (out / f"{_plan(seed, i).clip}.npz").is_file()]
    make_missing(partial(_watch, out, seed), missing, people, workers=workers, progress=progress)


def _plan(seed: int, person: int) -> ClipPlan:
    """Of a person's three films one, another each time: kinds and expressions go by the number of the film."""
    return plan_clip(seed, CLIPS_AN_ACTOR * person + person % CLIPS_AN_ACTOR, split="train")


def _watch(out: Path, seed: int, person: int) -> None:
    plan = _plan(seed, person)
    hidden = []
    with TemporaryDirectory(dir=out) as folder:
        film = Path(folder) / f"{plan.clip}.mp4"

        def pictures() -> Any:
            for shot in studio().film(plan):
                hidden.append([part in shot.hidden for part in PARTS])
                yield shot.rgb

        write_video(film, pictures(), plan.scene.size, plan.fps, plan.scene.crf, scratch=Path(folder))
        rows = _see(film)
    arrays: dict[str, Any] = {"found": np.array([row.pop("number") for row in rows])}
    if len(rows) >= _MIN_FACES:
        arrays |= {name: np.array([row[name] for row in rows]) for name in rows[0]}
        arrays["hidden"] = np.array(hidden)[arrays["found"]]
        curves = intensity_curves(plan)
        arrays["truth"] = np.stack([curves[au] for au in MUSCLES], axis=1)[arrays["found"]].astype(np.float32)
    path = out / f"{plan.clip}.npz"
    unfinished = path.with_name(f"{plan.clip}.{os.getpid()}.npz")
    np.savez(unfinished, **arrays)
    unfinished.replace(path)


def _see(film: Path) -> list[dict[str, Any]]:
    """What the product makes of each frame before any action unit is read; the largest face is the person."""
    from cot_engine import weights
    from cot_engine.action_units.appearance import cut_out
    from cot_engine.faces.finder import FaceFinder
    from cot_engine.video import Limits, open_clip

    rows: list[dict[str, Any]] = []
    with open_clip(film, Limits()) as clip, FaceFinder(weights.find("face_landmarker").path) as finder:
        for frame in clip.frames():
            faces = finder.find(frame.rgb, frame.time_s)
            if faces:
                face = max(faces, key=lambda f: f.box[3] - f.box[1])
                rows.append(
                    {
                        "number": frame.index,
                        "times_s": frame.time_s,
                        "landmarks": face.landmarks.astype(np.float32),
                        "blendshapes": face.blendshapes,
                        "rotation": face.pose.rotation.astype(np.float32),
                        "pose": (face.pose.yaw, face.pose.pitch, face.pose.roll),
                        "window": cut_out(frame.rgb, face)[0],
                    }
                )
    return rows
