"""Processes that each work on one clip at a time. One that dies or hangs harms no other clip; all end with their parent."""

import asyncio
import ctypes
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import RawValue
from typing import Any, Generic, ParamSpec, TypeVar

from cot_engine.freed import share_heaps

# A clip is given up after this time without a sign of life. Reading one frame takes a fraction of a second, and the decoder
# has a deadline of its own.
STALL_S = 120

_SPAWN = multiprocessing.get_context("spawn")

P = ParamSpec("P")
T = TypeVar("T")


class WorkerDied(Exception):
    """The process that worked on a clip ended without an answer, twice."""


class WorkerHung(Exception):
    """The process that worked on a clip gave no sign of life for ``STALL_S`` and was ended."""


class Workers(Generic[P, T]):
    """``count`` spawned processes that run ``job``, started when they are first needed.

    Args:
        job: what they do: a function that another process can import, or its partial. It calls ``beat`` while it works.
    """

    def __init__(self, job: Callable[P, T], count: int, stall_s: int = STALL_S) -> None:
        self._job, self._stall_s = job, stall_s
        self._all: list[_Worker] = []
        self._count = count
        self._idle: asyncio.LifoQueue[_Worker] | None = None

    async def run(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """``job(*args)`` in a process that does nothing else meanwhile.

        Raises:
            WorkerDied: the clip kills the process, twice: another program may have been to blame for once.
            WorkerHung: the clip makes the process stand still.
            Exception: what ``job`` raises.
        """
        if self._idle is None:
            self._all = [_Worker(self._stall_s) for _ in range(self._count)]
            self._idle = asyncio.LifoQueue()
            for worker in self._all:
                self._idle.put_nowait(worker)
        worker = await self._idle.get()
        try:
            for _ in range(2):
                try:
                    return await worker.run(partial(self._job, *args, **kwargs))
                except BrokenProcessPool:
                    if worker.hung:
                        raise WorkerHung from None
            raise WorkerDied
        finally:
            self._idle.put_nowait(worker)

    def close(self) -> None:
        """Ends the processes; what they are at is given up."""
        for worker in self._all:
            worker.close()


class _Shared(ctypes.Structure):
    """What a process and its parent both see: when it last gave a sign of life (0 while it does nothing), and what to end."""

    _fields_ = (("last_beat", ctypes.c_double), ("pid", ctypes.c_int), ("closed", ctypes.c_bool))
    last_beat: float
    pid: int
    closed: bool


class _Worker:
    """One process, replaced when it ends."""

    def __init__(self, stall_s: int) -> None:
        self._stall_s = stall_s
        self._shared = RawValue(_Shared)
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, job: Callable[[], T]) -> T:
        if self._pool is None:
            self._shared = RawValue(_Shared)
            self._pool = ProcessPoolExecutor(1, _SPAWN, initializer=_begin, initargs=(self._shared, self._stall_s))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _watched, job)
        except BrokenProcessPool:
            if self._pool:
                self._pool.shutdown()
                self._pool = None
            raise

    @property
    def hung(self) -> bool:
        """Whether a process that ended was ended by its alarm."""
        return 0 < self._shared.last_beat <= time.monotonic() - self._stall_s

    def close(self) -> None:
        if self._pool:
            # One that is still starting sees this before it begins.
            self._shared.closed = True
            if self._shared.last_beat:
                with suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(self._shared.pid, signal.SIGKILL)
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def beat(*_: Any) -> None:
    """Says that the job goes on; takes and ignores what a progress callback is given. Outside a worker it does nothing."""
    if _shared is not None:
        _shared.last_beat = time.monotonic()
        # The kernel keeps this clock and ends the process even where native code holds the interpreter.
        signal.alarm(_stall_s)


# Of this process, when it is a worker.
_shared: _Shared | None = None
_stall_s = 0


def _begin(shared: _Shared, stall_s: int) -> None:
    global _shared, _stall_s
    _shared, _stall_s = shared, stall_s
    share_heaps()
    shared.pid = os.getpid()
    _end_with_parent()


def _watched(job: Callable[[], T]) -> T:
    assert _shared is not None, "this is a worker"
    beat()
    try:
        if _shared.closed:
            raise CancelledError
        return job()
    finally:
        signal.alarm(0)
        _shared.last_beat = 0.0


def _end_with_parent() -> None:
    """Starts a thread that ends this process when its parent is gone, also after kill -9."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker has a parent"

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
