"""One sample from clip to row: evidence, then rounds of the loop until a try is accepted or they are used up."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cot_engine.corpora.base import Sample
from cot_engine.corpora.layout import PICTURES
from cot_engine.engine.codebook_teacher import CodebookTeacher
from cot_engine.engine.expert import coding, expert_evidence
from cot_engine.engine.faults import LABEL_OUTSIDE, NO_EXPERT_AUS, PART_OF_CLIP, WORKER_DIED, WORKER_HUNG
from cot_engine.engine.guards import copied
from cot_engine.engine.loop import Try, attempt
from cot_engine.engine.measure import keep_picture
from cot_engine.engine.rows import FrameRef, Row, Seen
from cot_engine.engine.workers import WorkerDied, WorkerHung, Workers
from cot_engine.errors import Refusal
from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.reasoners.base import Attempt, Inference, Teacher

# Refusals that would meet every further row too: the run ends, and can be resumed.
ENDING = (
    "budget_spent",
    "teacher_quota",
    "teacher_unavailable",
    "bad_teacher",
    "bad_model",
    "backend_missing",
    "unsafe_weights",
    "unwritable_output",
)


@dataclass
class Seconds:
    """Where the time of a session went, summed over everything that ran side by side."""

    perception: float = 0.0
    teacher: float = 0.0
    checking: float = 0.0


@dataclass
class Processor:
    """What all samples of a run have in common. ``workers`` is None where the data set's own AUs are the evidence; ``frames``
    is then where pictures are kept, None when they are not."""

    teacher: Teacher
    labels: LabelSet
    rounds: int
    threshold: float
    workers: Workers[[Path, str], tuple[Seen, float]] | None
    frames: Path | None = None
    seconds: Seconds = field(default_factory=Seconds)

    async def row(self, sample: Sample, key: str) -> Row:
        """A finished row, except that its paragraph was not held against those of other rows yet.

        Raises:
            Refusal: one of ``ENDING``.
        """
        known = self.labels.find(sample.label) if sample.label is not None else None
        row = Row(
            id=sample.id,
            key=key,
            status="rejected",
            label=known.name if known else sample.label,
            raw_label=sample.raw_label,
            split=sample.split,
            subject=sample.subject,
            coded=coding(sample),
        )
        if known is None and (sample.label or sample.raw_label) is not None:
            said = sample.label or sample.raw_label
            return _turned_down(row, LABEL_OUTSIDE, f"{said!r} is none of {', '.join(self.labels.names)}.")
        try:
            seen = await self._seen(sample, key)
        except WorkerDied:
            return _turned_down(row, WORKER_DIED, "The process that read this clip died.")
        except WorkerHung:
            return _turned_down(row, WORKER_HUNG, "The process that read this clip stood still and was ended.")
        except Refusal as refusal:
            # A row travels; the folder it was read from does not.
            return _refused(row, refusal, refusal.message.replace(str(sample.clip), sample.clip.name))
        if not isinstance(seen, Seen):
            return _turned_down(row, *seen)
        return await self.explain(row.model_copy(update={"seen": seen}))

    async def explain(self, row: Row, paragraphs: Collection[str] = ()) -> Row:
        """Rounds of the loop, after those that ``row`` has already, until one is accepted.

        Args:
            paragraphs: those of rows accepted before, which must not come again.

        Raises:
            Refusal: one of ``ENDING``.
        """
        seen = row.seen
        assert seen is not None, "evidence comes first"
        tries = list(row.tries)
        while True:
            if tries and tries[-1].accepted:
                last = tries[-1]
                if not (faults := copied(last.trace.observations, paragraphs)):
                    return row.model_copy(update={"status": "accepted", "reasons": (), "tries": tuple(tries)})
                tries[-1] = last.model_copy(update={"faults": tuple(faults)})
            row = row.model_copy(update={"status": "rejected", "tries": tuple(tries)})
            if len(tries) >= self.rounds:
                reasons = tuple(dict.fromkeys(fault.code for fault in tries[-1].faults))
                return row.model_copy(update={"reasons": reasons})
            # Rules would say the same of equal evidence; an endpoint is sampled.
            teacher = self.teacher.seeded(row.key) if isinstance(self.teacher, CodebookTeacher) else self.teacher
            try:
                tries.append(await self._attempt(teacher, seen, row.label, tries))
            except Refusal as refusal:
                return _refused(row, refusal, refusal.message)

    async def _attempt(self, teacher: Teacher, seen: Seen, truth: str | None, tries: list[Try]) -> Try:
        timed = _Timed(teacher)
        begun = time.perf_counter()
        try:
            return await attempt(timed, seen.evidence, self.labels, truth, tries, self.threshold)
        finally:
            self.seconds.teacher += timed.seconds
            self.seconds.checking += time.perf_counter() - begun - timed.seconds

    async def _seen(self, sample: Sample, key: str) -> Seen | tuple[str, str]:
        """The evidence of a sample, or a code and a message that say why there is none."""
        if self.workers is None:
            evidence = expert_evidence(sample)
            if evidence is None:
                return NO_EXPERT_AUS, "No action unit was coded."
            # Of a clip that is coded as a whole nobody said which frame shows it.
            if sample.clip.suffix.lower() not in PICTURES:
                return Seen(evidence=evidence)
            file = await asyncio.to_thread(keep_picture, sample.clip, sample.box, self.frames, key) if self.frames else None
            return Seen(evidence=evidence, frames=(FrameRef(index=0, time_s=0.0, role="apex", file=file),))
        if sample.start_s is not None or sample.end_s is not None or "frame" in sample.meta:
            return PART_OF_CLIP, "The label is about a part of the clip: cut the part out, or use --aus expert."
        seen, seconds = await self.workers.run(sample.clip, key)
        self.seconds.perception += seconds
        return seen


def _turned_down(row: Row, code: str, message: str) -> Row:
    return row.model_copy(update={"reasons": (code,), "message": message})


def _refused(row: Row, refusal: Refusal, message: str) -> Row:
    if refusal.code in ENDING:
        raise refusal
    return _turned_down(row, refusal.code, message)


class _Timed:
    """A teacher whose seconds are counted."""

    def __init__(self, teacher: Teacher) -> None:
        self.name, self.settings = teacher.name, teacher.settings
        self.seconds = 0.0
        self._teacher = teacher

    async def describe(self, evidence: Evidence, memory: Sequence[Attempt]) -> tuple[str, ...]:
        begun = time.perf_counter()
        try:
            return await self._teacher.describe(evidence, memory)
        finally:
            self.seconds += time.perf_counter() - begun

    async def infer(self, observations: tuple[str, ...], labels: LabelSet, memory: Sequence[Attempt]) -> Inference:
        begun = time.perf_counter()
        try:
            return await self._teacher.infer(observations, labels, memory)
        finally:
            self.seconds += time.perf_counter() - begun

    def spent(self) -> Mapping[str, float]:
        return self._teacher.spent()

    async def aclose(self) -> None:
        await self._teacher.aclose()
