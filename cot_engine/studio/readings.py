"""Perception of many clips, in parallel, each kept on disk as soon as it is there, so that a run that was cut off goes on.

A kept reading belongs to the bytes of its clip and to the code and weights that made it; when either changes it is made anew.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any

import numpy as np

from cot_engine import weights
from cot_engine.action_units.series import Timeline
from cot_engine.evaluation.au_tally import Estimate
from cot_engine.evidence import Event
from cot_engine.studio.estimators import read_clip

Reader = Callable[[Path], dict[str, Estimate] | None]

_PACKAGE = Path(__file__).parents[1]
# What decides a reading: the files that run between a clip and its evidence.
_DECISIVE = ("action_units", "faces", "video", "arrays.py", "evidence.py", "facs.py", "perceive.py", "studio/estimators.py")


@cache
def fingerprint() -> str:
    """A short hash of the code and weights that perception consists of."""
    digest = hashlib.sha256(weights.find("face_landmarker").sha256.encode())
    for name in _DECISIVE:
        path = _PACKAGE / name
        for file in sorted(p for p in path.rglob("*") if p.suffix != ".pyc" and p.is_file()) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(_PACKAGE)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def read_all(
    clips: Mapping[Path, str], keep: Path, *, workers: int = 2, read: Reader = read_clip
) -> Iterator[tuple[Path, dict[str, Estimate] | None]]:
    """(clip, what each estimator says) in the order in which they are done; None for a clip without a face.

    Args:
        clips: path -> SHA-256 of its bytes.
        keep: folder for the kept readings.
        workers: processes; with 1 everything happens in this one.
    """
    keep.mkdir(parents=True, exist_ok=True)
    work = partial(_read_or_recall, keep=keep, read=read)
    if workers == 1:
        yield from ((clip, work(clip, digest)) for clip, digest in clips.items())
        return
    # Spawned: MediaPipe's threads do not survive a fork.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(work, clip, digest): clip for clip, digest in clips.items()}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _read_or_recall(clip: Path, digest: str, *, keep: Path, read: Reader) -> dict[str, Estimate] | None:
    kept = keep / f"{clip.stem}-{digest[:16]}-{fingerprint()}.npz"
    if not kept.exists():
        part = kept.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as file:
            save(read(clip), file)
        part.replace(kept)
    return load(kept)


def save(estimates: dict[str, Estimate] | None, file: IO[bytes]) -> None:
    """Writes estimates as arrays; ``load`` gives back the same values."""
    arrays: dict[str, Any] = {"names": np.array(list(estimates or {}), dtype=np.str_)}
    for i, estimate in enumerate((estimates or {}).values()):
        curves = estimate.timeline.intensity
        arrays |= {
            f"{i}.times_s": estimate.timeline.times_s,
            f"{i}.aus": np.array(list(curves), dtype=np.str_),
            f"{i}.values": np.array(list(curves.values())),
            f"{i}.seen_s": estimate.seen_s,
            f"{i}.events": np.array(json.dumps([event.model_dump() for event in estimate.events])),
        }
    np.savez_compressed(file, allow_pickle=False, **arrays)


def load(path: Path) -> dict[str, Estimate] | None:
    """What ``save`` wrote."""
    with np.load(path, allow_pickle=False) as kept:
        return {
            str(name): Estimate(
                Timeline(
                    kept[f"{i}.times_s"],
                    dict(zip(map(str, kept[f"{i}.aus"]), kept[f"{i}.values"], strict=True)),
                ),
                tuple(Event.model_validate(row) for row in json.loads(str(kept[f"{i}.events"]))),
                kept[f"{i}.seen_s"],
            )
            for i, name in enumerate(kept["names"])
        } or None
