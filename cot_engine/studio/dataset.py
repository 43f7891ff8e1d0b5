"""A studio data set on disk: clips, their ground truth as Parquet, and a manifest. Resumable, and the same for the same seed.

``clips/``, ``clips.parquet`` (one row a clip), ``events.parquet`` (one row an event), ``frames.parquet`` (one row a frame, with
two columns an AU), ``manifest.json``; ``.parts/`` holds what a resumed run needs.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cot_engine.errors import Refusal
from cot_engine.studio.filming import Job, Part, Renderer, film_all, read_part
from cot_engine.studio.performance import Split
from cot_engine.studio.plan import ClipPlan
from cot_engine.studio.truth import STUDIO_AUS, events, intensity_curves

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "cot-engine/studio/1"
_PACKAGES = ("cot-engine", "anny", "av", "numpy", "pyarrow", "pyvista", "vtk")
_ROWS = 20_000


def open_studio() -> Renderer:
    """The renderer."""
    from cot_engine.studio.render import Studio

    return Studio()


def render_dataset(
    out: Path,
    clips: int,
    seed: int,
    split: Split,
    *,
    workers: int = 1,
    pictures: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    renderer: Callable[[], Renderer] = open_studio,
) -> dict[str, Any]:
    """Renders ``clips`` clips into ``out`` and returns the manifest. A run that was cut off goes on where it stopped.

    Args:
        workers: processes; 1 films in this one.
        pictures: folders of PNG files instead of MP4 (the scene's compression is then not applied).
        progress: hears (clips done, clips in all).
        renderer: opens what films, in each worker; a function that can be imported by name.

    Raises:
        Refusal: ``config_mismatch`` when ``out`` holds something else; ``backend_missing`` without the studio's packages.
    """
    _need_pyarrow()
    config = {"clips": clips, "seed": seed, "split": split, "pictures": pictures}
    versions = {name: found for name in _PACKAGES if (found := _version(name))}
    manifest = {
        "schema": SCHEMA,
        "complete": False,
        "config": config,
        "config_sha256": hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest(),
        "versions": versions,
    }
    _begin(out, manifest)
    job = Job(out, seed, split, pictures, renderer)
    film_all(job, clips, workers, progress)
    counts = _write_tables(job, clips)
    manifest |= {"complete": True, "counts": counts, "aus": STUDIO_AUS}
    _write_json(out / "manifest.json", manifest)
    return manifest


def _begin(out: Path, manifest: dict[str, Any]) -> None:
    """Makes the folder, or makes sure that what is there is the same data set."""
    path = out / "manifest.json"
    if path.is_file():
        if differences := _differences(out, path, manifest):
            raise Refusal(
                "config_mismatch",
                f"{out} was begun with other settings: {'; '.join(differences)}.",
                "Resume with the same settings and packages, or give a new folder.",
            )
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise _foreign(out)
    for folder in ("clips", ".parts"):
        (out / folder).mkdir(parents=True)
    _write_json(path, manifest)


def _differences(out: Path, path: Path, manifest: dict[str, Any]) -> list[str]:
    """What a manifest on disk says otherwise, setting by setting."""
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
        if there["schema"] != SCHEMA:
            raise _foreign(out)
        pairs = [
            (name, there[part].get(name), manifest[part].get(name))
            for part in ("config", "versions")
            for name in sorted({*there[part], *manifest[part]})
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _foreign(out) from error
    return [f"{name} {old} there, {new} now" for name, old, new in pairs if old != new]


def _foreign(out: Path) -> Refusal:
    return Refusal("config_mismatch", f"{out} holds something that is no studio data set.", "Give a new or empty folder.")


def _write_tables(job: Job, clips: int) -> dict[str, Any]:
    """The three tables, from plans and parts alone, so that a resumed run writes the same bytes."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    event_rows: list[dict[str, Any]] = []

    def frame_tables() -> Iterator["pa.Table"]:
        for index in range(clips):
            plan = job.plan(index)
            part = read_part(job, plan)
            assert part is not None, f"{plan.clip} was filmed"
            rows.append(_clip_row(job, plan, part))
            event_rows.extend({"clip": plan.clip, **asdict(event), "grade": event.grade} for event in events(plan))
            yield _frame_table(plan, part)

    _write_parquet(job.out / "frames.parquet", frame_tables())
    _write_parquet(job.out / "clips.parquet", [pa.Table.from_pylist(rows)])
    _write_parquet(job.out / "events.parquet", [pa.Table.from_pylist(event_rows)])
    return {
        "clips": clips,
        "frames": sum(row["frames"] for row in rows),
        "events": len(event_rows),
        "actors": len({row["actor"] for row in rows}),
        "kinds": dict(sorted(Counter(row["kind"] for row in rows).items())),
        "labels": dict(sorted(Counter(row["label"] for row in rows).items())),
    }


def _clip_row(job: Job, plan: ClipPlan, part: Part) -> dict[str, Any]:
    scene = asdict(plan.scene)
    height, width = scene.pop("size")
    occluders = [dict(occluder) for occluder in scene.pop("occluders")]
    return {
        "clip": plan.clip,
        "file": job.clip_path(plan.clip).relative_to(job.out).as_posix(),
        "seed": plan.seed,
        "actor": plan.actor,
        "subject": f"actor{plan.actor}",
        "split": job.split,
        "label": plan.label,
        "kind": plan.kind,
        "fps": plan.fps,
        "frames": plan.frames,
        **dict(sorted(part.groups.items())),
        "height": height,
        "width": width,
        **scene,
        # JSON, because most clips have none and a column of empty lists has no type.
        "occluders": json.dumps(occluders),
        "talking": json.dumps(plan.talking),
        "sha256": part.sha256,
    }


def _frame_table(plan: ClipPlan, part: Part) -> "pa.Table":
    """One row a frame: clip, frame, time_s, yaw, pitch, roll, hidden (parts), then ``AU12_left``, ``AU12_right`` and so on."""
    import pyarrow as pa

    columns: dict[str, Any] = {
        "clip": pa.array([plan.clip] * plan.frames).dictionary_encode(),
        "frame": pa.array(range(plan.frames), pa.int32()),
        "time_s": np.round(plan.times_s, 4),
        **{name: pa.array([pose[i] for pose in part.poses], pa.float32()) for i, name in enumerate(("yaw", "pitch", "roll"))},
        "hidden": pa.array(part.hidden, pa.list_(pa.string())),
    }
    for au, values in intensity_curves(plan).items():
        for i, side in enumerate(("left", "right")):
            columns[f"{au}_{side}"] = values[:, i].astype(np.float32)
    return pa.table(columns)


def _write_parquet(path: Path, tables: Iterator["pa.Table"] | list["pa.Table"]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    unfinished = path.with_suffix(f".{os.getpid()}")
    writer: pq.ParquetWriter | None = None
    waiting: list[pa.Table] = []

    def flush() -> None:
        nonlocal writer
        table = pa.concat_tables(waiting).unify_dictionaries()
        writer = writer or pq.ParquetWriter(unfinished, table.schema, compression="zstd")
        writer.write_table(table)
        waiting.clear()

    for table in tables:
        waiting.append(table)
        if sum(len(each) for each in waiting) >= _ROWS:
            flush()
    if waiting:
        flush()
    if writer:
        writer.close()
    os.replace(unfinished, path)


def _write_json(path: Path, data: dict[str, Any]) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    os.replace(unfinished, path)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _need_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise Refusal(
            "backend_missing",
            "Ground truth is written with pyarrow, which is not installed.",
            "pip install 'cot-engine[studio]'",
        ) from error
