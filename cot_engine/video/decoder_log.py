"""Catches what FFmpeg prints to the process's standard error, so that errors can be counted and never reach a terminal."""

import os


class DecoderLog:
    """Replaces descriptor 2 of this process by a pipe that never blocks; lines beyond its 64 KiB between two looks are lost.

    Attributes:
        errors: number of errors so far.
        first: the first of them, without the memory address that FFmpeg prints.
    """

    def __init__(self) -> None:
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(write, False)
        os.dup2(write, 2)
        os.close(write)
        self.errors = 0
        self.first = ""

    def look(self) -> int:
        """Read what was printed since the last look; one line counts as one error. Returns ``errors``."""
        while True:
            try:
                text = os.read(self._read, 1 << 16).decode(errors="replace")
            except BlockingIOError:
                return self.errors
            for line in text.splitlines():
                if line.strip():
                    self._count(line.rpartition("] ")[2].strip(" .")[:200])

    def add(self, message: str) -> None:
        """Count an error that was not printed, after those that were."""
        self.look()
        self._count(message)

    def _count(self, message: str) -> None:
        self.first = self.first or message
        self.errors += 1
