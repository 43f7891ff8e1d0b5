"""The engine for many machines: a Ray Data pipeline. Scheduling, backpressure and the retries of a lost machine are Ray's.

Clips are perceived (and, by the codebook, explained) in Ray tasks of one CPU; a clip that kills or hangs its process does so in
a child of that task, as on one machine, so that Ray repeats only what a lost machine held. A model behind an endpoint is asked
from here, where its budget and its answers are kept. What is finished comes back to the run that called, which writes it down
as in a local run: a run that is killed goes on from there.

Every machine needs this package at the same version, and the clips under the same path. The cluster is the one that RAY_ADDRESS
names or that ``ray start`` began on this machine; without either, Ray is started here for the run.
"""

import asyncio
import json
import logging
import os
import pickle
import queue
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

from cot_engine.captioning.clip import How, Looked, Task, caption, look
from cot_engine.captioning.local import begin, contained, explain
from cot_engine.captioning.model import Explainer, Model
from cot_engine.captioning.rows import Outcome
from cot_engine.engine.workers import Workers
from cot_engine.errors import Refusal

# Clips of one pipeline. They are taken before it begins, so other processes on the same folder leave them alone.
_WINDOW = 4096
_TICK_S = 0.5
# Finished clips that wait here to be written down.
_WAITING = 64

Row = dict[str, Any]


def ray_engine(tasks: Iterator[Task], model: Model, how: How, workers: int) -> Iterator[Outcome | None]:
    """Outcomes as they are finished, in any order; None now and then while nothing is.

    Args:
        workers: clips under way at once, over the whole cluster.

    Raises:
        Refusal: ``backend_missing`` without Ray, and one of ``process.ENDING``.
    """
    first = next(tasks, None)
    if first is None:
        return
    explainer = model.explainer
    job = _Job(None, explainer.frames) if explainer else _Job(how)
    window = [first, *islice(tasks, _WINDOW - 1)]
    with _connected():
        while window:
            with closing(_pipeline(window, job, workers)) as found:
                yield from _explained(found, model, explainer, how) if explainer else found
            window = list(islice(tasks, _WINDOW))


@dataclass(frozen=True)
class _Job:
    """What is done in the cluster: all of a clip as ``how`` asks, or only to look at it."""

    how: How | None
    frames: int = 0

    def __call__(self, task: Task) -> Outcome | Looked:
        return caption(task, self.how) if self.how else look(task, self.frames)


def _pipeline(tasks: list[Task], job: _Job, workers: int) -> Generator[Any, None, None]:
    """Outcomes, or (task, what was seen) where that is for a model to explain; None now and then."""
    from ray.data import DataContext, TaskPoolStrategy, from_items

    # It would tell about every step; what goes wrong is raised.
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    by_key = {task.key: task for task in tasks}
    rows = [{"key": task.key, "clip": str(task.clip), "name": task.name} for task in tasks]
    # One clip a block: what is finished is handed over, and what is lost is repeated, clip by clip.
    blocks = from_items(rows, override_num_blocks=len(rows))
    done = blocks.map(partial(_work, job=job), num_cpus=1, compute=TaskPoolStrategy(size=workers))
    arrived: queue.Queue[Row | BaseException | None] = queue.Queue(_WAITING)
    closed = threading.Event()

    def fetch() -> None:
        try:
            batches: Any = done.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
            for batch in batches:
                for row in batch.to_pylist():
                    if closed.is_set():
                        return
                    arrived.put(row)
        except BaseException as error:  # raised again by the one that waits for rows
            arrived.put(error)
        else:
            arrived.put(None)

    threading.Thread(target=fetch, daemon=True).start()
    try:
        while True:
            try:
                row = arrived.get(timeout=_TICK_S)
            except queue.Empty:
                yield None
                continue
            if row is None:
                return
            if isinstance(row, BaseException):
                raise row
            yield _read(row, by_key[row["key"]])
    finally:
        closed.set()
        while not arrived.empty():
            arrived.get_nowait()


def _read(row: Row, task: Task) -> Any:
    if row["refused"]:
        raise Refusal(**json.loads(row["refused"])["error"])
    if row["outcome"]:
        return Outcome.model_validate_json(row["outcome"])
    return task, pickle.loads(row["seen"])  # noqa: S301 - pickled by our own task, on a machine that runs our code


def _explained(found: Iterator[Any], model: Model, explainer: Explainer, how: How) -> Iterator[Outcome | None]:
    """Explains what was seen while the rest is being looked at."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    under_way: set[Future[Outcome]] = set()
    try:
        for item in found:
            if isinstance(item, tuple):
                task, seen = item
                under_way.add(begin(loop, explain(task, seen, model, explainer, how)))
            else:
                yield item
            while len(under_way) >= explainer.concurrency:
                yield from _finished(under_way, _TICK_S)
            yield from _finished(under_way, 0)
        while under_way:
            yield from _finished(under_way, _TICK_S)
    finally:
        for future in under_way:
            future.cancel()
        begin(loop, explainer.aclose()).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _finished(under_way: "set[Future[Outcome]]", patience_s: float) -> Iterator[Outcome | None]:
    """What is finished by now or soon, taken out of ``under_way``; None when nothing is."""
    done = wait(under_way, patience_s, FIRST_COMPLETED).done
    under_way -= done
    for future in done:
        yield future.result()
    if not done:
        yield None


def _work(row: Row, job: _Job) -> Row:
    """In a Ray task: one clip."""
    task = Task(row["key"], Path(row["clip"]), row["name"])
    said: Row = {"key": task.key, "outcome": None, "seen": None, "refused": None}
    try:
        # The process stays for the next clip of this Ray worker.
        found = asyncio.run(contained(task, _one_process(job).run(task)))
    except Refusal as refusal:
        return said | {"refused": json.dumps(refusal.as_dict())}
    if isinstance(found, Outcome):
        return said | {"outcome": found.model_dump_json()}
    return said | {"seen": pickle.dumps(found)}


@lru_cache(maxsize=1)
def _one_process(job: _Job) -> "Workers[[Task], Outcome | Looked]":
    return Workers(job, 1)


@contextmanager
def _connected() -> Iterator[None]:
    """A connection to the cluster; one that was there before is left as it is.

    Raises:
        Refusal: ``backend_missing`` without Ray.
    """
    # Ray would tell its makers about every run.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise Refusal("backend_missing", "Ray is not installed.", "pip install 'cot-engine[cluster]'") from error
    if ray.is_initialized():
        yield
        return
    ray.init(log_to_driver=False, logging_level=logging.WARNING, include_dashboard=False)
    try:
        yield
    finally:
        ray.shutdown()
