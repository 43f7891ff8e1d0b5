"""A small data set in a minute, in the very form of ``cot-engine traces build``: for ``--smoke`` and for tests.

Most of its evidence is not measured: it is what the studio's scores say was played, explained by the codebook; nothing is
rendered. The clips that the page has as examples are measured, so that there are pictures.
"""

import asyncio
import shutil
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.engine.build import ROWS, Plan
from cot_engine.engine.codebook_teacher import CodebookTeacher
from cot_engine.engine.export import DATASET, export
from cot_engine.engine.journal import Journal
from cot_engine.engine.measure import Shelf
from cot_engine.engine.process import Processor, Seconds
from cot_engine.engine.rows import Row, Seen
from cot_engine.evidence import Evidence, Span
from cot_engine.facs import LABEL_SETS
from cot_engine.studio.performance import Split, plan_clip
from cot_engine.studio.plan import ClipPlan
from cot_engine.studio.truth import STUDIO_AUS, seen_events

TRAIN, HELD_OUT, STEPS = 45, 4, 20
_LABELS = LABEL_SETS["basic-7"]
_SEED = 5


def small_set(out: Path, train: int = TRAIN, test: int = HELD_OUT, *, examples: bool = True) -> Path:
    """Makes the set anew below ``out``; returns its folder ``dataset``.

    Args:
        examples: whether the page's example clips are measured and put into the training part.
    """
    shutil.rmtree(out, ignore_errors=True)
    rows = [*(measured(out) if examples else ()), *played(train, "train"), *played(test, "test")]
    return write(out, rows)


def write(out: Path, rows: Iterable[Row]) -> Path:
    """Has the codebook explain every row's evidence, checks that, and exports what was accepted; returns the data set."""
    plan = Plan(CORPORA["studio"], out, out, CodebookTeacher(), _LABELS, frames="embed")
    processor = Processor(plan.teacher, plan.labels, plan.rounds, plan.threshold, None, None, Seconds())
    out.mkdir(parents=True, exist_ok=True)
    with Journal(out / ROWS) as journal:
        for row in rows:
            journal.append(asyncio.run(processor.explain(row)))
    export(plan)
    return out / DATASET


def played(count: int, split: Split) -> Iterator[Row]:
    """``count`` performances of the seven expressions that the codebook can tell from the score, in turn."""
    left = dict.fromkeys(_LABELS.names, -(-count // len(_LABELS.names)))
    index = made = 0
    while made < count and any(left.values()):
        plan = plan_clip(_SEED, index, split=split)
        index += 1
        if left.get(plan.label, 0) and plan.kind in ("prototype", "neutral"):
            left[plan.label] -= 1
            made += 1
            seen = Seen(evidence=score_evidence(plan))
            yield Row(
                id=plan.clip,
                key=plan.clip,
                status="rejected",
                label=plan.label,
                split=split,
                subject=f"actor{plan.actor}",
                seen=seen,
            )


def score_evidence(plan: ClipPlan) -> Evidence:
    """What a perfect measurement would find in a clip."""
    end = round(plan.frames / plan.fps, 2)
    return Evidence(
        source="studio score",
        duration_s=end,
        seen=(Span(start_s=0, end_s=end),),
        events=tuple(seen_events(plan)),
        reach=dict.fromkeys(STUDIO_AUS, 1.0),
        talking=tuple(Span(start_s=round(a, 2), end_s=round(min(b, end), 2)) for a, b in plan.talking),
    )


def measured(out: Path) -> Iterator[Row]:
    """The example clips of the page, measured as any clip is; nobody has labelled them."""
    shelf = Shelf(out, pixels=True)
    for clip in sorted((Path(str(files("cot_engine.ui"))) / "examples").glob("*.mp4")):
        seen, _ = shelf.measure(clip, clip.stem)
        yield Row(id=clip.stem, key=clip.stem, status="rejected", split="train", subject=clip.stem, seen=seen)
