"""Processes that measure clips. One that dies takes down no other clip; all of them end when their parent does."""

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

from cot_engine.engine.measure import Shelf
from cot_engine.engine.rows import Seen


class WorkerDied(Exception):
    """The process that measured a clip ended without an answer, twice, the second time with this clip alone."""


class Workers:
    """``count`` spawned processes, started when they are first needed."""

    def __init__(self, shelf: Shelf, count: int) -> None:
        self._shelf, self._count = shelf, count
        self._pool: ProcessPoolExecutor | None = None

    async def measure(self, clip: Path, key: str) -> tuple[Seen, float]:
        """``Shelf.measure`` in a process.

        Raises:
            Refusal: as ``Shelf.measure``.
            WorkerDied: the clip kills the process that reads it.
        """
        loop = asyncio.get_running_loop()
        pool = self._pool = self._pool or _pool(self._count)
        try:
            return await loop.run_in_executor(pool, self._shelf.measure, clip, key)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
        # The clip that broke the pool may have been another one: this one is tried again where only it can do harm.
        alone = _pool(1)
        try:
            return await loop.run_in_executor(alone, self._shelf.measure, clip, key)
        except BrokenProcessPool as error:
            raise WorkerDied from error
        finally:
            alone.shutdown(wait=False)

    def close(self) -> None:
        """Ends the processes; what they are at is given up."""
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Starts a thread that ends this process when its parent is gone, also after kill -9."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker has a parent"

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
