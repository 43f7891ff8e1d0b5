"""Clip -> evidence and chosen frames, in a worker process; kept on disk, so that it is never measured twice."""

import hashlib
import importlib.metadata
import time
from pathlib import Path

from cot_engine import __version__, weights
from cot_engine.action_units.learned import FOLDER as ESTIMATOR
from cot_engine.corpora.base import Box
from cot_engine.engine.journal import write_atomically
from cot_engine.engine.rows import FrameRef, Seen
from cot_engine.engine.workers import beat
from cot_engine.frame_choice import BUDGET, choose_frames

FRAMES = "frames"


def versions() -> dict[str, str]:
    """What a measurement depends on beside the clip: this package and its estimator, MediaPipe and its model file."""
    estimator = "".join(weights.sha256_of(file) for file in sorted(ESTIMATOR.iterdir()))
    return {
        "cot-engine": __version__,
        "AU estimator": hashlib.sha256(estimator.encode()).hexdigest(),
        "mediapipe": importlib.metadata.version("mediapipe"),
        "face landmarker": weights.find("face_landmarker").sha256,
    }


class Shelf:
    """Where measurements of one software version lie: ``evidence/<version>/<key>.json``, pictures in ``frames/<key>/``.

    ``budget``: frames that are chosen of a clip at most; shelves of different budgets need different folders.
    """

    def __init__(self, out: Path, *, pixels: bool, budget: int = BUDGET) -> None:
        asked = (pixels,) if budget == BUDGET else (pixels, budget)
        name = hashlib.sha256(repr((sorted(versions().items()), *asked)).encode()).hexdigest()[:16]
        self._budget = budget
        self._evidence, self._frames, self._pixels = out / "evidence" / name, out / FRAMES, pixels

    def measure(self, clip: Path, key: str) -> tuple[Seen, float]:
        """The evidence of the main person, and the seconds it took; 0 when it was kept from before.

        Raises:
            Refusal: as ``perceive``.
        """
        kept = self._evidence / f"{key}.json"
        if (seen := _read(kept)) is not None:
            return seen, 0.0
        begun = time.perf_counter()
        seen = self._measure(clip, key)
        write_atomically(kept, seen.model_dump_json().encode())
        return seen, time.perf_counter() - begun

    def _measure(self, clip: Path, key: str) -> Seen:
        from cot_engine.frame_pictures import pictures
        from cot_engine.perceive import perceive

        person = perceive(clip, progress=beat).people[0]
        chosen = choose_frames(person.evidence, person.times_s.tolist(), self._budget)
        names: list[str | None] = [None] * len(chosen)
        if self._pixels:
            for n, shown in enumerate(pictures(clip, person, chosen)):
                names[n] = f"{key}/{n}.jpg"
                (self._frames / key).mkdir(parents=True, exist_ok=True)
                (self._frames / f"{key}/{n}.jpg").write_bytes(shown.jpeg)
        frames = (
            FrameRef(index=int(person.indices[c.row]), time_s=round(c.time_s, 3), role=c.role, event=c.event, file=name)
            for c, name in zip(chosen, names, strict=True)
        )
        return Seen(evidence=person.evidence, frames=tuple(frames))


def keep_picture(clip: Path, box: Box | None, frames: Path, key: str) -> str:
    """Writes the face of a still picture to ``<frames>/<key>/0.jpg`` and returns its name below ``frames``.

    Args:
        box: x, y, width, height of the face in pixels; the whole picture when None.

    Raises:
        Refusal: as ``open_clip``.
    """
    from cot_engine.frame_pictures import JPEG_QUALITY, picture
    from cot_engine.video import open_clip

    with open_clip(clip) as opened:
        (frame,) = opened.at([0])
    corners = (box[0], box[1], box[0] + box[2], box[1] + box[3]) if box else None
    (frames / key).mkdir(parents=True, exist_ok=True)
    picture(frame.rgb, corners, "apex").save(frames / key / "0.jpg", "JPEG", quality=JPEG_QUALITY)
    return f"{key}/0.jpg"


def _read(path: Path) -> Seen | None:
    """A kept measurement; None when there is none, or when the file is damaged and it has to be measured again."""
    try:
        return Seen.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
