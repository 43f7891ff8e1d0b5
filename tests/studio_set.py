"""A studio set written by hand: tables in the form of ``studio render``, clips that are no videos."""

import hashlib
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from faked_clips import FLAT, TIMES, curve, estimate

from cot_engine.studio.dataset import SCHEMA

AUS = ("AU4", "AU12", "AU43", "AU45", "AU61")
SMILE, FROWN = curve(3, 3), curve(4, 0, onset=1.2)
GROUPS = {"age": "old", "gender": "female", "ancestry": "asian", "skin_tone": "dark"}


def clip_row(clip, subject, **more):
    row = {
        "clip": clip,
        "file": f"clips/{clip}.mp4",
        "subject": subject,
        "split": "test",
        "face_px": 120,
        "occluders": "[]",
        "sha256": hashlib.sha256(clip.encode()).hexdigest(),
        **GROUPS,
    }
    return row | more


def frame_table(clip, curves, hidden=(), yaw=2.0):
    """``hidden``: part -> (T,) frames in which it cannot be seen."""
    hidden = dict(hidden)
    parts = [[part for part, when in hidden.items() if when[i]] for i in range(len(TIMES))]
    columns = {
        "clip": [clip] * len(TIMES),
        "frame": list(range(len(TIMES))),
        "time_s": np.round(TIMES, 4),
        "yaw": np.full(len(TIMES), yaw, np.float32),
        "hidden": pa.array(parts, pa.list_(pa.string())),
    }
    for au in AUS:
        for i, side in enumerate(("left", "right")):
            columns[f"{au}_{side}"] = curves.get(au, FLAT)[:, i].astype(np.float32)
    return pa.table(columns)


def write_set(root, rows, tables, complete=True):
    (root / "clips").mkdir(parents=True)
    for row in rows:
        (root / row["file"]).write_bytes(row["clip"].encode())
    pq.write_table(pa.Table.from_pylist(rows), root / "clips.parquet")
    pq.write_table(pa.concat_tables(tables), root / "frames.parquet")
    (root / "manifest.json").write_text(json.dumps({"schema": SCHEMA, "complete": complete}))
    return root


def two_people(root, **more):
    rows = [clip_row("a", "p0"), clip_row("b", "p1", skin_tone="light"), clip_row("c", "p1", split="train")]
    tables = [frame_table("a", {"AU12": SMILE}), frame_table("b", {"AU4": FROWN}), frame_table("c", {})]
    return write_set(root, rows, tables, **more)


def reader(path):
    """Sees the smile and the frown as they are; the second estimator sees no frown."""
    seen = {"a": {"AU12": SMILE, "AU4": FLAT}, "b": {"AU12": FLAT, "AU4": FROWN}}[path.stem]
    return {"ours": estimate(seen), "raw blendshapes": estimate({au: v for au, v in seen.items() if au != "AU4"})}
