"""The decoding process and its parent talk over one pipe: a small header, then JSON or raw pixels.

Every message is ``kind`` (one byte: J or F), ``length`` (32 bit), body. A frame's body is index, time, height, width, pixels.
The parent trusts nothing it reads: sizes are checked and no pickle is used, because the process handles hostile files.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import struct
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.video.types import Frame

_HEADER = struct.Struct("<cI")
_FRAME = struct.Struct("<qdII")
_PIPE_BYTES = 1 << 20
_MAX_JSON = 1 << 20


class Hung(Exception):
    """Nothing was heard for the agreed time."""


class Ended(Exception):
    """The other side closed the pipe."""


class Sender:
    """The decoding process's end. Whenever the process is not waiting for its parent, an alarm runs that kills it.

    The alarm needs no Python code, so it also ends a native loop that holds the interpreter lock when the parent is gone.
    A process that waits to write ends by itself when the parent closes the pipe.
    """

    def __init__(self, fd: int, alarm_s: int) -> None:
        self._fd = fd
        self._alarm_s = alarm_s
        self._last = time.monotonic()
        # Room for a frame or two ahead of the consumer; a refusal of the larger size costs only speed.
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # a parent may have it ignored, and that would be inherited
        signal.alarm(alarm_s)

    def tell(self, **message: Any) -> None:
        """Send a JSON message."""
        body = json.dumps(message).encode()
        self._write(_HEADER.pack(b"J", len(body)), body)

    def frame(self, index: int, time_s: float, rgb: NDArray[np.uint8]) -> None:
        """Send a contiguous (H, W, 3) picture; blocks while the consumer is busy."""
        head = _FRAME.pack(index, time_s, rgb.shape[0], rgb.shape[1])
        self._write(_HEADER.pack(b"F", len(head) + rgb.nbytes) + head, rgb.reshape(-1).data)

    def beat(self) -> None:
        """Say that work goes on although there is nothing to deliver; at most once a second."""
        if time.monotonic() - self._last > 1.0:
            self.tell(type="beat")

    def _write(self, *parts: bytes | memoryview) -> None:
        signal.alarm(0)
        for part in parts:
            view = memoryview(part)
            while view:
                view = view[os.write(self._fd, view) :]
        self._last = time.monotonic()
        signal.alarm(self._alarm_s)


class Receiver:
    """The parent's end.

    Args:
        fd: read end of the pipe; set to non-blocking.
        stall_s: longest silence in seconds.
        max_side: longest side a frame may have.
    """

    def __init__(self, fd: int, stall_s: float, max_side: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._stall_s = stall_s
        self._max_side = max_side
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)

    def receive(self) -> dict[str, Any] | Frame:
        """The next message.

        Raises:
            Hung: nothing was heard for ``stall_s`` seconds.
            Ended: the process is gone, or what it sends makes no sense.
        """
        kind, length = _HEADER.unpack(self._read(bytearray(_HEADER.size)))
        if kind == b"J" and length <= _MAX_JSON:
            try:
                message = json.loads(bytes(self._read(bytearray(length))))
            except ValueError:
                raise Ended from None
            if isinstance(message, dict) and isinstance(message.get("type"), str):
                return message
        elif kind == b"F":
            index, time_s, height, width = _FRAME.unpack(self._read(bytearray(_FRAME.size)))
            if 0 < height <= self._max_side and 0 < width <= self._max_side and length == _FRAME.size + height * width * 3:
                rgb = np.empty((height, width, 3), np.uint8)
                self._read(rgb.reshape(-1).data)
                return Frame(index, time_s, rgb)
        raise Ended

    def _read(self, buffer: bytearray | memoryview) -> bytearray | memoryview:
        view = memoryview(buffer)
        deadline = time.monotonic() + self._stall_s
        while view:
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise Hung
            count = os.readv(self._fd, [view])
            if count == 0:
                raise Ended
            view = view[count:]
            deadline = time.monotonic() + self._stall_s
        return buffer
