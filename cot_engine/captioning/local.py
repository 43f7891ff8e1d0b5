"""The engine for one machine: clips are perceived in worker processes while a model, if there is one, explains those before."""

import asyncio
import threading
from collections.abc import Coroutine, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from cot_engine.captioning.clip import How, Looked, Task, caption, explained, look, rejected
from cot_engine.captioning.model import Explainer, Model
from cot_engine.captioning.rows import Outcome
from cot_engine.engine.faults import WORKER_DIED, WORKER_HUNG
from cot_engine.engine.workers import WorkerDied, WorkerHung, Workers
from cot_engine.errors import Refusal

# How often a waiting run looks whether it was cancelled.
_TICK_S = 0.5

T = TypeVar("T")


def local(tasks: Iterator[Task], model: Model, how: How, workers: int) -> Generator[Outcome | None, None, None]:
    """Outcomes as they are finished, in any order; None now and then while nothing is. Tasks are taken when there is room.

    Closing the iterator gives up what is under way and ends the processes.

    Raises:
        Refusal: one of ``process.ENDING``.
    """
    first = next(tasks, None)
    if first is None:
        return
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stages = _Perceived(model, model.explainer, how, workers) if model.explainer else _Whole(how, workers)
    under_way = {begin(loop, stages.outcome(first))}
    try:
        while under_way:
            under_way |= {begin(loop, stages.outcome(task)) for task in islice(tasks, stages.room - len(under_way))}
            done, under_way = wait(under_way, _TICK_S, FIRST_COMPLETED)
            for future in done:
                yield future.result()
            if not done:
                yield None
    finally:
        for future in under_way:
            future.cancel()
        # In the loop, after the cancellations that were just asked for.
        begin(loop, stages.aclose()).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def begin(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
    """Starts ``work`` in a loop that runs in another thread."""
    return asyncio.run_coroutine_threadsafe(work, loop)


class _Whole:
    """The codebook: a worker does all of a clip."""

    def __init__(self, how: How, workers: int) -> None:
        self._workers = Workers(partial(caption, how=how), workers)
        # One more than is worked on, so that no process waits.
        self.room = workers + 1

    async def outcome(self, task: Task) -> Outcome:
        return await contained(task, self._workers.run(task))

    async def aclose(self) -> None:
        self._workers.close()


class _Perceived:
    """Workers perceive; one model in this process explains. It is handed every clip as soon as that is perceived, so a model
    that generates in batches finds them waiting."""

    def __init__(self, model: Model, explainer: Explainer, how: How, workers: int) -> None:
        self._workers = Workers(partial(look, frames=explainer.frames), workers)
        self.room = workers + 1 + explainer.concurrency
        self._model, self._explainer, self._how = model, explainer, how

    async def outcome(self, task: Task) -> Outcome:
        seen = await contained(task, self._workers.run(task))
        if isinstance(seen, Outcome):
            return seen
        return await explain(task, seen, self._model, self._explainer, self._how)

    async def aclose(self) -> None:
        self._workers.close()
        await self._explainer.aclose()


async def explain(task: Task, seen: Looked, model: Model, explainer: Explainer, how: How) -> Outcome:
    """The outcome of a clip whose evidence a model explains.

    Raises:
        Refusal: one of ``process.ENDING``.
    """
    try:
        evidence = seen.perception.people[0].evidence
        explanation = await explainer.explain(evidence, seen.pictures, how.labels, how.threshold)
    except Refusal as refusal:
        return rejected(task, refusal)
    return await asyncio.to_thread(explained, task, seen.perception, model.name, explanation, how)


async def contained(task: Task, work: Coroutine[Any, Any, T]) -> T | Outcome:
    """What a worker says, or the outcome of a clip that ends or stops it."""
    try:
        return await work
    except WorkerDied:
        return Outcome(key=task.key, code=WORKER_DIED, message="The process that read this clip died.")
    except WorkerHung:
        return Outcome(key=task.key, code=WORKER_HUNG, message="The process that read this clip stood still and was ended.")
