"""The progress bar of every command: on stderr, and only where somebody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Called with what is being done, how much of it is done, and of how much.
Report = Callable[[str, int, int | None], None]


@contextmanager
def progress_bar(first: str) -> Iterator[Report]:
    """A bar on stderr when that is a terminal, else nothing. ``first``: what it says until it is told something."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(first, total=None)

        def report(stage: str, done: int, total: int | None) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        yield report
