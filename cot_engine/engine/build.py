"""A run: every sample of a data set becomes one row, in the order of the data set, whatever happens in between.

Samples are worked on side by side and finished in order, so the rows on disk are always a beginning of the whole: what a killed
run left is what an unbroken one would have had at that point, copies of earlier paragraphs included.
"""

import asyncio
import itertools
import json
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cot_engine import __version__
from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.layout import refuse
from cot_engine.engine.guards import paragraph
from cot_engine.engine.identity import Identities
from cot_engine.engine.journal import Journal, Rows, write_atomically
from cot_engine.engine.measure import FRAMES, Shelf, versions
from cot_engine.engine.process import Processor, Seconds
from cot_engine.engine.rows import Row
from cot_engine.engine.settings import SCHEMA, Config, read_manifest, same_or_refuse
from cot_engine.engine.workers import Workers
from cot_engine.errors import Refusal
from cot_engine.facs import THRESHOLD, LabelSet
from cot_engine.messages import prompt_hashes
from cot_engine.reasoners.base import Teacher

# Called with how many samples are done, of how many, and how many were accepted.
Progress = Callable[[int, int, int], None]

ROWS, MANIFEST = "rows.jsonl", "manifest.json"
# What may lie in a folder before its manifest: rows of a run cut off early, and a teacher's ledger and answers.
_OURS = {ROWS, "ledger.jsonl", "requests"}
# Samples on their way for each worker: enough that none waits for work while rows are finished in order.
_ON_THE_WAY = 4


@dataclass(frozen=True)
class Plan:
    """What is asked for. ``frames``: ``"embed"``, ``"local"`` or ``"none"``; ``aus``: ``"measured"`` or ``"expert"``."""

    corpus: Corpus
    root: Path
    out: Path
    teacher: Teacher
    labels: LabelSet
    rounds: int = 3
    threshold: float = THRESHOLD
    aus: str = "measured"
    frames: str = "none"
    limit: int | None = None
    workers: int = 1

    @property
    def config(self) -> Config:
        """What every row of this run depends on."""
        return Config(
            corpus=self.corpus.name,
            teacher=self.teacher.name,
            labels=self.labels.name,
            label_names=self.labels.names,
            rounds=self.rounds,
            threshold=self.threshold,
            aus=self.aus,
            frames=self.frames,
            prompts=prompt_hashes(),
            teaching=dict(self.teacher.settings),
            versions=versions() if self.aus == "measured" else {"cot-engine": __version__},
        )


@dataclass(frozen=True)
class Finished:
    """What a run left: how many rows of each status, where this session's time went, and damaged lines that were made again."""

    counts: dict[str, int]
    seconds: Seconds
    redone: int


@dataclass
class _State:
    """What earlier rows mean for later ones. ``done``: key and status of each id."""

    done: dict[str, tuple[str, str]] = field(default_factory=dict)
    paragraphs: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        if row.id in self.done:
            self.counts[self.done[row.id][1]] -= 1
        self.done[row.id] = (row.key, row.status)
        self.counts[row.status] += 1
        if row.trace:
            self.paragraphs.add(paragraph(row.trace.observations))


def build(plan: Plan, progress: Progress | None = None) -> Finished:
    """Makes the rows that are not there yet.

    Raises:
        Refusal: ``folder_in_use`` when another run writes to the folder; ``config_mismatch`` when it holds rows of another
            configuration; ``bad_corpus`` when the data set cannot be read or names two samples alike; and what ends a run
            (``process.ENDING``), which can then be resumed.
    """
    config = plan.config
    if (before := read_manifest(plan.out, SCHEMA, _OURS.__contains__)) is not None:
        same_or_refuse(before["config"], config)
    samples = _samples(plan)
    plan.out.mkdir(parents=True, exist_ok=True)
    with Journal(plan.out / ROWS) as journal:
        state, rows = _State(), Rows(plan.out / ROWS)
        for row in rows:
            state.add(row)
        redone = rows.damaged
        _write_manifest(plan, config, state.counts)
        seconds = Seconds()
        try:
            asyncio.run(_Run(plan, journal, state, seconds, progress).all(samples))
        finally:
            _write_manifest(plan, config, state.counts)
    return Finished(_counts(state.counts), seconds, redone)


class _Run:
    def __init__(self, plan: Plan, journal: Journal, state: _State, seconds: Seconds, progress: Progress | None) -> None:
        self._plan, self._journal, self._state, self._progress = plan, journal, state, progress
        shelf = Shelf(plan.out, pixels=plan.frames != "none") if plan.aus == "measured" else None
        self._workers = Workers(shelf.measure, plan.workers) if shelf else None
        frames = plan.out / FRAMES if plan.frames != "none" else None
        self._processor = Processor(plan.teacher, plan.labels, plan.rounds, plan.threshold, self._workers, frames, seconds)
        self._identities = Identities()
        self._total = 0

    async def all(self, samples: list[Sample]) -> None:
        """Keeps a window of samples on the way; finishes them in order."""
        self._total = len(samples)
        waiting: deque[asyncio.Task[Row]] = deque()
        # Of this pass: what stands further down in the data set cannot be the first of its kind.
        firsts: dict[str, str] = {}
        try:
            for sample in samples:
                row = await self._begin(sample, firsts)
                if row is not None:
                    waiting.append(row)
                while len(waiting) >= _ON_THE_WAY * self._plan.workers:
                    await self._finish(await waiting.popleft())
            while waiting:
                await self._finish(await waiting.popleft())
        finally:
            for task in waiting:
                task.cancel()
            for task in waiting:
                # What was cancelled, or failed beside the one that is being raised, has nothing left to say.
                with suppress(asyncio.CancelledError, Refusal):
                    await task
            if self._workers:
                self._workers.close()
            await self._plan.teacher.aclose()

    async def _begin(self, sample: Sample, firsts: dict[str, str]) -> asyncio.Task[Row] | None:
        """Starts on a sample; None when its row is there already."""
        unreadable: Refusal | None = None
        try:
            key = await asyncio.to_thread(self._identities.of, sample)
            firsts.setdefault(key, sample.id)
        except Refusal as refusal:
            key, unreadable = "", refusal
        if self._state.done.get(sample.id, ("none", ""))[0] == key:
            return None
        if unreadable:
            return asyncio.create_task(_ready(_row(sample, "rejected", key, (unreadable.code,), unreadable.message)))
        if firsts[key] != sample.id:
            return asyncio.create_task(_ready(_row(sample, "duplicate", key, first=firsts[key])))
        return asyncio.create_task(self._processor.row(sample, key))

    async def _finish(self, row: Row) -> None:
        """Holds a row's paragraph against those accepted before it, then writes the row."""
        if row.trace and paragraph(row.trace.observations) in self._state.paragraphs:
            row = await self._processor.explain(row, self._state.paragraphs)
        self._journal.append(row)
        self._state.add(row)
        if self._progress:
            self._progress(sum(self._state.counts.values()), self._total, self._state.counts["accepted"])


async def _ready(row: Row) -> Row:
    return row


def _row(
    sample: Sample,
    status: Any,
    key: str,
    reasons: tuple[str, ...] = (),
    message: str | None = None,
    first: str | None = None,
) -> Row:
    return Row(
        id=sample.id,
        key=key,
        status=status,
        label=sample.label,
        raw_label=sample.raw_label,
        split=sample.split,
        subject=sample.subject,
        reasons=reasons,
        message=message,
        first=first,
    )


def _samples(plan: Plan) -> list[Sample]:
    samples = list(itertools.islice(plan.corpus.read(plan.root), plan.limit))
    if not samples:
        refuse(plan.corpus.name, f"{plan.root} holds no samples")
    twice = next((name for name, count in Counter(s.id for s in samples).items() if count > 1), None)
    if twice is not None:
        refuse(plan.corpus.name, f"two samples are called {twice!r}", "Give every row an id of its own.")
    return samples


def _counts(counts: Counter[str]) -> dict[str, int]:
    return {
        "in": sum(counts.values()),
        "accepted": counts["accepted"],
        "rejected": counts["rejected"],
        "duplicates": counts["duplicate"],
    }


def _write_manifest(plan: Plan, config: Config, counts: Counter[str]) -> None:
    content = {
        "schema": SCHEMA,
        "config": config.model_dump(mode="json"),
        "config_sha256": config.hash,
        "prompts": {**config.prompts},
        "versions": {**config.versions, "cot-engine": __version__},
        "counts": _counts(counts),
        "spent": dict(plan.teacher.spent()),
    }
    write_atomically(plan.out / MANIFEST, json.dumps(content, indent=2).encode() + b"\n")
