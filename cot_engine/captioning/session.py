"""What one process does for a run: takes clips that no other has, and writes down what they came to."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from cot_engine.captioning.clip import How, Task
from cot_engine.captioning.locks import Locks
from cot_engine.captioning.model import Model
from cot_engine.captioning.plan import Cancelled, Plan, Status
from cot_engine.captioning.rows import Outcome
from cot_engine.captioning.settings import Config
from cot_engine.captioning.shards import Shards
from cot_engine.corpora.base import Sample
from cot_engine.engine.faults import PART_OF_CLIP
from cot_engine.engine.identity import Identities, embedded_identity
from cot_engine.engine.journal import Journal, writing
from cot_engine.errors import Refusal

# How long to wait before looking again whether another process has finished, or left, what it took.
_LOOK_AGAIN_S = 0.5


class Session:
    """One process's part of a run.

    Attributes:
        contents: the hash of each sample's content, in order; a refusal where it cannot be read.
        firsts: key -> number of the first sample with that content.
    """

    def __init__(
        self,
        plan: Plan,
        config: Config,
        journal: Journal,
        locks: Locks,
        shards: Shards,
        spool: Path,
        progress: Callable[[Status], None] | None,
    ) -> None:
        self.plan, self.config, self.shards = plan, config, shards
        self._journal, self._locks, self._spool, self._progress = journal, locks, spool, progress
        self._identities = Identities()
        self.status = Status(len(plan.source.samples))
        self.contents: list[str | Refusal] = []
        self.firsts: dict[str, int] = {}
        self._left = list(range(len(plan.source.samples)))

    def all(self, model: Model, cancel: threading.Event) -> None:
        """Goes through the samples until each has its outcome; what other processes have taken is looked at again and again."""
        how = How(self.plan.labels, self.plan.threshold)
        self.shards.refresh()
        while True:
            with closing(self.plan.engine(self._tasks(), model, how, self.plan.workers)) as outcomes:
                for outcome in outcomes:
                    if outcome is not None:
                        self._keep(outcome)
                    if cancel.is_set():
                        raise Cancelled
            if not self._left:
                return
            if cancel.wait(_LOOK_AGAIN_S):
                raise Cancelled

    def _tasks(self) -> Iterator[Task]:
        """One pass over what is left; clips that others have taken stay left."""
        left, self._left = self._left, []
        for index in left:
            sample = self.plan.source.samples[index]
            if index == len(self.contents):
                self.contents.append(self._content(sample))
            content = self.contents[index]
            if isinstance(content, Refusal):
                self._settle(content.code)
                continue
            key = self.config.key(content)
            if self.firsts.setdefault(key, index) != index:
                self.status.duplicates += 1
                self._settle(None)
            elif not self._taken(key, index):
                continue
            elif sample.start_s is not None or sample.end_s is not None or "frame" in sample.meta:
                message = "This is about a part of the clip: cut the part out."
                self._keep(Outcome(key=key, code=PART_OF_CLIP, message=message))
            else:
                yield Task(key, self._file(sample, key), sample.id)

    def _taken(self, key: str, index: int) -> bool:
        """Takes a clip that has no outcome yet."""
        if key not in self.shards:
            if not self._locks.take(key):
                self._left.append(index)
                return False
            # Others write before they give back: what they finished is on disk by now.
            self.shards.refresh()
            if key not in self.shards:
                return True
            self._locks.give_back(key)
        self._count(key)
        return False

    def _content(self, sample: Sample) -> str | Refusal:
        try:
            if self.plan.source.bytes_of is not None and "row" in sample.meta:
                return embedded_identity(sample, self.plan.source.bytes_of(sample))
            os.fsencode(sample.clip).decode()
            return self._identities.of(sample)
        except UnicodeDecodeError:
            return Refusal("unreadable_input", "Its name is not UTF-8 text.", "Rename the file.")
        except Refusal as refusal:
            return refusal

    def _file(self, sample: Sample, key: str) -> Path:
        """Where the clip lies: in its own file, or in one that is there while it is being worked on."""
        if self.plan.source.bytes_of is None or "row" not in sample.meta:
            return sample.clip
        with writing(self._spool):
            self._spool.mkdir(exist_ok=True)
            (self._spool / key).write_bytes(self.plan.source.bytes_of(sample))
        return self._spool / key

    def _keep(self, outcome: Outcome) -> None:
        self._journal.append(outcome)
        self.shards.refresh()
        self._locks.give_back(outcome.key)
        (self._spool / outcome.key).unlink(missing_ok=True)
        self.status.made += 1
        self._count(outcome.key)

    def _count(self, key: str) -> None:
        code = self.shards.code(key)
        self.status.captioned += code is None
        self._settle(code)

    def _settle(self, code: str | None) -> None:
        if code is not None:
            self.status.rejects[code] += 1
        self.status.done += 1
        if self._progress:
            self._progress(self.status)
