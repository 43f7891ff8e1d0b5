"""Perception of the clips of an evaluation: once a clip, kept on disk, read by every model and every intervention."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from cot_engine.engine.faults import PART_OF_CLIP, WORKER_DIED, WORKER_HUNG
from cot_engine.engine.identity import Identities
from cot_engine.engine.measure import FRAMES, Shelf
from cot_engine.engine.rows import Seen
from cot_engine.engine.workers import WorkerDied, WorkerHung, Workers
from cot_engine.errors import Refusal
from cot_engine.evaluation.clips import Asked
from cot_engine.frame_choice import BUDGET, ChosenFrame, Picture

# Called with how many clips are done, and of how many.
Done = Callable[[int, int], None]
# What was seen of a clip, or the code that says why nothing was.
Sight = Seen | str


def shelf_of(out: Path, budget: int) -> Path:
    """Where the evidence and pictures of an evaluation lie; ``budget``: frames of a clip at most."""
    return out / ("clips" if budget == BUDGET else f"clips-{budget}")


def watch(
    clips: Sequence[Asked], out: Path, *, workers: int = 2, budget: int = BUDGET, done: Done | None = None
) -> dict[str, Sight]:
    """Clip's id -> its evidence and chosen frames, or a code. What is kept from an earlier run is not looked at again.

    Raises:
        Refusal: ``unwritable_output``, ``backend_missing`` and ``unsafe_weights``: they would meet every clip.
    """
    shelf = Shelf(shelf_of(out, budget), pixels=True, budget=budget)
    return asyncio.run(_all(clips, Workers(shelf.measure, workers), done))


async def _all(
    clips: Sequence[Asked], workers: Workers[[Path, str], tuple[Seen, float]], done: Done | None
) -> dict[str, Sight]:
    identities, seen = Identities(), dict[str, Sight]()

    async def one(clip: Asked) -> None:
        seen[clip.id] = await _sight(clip, identities, workers)
        if done:
            done(len(seen), len(clips))

    try:
        await asyncio.gather(*(one(clip) for clip in clips))
    finally:
        workers.close()
    return {clip.id: seen[clip.id] for clip in clips}


async def _sight(clip: Asked, identities: Identities, workers: Workers[[Path, str], tuple[Seen, float]]) -> Sight:
    sample = clip.sample
    if sample.start_s is not None or sample.end_s is not None or "frame" in sample.meta:
        return PART_OF_CLIP
    try:
        seen, _ = await workers.run(sample.clip, identities.of(sample))
    except WorkerDied:
        return WORKER_DIED
    except WorkerHung:
        return WORKER_HUNG
    except Refusal as refusal:
        if refusal.code in ("unwritable_output", "backend_missing", "unsafe_weights"):
            raise
        return refusal.code
    return seen


def pictures_of(seen: Seen, out: Path, budget: int = BUDGET) -> tuple[Picture, ...]:
    """The kept pictures of a clip, as ``frame_pictures.pictures`` gives them.

    Raises:
        OSError: a picture is gone.
    """
    folder = shelf_of(out, budget) / FRAMES
    return tuple(
        Picture(ChosenFrame(ref.index, ref.time_s, ref.role, ref.event), (folder / ref.file).read_bytes())
        for ref in seen.frames
        if ref.file is not None
    )
