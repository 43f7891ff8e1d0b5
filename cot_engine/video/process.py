"""The parent's handle on one decoding process: start, listen, kill."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cot_engine.video.types import Frame
from cot_engine.video.wire import Receiver


class Process:
    """One run of ``cot_engine.video.worker``, a program of its own, so that the caller's main module is not run again.

    Args:
        request: what to decode, see ``worker.main``; sent as JSON.
        fds: descriptors that the process inherits.
        stall_s: longest silence in seconds before ``receive`` raises ``Hung``.
        max_side: longest side a frame may have.
    """

    def __init__(self, request: dict[str, Any], fds: tuple[int, ...], stall_s: float, max_side: int) -> None:
        root = str(Path(__file__).parents[2])
        paths = [path for path in sys.path if path and path != root]
        # -P with the parent's own search path: a file called numpy.py in the current folder is not imported.
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "cot_engine.video.worker"],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([root, *paths]),
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=fds,
            process_group=0,  # an interrupt from the keyboard is the parent's to handle
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._receiver = Receiver(self._popen.stdout.fileno(), stall_s, max_side)
        # A process that died at once is noticed by receive().
        with contextlib.suppress(BrokenPipeError), self._popen.stdin as stdin:
            stdin.write(json.dumps(request).encode())

    def receive(self) -> dict[str, Any] | Frame:
        """The next message; raises ``Hung`` or ``Ended`` like ``Receiver.receive``. Signs of life are passed over."""
        while True:
            message = self._receiver.receive()
            if isinstance(message, Frame) or message["type"] != "beat":
                return message

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self._popen.kill()
        self._popen.wait()
        if self._popen.stdout is not None:
            self._popen.stdout.close()
