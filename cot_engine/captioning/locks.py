"""Clips being worked on, so that two processes on one folder never do the same one.

A taken clip is a lock on one byte of a common file that stays empty; which byte, its key says. The kernel gives the lock back
when its process ends, however it ends. Open-file-description locks (Linux) hold between processes and between two runs in one.
"""

import fcntl
import os
import struct
from pathlib import Path
from types import TracebackType

# A byte number must fit into 63 bits: of a key, 60. Two clips on one byte would only wait for each other.
_DIGITS = 15


class Locks:
    """The clips that this run has taken, each by its key (hexadecimal digits)."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def take(self, key: str) -> bool:
        """Takes a clip; False when another run has it."""
        try:
            self._set(key, fcntl.F_WRLCK)
        except BlockingIOError:
            return False
        return True

    def give_back(self, key: str) -> None:
        """Lets others take it. What was made of it must be on disk."""
        self._set(key, fcntl.F_UNLCK)

    def _set(self, key: str, kind: int) -> None:
        # struct flock: type, whence, start, length, process
        lock = struct.pack("hhqqi4x", kind, os.SEEK_SET, int(key[:_DIGITS], 16), 1, 0)
        fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, lock)

    def __enter__(self) -> "Locks":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._fd)
