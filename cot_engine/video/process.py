"""The parent's handle on one decoding process: start, listen, kill."""

import contextlib
import json
import os
import subprocess
import sys
from typing import Any

from cot_engine.video import ready
from cot_engine.video.types import Frame
from cot_engine.video.wire import Receiver


class Process:
    """One run of ``cot_engine.video.worker``, a program of its own, so that the caller's main module is not run again.

    Args:
        request: what to decode, see ``worker.main``; sent as JSON.
        fds: descriptors that the process inherits, the file's or none.
        stall_s: longest silence in seconds before ``receive`` raises ``Hung``.
        max_side: longest side a frame may have.
    """

    def __init__(self, request: dict[str, Any], fds: tuple[int, ...], stall_s: float, max_side: int) -> None:
        its_input, asked = os.pipe()
        self._answers, its_output = os.pipe()
        try:
            self._child: ready.Child = ready.copy([its_input, its_output, *fds]) or _Started(its_input, its_output, fds)
        except BaseException:
            os.close(asked)
            os.close(self._answers)
            raise
        finally:
            os.close(its_input)
            os.close(its_output)
        self._receiver = Receiver(self._answers, stall_s, max_side)
        # A process that died at once is noticed by receive().
        with contextlib.suppress(BrokenPipeError), open(asked, "wb") as stdin:
            stdin.write(json.dumps(request).encode())

    def receive(self) -> dict[str, Any] | Frame:
        """The next message; raises ``Hung`` or ``Ended`` like ``Receiver.receive``. Signs of life are passed over."""
        while True:
            message = self._receiver.receive()
            if isinstance(message, Frame) or message["type"] != "beat":
                return message

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self._child.kill()
        if self._answers >= 0:
            os.close(self._answers)
            self._answers = -1


class _Started:
    """A process started for one clip."""

    def __init__(self, its_input: int, its_output: int, fds: tuple[int, ...]) -> None:
        # -P with the parent's own search path: a file called numpy.py in the current folder is not imported.
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "cot_engine.video.worker"],
            env=ready.environment(),
            stdin=its_input,
            stdout=its_output,
            stderr=subprocess.DEVNULL,
            pass_fds=fds,
            process_group=0,  # an interrupt from the keyboard is the parent's to handle
        )

    def kill(self) -> None:
        self._popen.kill()
        self._popen.wait()
