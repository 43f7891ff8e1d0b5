"""What a captioning run is asked, and how far it is."""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cot_engine.captioning.clip import How, Task
from cot_engine.captioning.inputs import Source
from cot_engine.captioning.local import local
from cot_engine.captioning.model import Model
from cot_engine.captioning.rows import Outcome
from cot_engine.facs import THRESHOLD, LabelSet

# From tasks to outcomes in any order, None now and then; raises Refusal (``process.ENDING``).
Engine = Callable[[Iterator[Task], Model, How, int], Generator[Outcome | None, None, None]]


class Cancelled(Exception):
    """The run was cancelled. What is finished is kept; the same run goes on from there."""


@dataclass(frozen=True)
class Plan:
    """What is asked for. ``new_version``: start anew beside what the folder holds, where that has other settings;
    ``pictured``: send the chosen frames to an endpoint."""

    source: Source
    out: Path
    model: str
    labels: LabelSet
    threshold: float = THRESHOLD
    workers: int = 1
    engine: Engine = local
    new_version: bool = False
    pictured: bool = False


@dataclass
class Status:
    """How far a run is. ``done`` of ``total`` clips, those of earlier sessions and other processes included; ``made``: by this
    session; ``rejects``: code -> clips."""

    total: int
    done: int = 0
    captioned: int = 0
    duplicates: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    made: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def clips_per_s(self) -> float:
        """Of this session."""
        return self.made / max(time.monotonic() - self.began, 1e-9)

    @property
    def left_s(self) -> float | None:
        """Seconds until all is done at this rate, None while nothing is known."""
        return (self.total - self.done) / self.clips_per_s if self.made else None
