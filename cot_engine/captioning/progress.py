"""A captioning run on a terminal: done of total, clips a second, time left, rejects by code, and the GPU where there is one."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cot_engine.captioning.run import Status

_GPU_EVERY_S = 5.0


@contextmanager
def progress() -> Iterator[Callable[[Status], None] | None]:
    """What to call with a run's status: it draws on stderr when that is a terminal; else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("captioning"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        gpu = _Gpu()

        def report(status: Status) -> None:
            parts = filter(None, (words(status), gpu.use()))
            bar.update(task, description=", ".join(parts), completed=status.done, total=status.total)

        yield report


def words(status: Status) -> str:
    """``"1.24 clips/s, 0:07:30 left, 3 no_face, 1 too_long"``."""
    left = status.left_s
    parts = [f"{status.clips_per_s:.2f} clips/s"] if status.made else []
    if left is not None:
        minutes, seconds = divmod(round(left), 60)
        parts.append(f"{minutes // 60}:{minutes % 60:02}:{seconds:02} left")
    parts += [f"{count} {code}" for code, count in status.rejects.most_common()]
    return ", ".join(parts)


class _Gpu:
    """How busy the GPUs are, as NVIDIA's own tool says; asked for every few seconds."""

    def __init__(self) -> None:
        self._tool = shutil.which("nvidia-smi")
        self._asked, self._said = -_GPU_EVERY_S, ""

    def use(self) -> str:
        """``"GPU 87 %"``, of each; empty without one."""
        if self._tool and time.monotonic() - self._asked > _GPU_EVERY_S:
            self._asked = time.monotonic()
            asked = [self._tool, "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
            try:
                said = subprocess.run(asked, capture_output=True, text=True, timeout=2, check=True).stdout  # noqa: S603
                self._said = ", ".join(f"GPU {use.strip()} %" for use in said.splitlines())
            except (OSError, subprocess.SubprocessError):
                self._said = ""  # a driver that does not answer: the run is not about it
        return self._said
