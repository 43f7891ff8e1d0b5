"""Accepted rows as a data set: Parquet with pictures inside and the same rows as JSON lines, ready for TRL's SFT trainer.

``messages`` and ``images`` are what the trainer reads; the other columns say where a row comes from and hold what is needed to
write the messages anew.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cot_engine.engine.build import ROWS, Plan
from cot_engine.engine.journal import Rows
from cot_engine.engine.measure import FRAMES
from cot_engine.engine.rows import FrameRef, Row, Seen
from cot_engine.engine.splits import SPLITS, Splits
from cot_engine.errors import Refusal
from cot_engine.frame_choice import ChosenFrame
from cot_engine.messages import assistant_message, user_message

DATASET = "dataset"
# Rows held in memory; with eight pictures each this is some ten megabytes.
_BATCH = 32


def export(plan: Plan) -> dict[str, int]:
    """Writes ``<out>/dataset``: ``data/<split>.parquet``, ``jsonl/<split>.jsonl`` and ``frames/``; returns rows of each split.

    Raises:
        Refusal: ``unreadable_input`` when a kept picture is missing.
    """
    scratch, target = plan.out / f".{DATASET}", plan.out / DATASET
    shutil.rmtree(scratch, ignore_errors=True)
    splits = Splits(plan.corpus.name, Rows(plan.out / ROWS))
    counts: Counter[str] = Counter()
    for split in SPLITS:
        chosen = (row for row in Rows(plan.out / ROWS) if row.status == "accepted" and splits.of(row) == split)
        counts[split] = _write(plan, chosen, scratch, split)
    shutil.rmtree(target, ignore_errors=True)
    if scratch.exists():
        scratch.rename(target)
    return {split: count for split, count in counts.items() if count}


def features() -> Any:
    """The columns, as ``datasets.Features``."""
    from datasets import Features, Image, List, Value

    return Features(
        {
            "messages": List({"role": Value("string"), "content": List({"type": Value("string"), "text": Value("string")})}),
            "images": List(Image()),
            **dict.fromkeys(("id", "clip", "corpus", "label", "official_split", "subject", "teacher"), Value("string")),
            "au_source": Value("string"),
            "rounds": Value("int32"),
            "frames": List(
                {"index": Value("int64"), "time_s": Value("float64"), "role": Value("string"), "event": Value("int32")}
            ),
            "evidence": Value("string"),
            "probabilities": Value("string"),
        }
    )


def _write(plan: Plan, rows: Iterator[Row], folder: Path, split: str) -> int:
    """One split, batch by batch; nothing is written when it has no rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = features().arrow_schema
    writer, count = None, 0
    try:
        while batch := [row for row, _ in zip(rows, range(_BATCH), strict=False)]:
            if writer is None:
                for name in ("data", "jsonl"):
                    (folder / name).mkdir(parents=True, exist_ok=True)
                writer = pq.ParquetWriter(folder / "data" / f"{split}.parquet", schema)
            entries = [_entry(plan, row) for row in batch]
            with (folder / "jsonl" / f"{split}.jsonl").open("a", encoding="utf-8") as lines:
                for entry, row in zip(entries, batch, strict=True):
                    lines.write(json.dumps(entry | {"images": _copy(plan, row, folder)}, ensure_ascii=False) + "\n")
            pictures = [[{"bytes": _bytes(plan, name), "path": None} for name in entry["images"]] for entry in entries]
            ready = [entry | {"images": images} for entry, images in zip(entries, pictures, strict=True)]
            writer.write_table(pa.Table.from_pylist(ready, schema=schema))
            count += len(batch)
    finally:
        if writer is not None:
            writer.close()
    return count


def _entry(plan: Plan, row: Row) -> dict[str, Any]:
    """A row; ``images`` holds names below the run's ``frames`` folder."""
    seen, trace = row.seen, row.trace
    assert seen is not None, "an accepted row has evidence"
    assert trace is not None, "an accepted row has a trace"
    shown = _shown(seen)
    return {
        "messages": [
            user_message(seen.evidence, plan.labels, [_chosen(n, frame) for n, frame in enumerate(shown)]),
            assistant_message(trace),
        ],
        "images": [frame.file for frame in shown],
        "id": row.id,
        "clip": row.key,
        "corpus": plan.corpus.name,
        "label": row.label,
        "official_split": row.split,
        "subject": row.subject,
        "teacher": plan.teacher.name,
        "au_source": seen.evidence.source,
        "rounds": len(row.tries),
        "frames": [frame.model_dump(exclude={"file"}) for frame in seen.frames],
        "evidence": seen.evidence.model_dump_json(),
        "probabilities": json.dumps(row.tries[-1].probabilities),
    }


def _shown(seen: Seen) -> list[FrameRef]:
    """The frames that travel as pictures."""
    return [frame for frame in seen.frames if frame.file]


def _chosen(row: int, frame: FrameRef) -> ChosenFrame:
    return ChosenFrame(row, frame.time_s, frame.role, frame.event)


def _bytes(plan: Plan, name: str) -> bytes:
    try:
        return (plan.out / FRAMES / name).read_bytes()
    except OSError as error:
        hint = f"Delete {plan.out / 'evidence'} and {plan.out / 'rows.jsonl'} and build again."
        raise Refusal("unreadable_input", f"The kept picture {name} cannot be read ({error.strerror}).", hint) from error


def _copy(plan: Plan, row: Row, folder: Path) -> list[str]:
    """Copies a row's pictures into the data set; returns their paths in it."""
    assert row.seen is not None, "an accepted row has evidence"
    copied = []
    for frame in _shown(row.seen):
        target = folder / FRAMES / str(frame.file)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_bytes(plan, str(frame.file)))
        copied.append(f"{FRAMES}/{frame.file}")
    return copied
