"""A process that has loaded the decoders and is ready to be copied: a clip's own process then begins at once.

It reads nothing itself. Every clip gets a fresh copy (fork) that ends with it, is killed alone and has the limits of its own,
as if it had been started for the clip.
"""

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Protocol

# Loading the decoders may take seconds on a busy machine; making a copy takes milliseconds.
_PATIENCE_S = 20.0


class Child(Protocol):
    """A decoding process, however it was started."""

    def kill(self) -> None:
        """Ends it, whatever it is doing, and waits until it is gone."""


class Copy:
    """A copy of the process that is ready. Held by a descriptor, which, unlike a number, never comes to mean another."""

    def __init__(self, pidfd: int) -> None:
        self._pidfd = pidfd

    def kill(self) -> None:
        if self._pidfd >= 0:
            with suppress(ProcessLookupError):  # it has ended by itself
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            gone = select.poll()
            gone.register(self._pidfd, select.POLLIN)
            gone.poll()
            os.close(self._pidfd)
            self._pidfd = -1


def environment() -> dict[str, str]:
    """Of a program that is to import what this process would."""
    root = str(Path(__file__).parents[2])
    paths = [path for path in sys.path if path and path != root]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, *paths]),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


class _Ready:
    """The parent's handle on the process that is ready."""

    def __init__(self) -> None:
        self.paths = tuple(sys.path)
        self._control, its = socket.socketpair()
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "cot_engine.video.template"],
            env=environment(),
            stdin=its.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,  # an interrupt from the keyboard is the parent's to handle
        )
        its.close()
        self._control.settimeout(_PATIENCE_S)

    def copy(self, fds: list[int]) -> Copy:
        """``fds``: standard input, standard output and, if there is one, the file. Raises OSError."""
        socket.send_fds(self._control, [b"c"], fds)
        _, received, _, _ = socket.recv_fds(self._control, 1, 1, socket.MSG_CMSG_CLOEXEC)
        if not received:
            raise ConnectionError
        return Copy(received[0])

    def close(self) -> None:
        self._control.close()
        self._popen.kill()
        self._popen.wait()


_lock = Lock()
_ready: _Ready | None = None


def stay_ready() -> None:
    """Keeps a process ready for clips to come, until this one ends. For programs that read clip after clip; costs 28 MB."""
    global _ready
    with _lock:
        if _ready is None:
            _ready = _Ready()


def copy(fds: list[int]) -> Copy | None:
    """A decoding process with these descriptors (see ``_Ready.copy``); None when none is ready, or it would import other code
    than this process does now."""
    global _ready
    with _lock:
        if _ready is None or _ready.paths != tuple(sys.path):
            return None
        try:
            return _ready.copy(fds)
        except OSError:
            # Somebody has ended it. The caller starts a process of its own, the next clip's stands ready again.
            _ready.close()
            _ready = _Ready()
            return None


def _close() -> None:
    if _ready is not None:
        _ready.close()


def _forget() -> None:
    """In a forked child: what stands ready is the parent's."""
    global _ready, _lock
    _ready, _lock = None, Lock()


atexit.register(_close)
os.register_at_fork(after_in_child=_forget)
