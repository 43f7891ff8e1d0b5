"""Films one clip after another and keeps, beside each, what only the renderer knows: pose, visibility, who was filmed."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cot_engine.studio.encode import digest, write_pictures, write_video
from cot_engine.studio.performance import Split, plan_clip
from cot_engine.studio.plan import ClipPlan, Shot


class Renderer(Protocol):
    """What films: ``studio.render.Studio``, or a stand-in for tests."""

    def groups(self, actor_seed: int) -> dict[str, str]: ...

    def film(self, plan: ClipPlan) -> Iterator[Shot]: ...


@dataclass(frozen=True)
class Job:
    """A data set to be filmed: ``pictures`` asks for folders of PNG files instead of videos."""

    out: Path
    seed: int
    split: Split
    pictures: bool
    renderer: Callable[[], Renderer]

    def plan(self, index: int) -> ClipPlan:
        return plan_clip(self.seed, index, split=self.split)

    def clip_path(self, clip: str) -> Path:
        return self.out / "clips" / (clip if self.pictures else f"{clip}.mp4")

    @property
    def parts(self) -> Path:
        return self.out / ".parts"

    def part_path(self, clip: str) -> Path:
        return self.parts / f"{clip}.json"


@dataclass(frozen=True)
class Part:
    """What is known of a filmed clip beyond its plan: hashes of plan and media, the person's groups, poses and hidden parts of
    each frame."""

    plan: str
    sha256: str
    groups: Mapping[str, str]
    poses: list[tuple[float, float, float]]
    hidden: list[list[str]]


def film_all(job: Job, clips: int, workers: int, progress: Callable[[int, int], None]) -> None:
    """Films what is not there yet; all clips of a person go to one worker. ``progress`` hears (done, total).

    Raises:
        Refusal: what the renderer refuses.
    """
    missing = [index for index in range(clips) if read_part(job, job.plan(index)) is None]
    done = clips - len(missing)
    progress(done, clips)
    people = [list(indices) for _, indices in groupby(missing, key=lambda index: job.plan(index).actor)]
    if workers == 1 and missing:
        renderer = job.renderer()
        for index in missing:
            film_one(job, renderer, index)
            done += 1
            progress(done, clips)
    elif missing:
        # Workers are what runs in parallel; their matrix products would only get in each other's way.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            futures: list[Future[int]] = [pool.submit(_film_person, job, indices) for indices in people]
            try:
                for future in as_completed(futures):
                    done += future.result()
                    progress(done, clips)
            except BaseException:
                # Without this the pool would first film everything that is still waiting.
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def film_one(job: Job, renderer: Renderer, index: int) -> None:
    """One clip, then its part: a part on disk means that its clip is complete."""
    plan = job.plan(index)
    poses: list[tuple[float, float, float]] = []
    hidden: list[list[str]] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for shot in renderer.film(plan):
            yaw, pitch, roll = (round(float(angle), 3) for angle in shot.pose)
            poses.append((yaw, pitch, roll))
            hidden.append(sorted(shot.hidden))
            yield shot.rgb

    path = job.clip_path(plan.clip)
    if job.pictures:
        write_pictures(path, pictures(), scratch=job.parts)
    else:
        write_video(path, pictures(), plan.scene.size, plan.fps, plan.scene.crf, scratch=job.parts)
    assert len(poses) == plan.frames, f"{plan.clip}: {len(poses)} frames were filmed, {plan.frames} were planned"
    sha256 = digest(path)
    assert sha256 is not None, "it was just written"
    part = Part(plan_hash(plan), sha256, renderer.groups(plan.actor), poses, hidden)
    target = job.part_path(plan.clip)
    unfinished = target.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(vars(part)), encoding="utf-8")
    os.replace(unfinished, target)


def read_part(job: Job, plan: ClipPlan) -> Part | None:
    """The part of a clip; None when it was not filmed, was filmed from another plan, or its media have changed since."""
    try:
        part = Part(**json.loads(job.part_path(plan.clip).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        # Not there, or torn by a power cut: the clip is filmed again.
        return None
    if part.plan != plan_hash(plan) or part.sha256 != digest(job.clip_path(plan.clip)):
        return None
    return part


def plan_hash(plan: ClipPlan) -> str:
    """SHA-256 of everything that a plan says."""
    said: dict[str, Any] = {**vars(plan), "head": plan.head.tobytes().hex()}
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()


@cache
def _opened(renderer: Callable[[], Renderer]) -> Renderer:
    """One a worker process; opened by its first task, because what fails earlier would break the pool without a reason."""
    return renderer()


def _film_person(job: Job, indices: list[int]) -> int:
    for index in indices:
        film_one(job, _opened(job.renderer), index)
    return len(indices)
