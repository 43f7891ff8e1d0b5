"""Keeps the start-up chatter of native libraries off the user's terminal."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

# Two threads that took descriptor 2 from each other would end with neither giving it back.
_ONE_AT_A_TIME = RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """Swallows what native code writes to file descriptor 2; gives it back when the block raises."""
    with _ONE_AT_A_TIME:
        sys.stderr.flush()
        kept = os.dup(2)
        with tempfile.TemporaryFile() as said:
            os.dup2(said.fileno(), 2)
            try:
                yield
            except BaseException:
                os.dup2(kept, 2)
                said.seek(0)
                os.write(2, said.read())
                raise
            finally:
                os.dup2(kept, 2)
                os.close(kept)
