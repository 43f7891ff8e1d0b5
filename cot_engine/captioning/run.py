"""A captioning run: every clip once, whatever happens in between and however many processes work on it.

Each process takes clips that no other has (``locks``), and writes what they came to into a journal of its own (``shards``), on
disk before the clip is given back. The tables are made of the journals at the end, in the order of the input: they are the same
whoever did what, and when.
"""

import fcntl
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cot_engine.captioning.finish import finish
from cot_engine.captioning.locks import Locks
from cot_engine.captioning.model import model_named, need_libraries
from cot_engine.captioning.plan import Cancelled, Engine, Plan, Status
from cot_engine.captioning.session import Session
from cot_engine.captioning.settings import SHARDS, config_of, version_of
from cot_engine.captioning.shards import Shards, own_shard
from cot_engine.engine.journal import writing

__all__ = ["Cancelled", "Engine", "Plan", "Status", "run"]


def run(plan: Plan, progress: Callable[[Status], None] | None = None, cancel: threading.Event | None = None) -> dict[str, Any]:
    """Captions what is not captioned yet and writes the tables, the manifest and the card; returns the manifest.

    Args:
        progress: called after each clip, in the thread of the caller.
        cancel: looked at twice a second; clips under way are given up.

    Raises:
        Refusal: ``config_mismatch`` for a folder with other settings or other files, ``unwritable_output``, ``bad_model``,
            ``backend_missing``, and what ends a run (``process.ENDING``); all but the first two leave what is finished.
        Cancelled: ``cancel`` was set.
    """
    need_libraries()
    asked = model_named(plan.model, plan.workers, pictured=plan.pictured)
    config = config_of(plan.source.name, asked, plan.labels, plan.threshold)
    with writing(plan.out):
        (plan.out / SHARDS).mkdir(parents=True, exist_ok=True)
    with _alone(plan.out):
        version = version_of(plan.out, config, new_version=plan.new_version)
    folder = plan.out / SHARDS / f"v{version}"
    with writing(folder):
        folder.mkdir(exist_ok=True)
    number, journal = own_shard(folder)
    with journal, Locks(folder / "taken") as locks:
        model = asked.kept_in(folder / f"{number}-requests")
        spool = folder / f"{number}-clips"
        # What a killed run left.
        shutil.rmtree(spool, ignore_errors=True)
        session = Session(plan, config, journal, locks, Shards(folder), spool, progress)
        session.all(model, cancel or threading.Event())
        shutil.rmtree(spool, ignore_errors=True)
        with _alone(plan.out):
            return finish(plan, version, session)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Waits until no other process is here, and keeps others out."""
    with writing(out):
        file = (out / ".lock").open("ab")
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
