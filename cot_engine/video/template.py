"""The process that is ready, see ``ready``: it has loaded the decoders and makes a copy of itself for every clip."""

import importlib
import os
import socket
from contextlib import suppress

from cot_engine.video import worker


def main() -> None:
    """Makes a copy whenever one is asked for on standard input, a socket, until the parent is gone."""
    control = socket.socket(fileno=os.dup(0))
    for library in ("av", "decord", "PIL.Image"):
        # One that is missing is told by the clip that needs it.
        with suppress(ImportError):
            importlib.import_module(library)
    while True:
        asked, fds, _, _ = socket.recv_fds(control, 1, 3)
        if not asked:
            os._exit(0)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        pid = os.fork()
        if pid == 0:
            _decode(control, *fds)
        for fd in fds:
            os.close(fd)
        # Not reaped before the next request, so the number is still this copy's.
        held = os.pidfd_open(pid)
        socket.send_fds(control, [b"c"], [held])
        os.close(held)


def _decode(control: socket.socket, its_input: int, its_output: int, file: int | None = None) -> None:
    """In the copy: what a process started for the clip does."""
    try:
        control.close()
        os.dup2(its_input, 0)
        os.dup2(its_output, 1)
        os.close(its_input)
        os.close(its_output)
        worker.main(file)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
