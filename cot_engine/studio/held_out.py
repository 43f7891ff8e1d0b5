"""The clips of a studio set, of the people held out or of those to learn from, with their truth as the bench scores it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.series import Timeline
from cot_engine.errors import Refusal
from cot_engine.evaluation.au_tally import Truth
from cot_engine.evidence import parts_of
from cot_engine.facs import Side
from cot_engine.studio.dataset import SCHEMA

# Upper limits and names. Degrees are the median of the head's turn away from the camera; pixels the height of the face.
_YAWS = ((15.0, "0-15°"), (30.0, "15-30°"), (float("inf"), "30° or more"))
_SIZES = ((90.0, "0-90 px"), (140.0, "90-140 px"), (float("inf"), "140 px or more"))
_SIDES: tuple[Side, Side] = ("left", "right")

# What the numbers are broken down by -> its values in order.
GROUPINGS: dict[str, tuple[str, ...]] = {
    "pose": tuple(name for _, name in _YAWS),
    "resolution": tuple(name for _, name in _SIZES),
    "occlusion": ("nothing", "hand", "mask", "sunglasses"),
    "skin tone": ("light", "medium", "dark"),
    "age": ("young", "middle", "old"),
    "gender": ("female", "male"),
    "ancestry": (),
}


@dataclass(frozen=True)
class Clip:
    """``sha256`` of the clip, as the set's table gives it."""

    path: Path
    sha256: str
    truth: Truth


def held_out(root: Path) -> list[Clip]:
    """``clips_of`` the people who are held out."""
    return clips_of(root, "test")


def clips_of(root: Path, split: str) -> list[Clip]:
    """The clips of a split in the order of the set's table.

    Raises:
        Refusal: ``bad_corpus`` when ``root`` is no finished studio set, holds no clip of the split, or lacks a table, column or
            file; ``backend_missing`` without pyarrow.
    """
    _need_finished(root)
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        message = "Ground truth is read with pyarrow, which is not installed."
        raise Refusal("backend_missing", message, "pip install 'cot-engine[studio]'") from error
    try:
        rows = [row for row in pq.read_table(root / "clips.parquet").to_pylist() if row["split"] == split]
        if not rows:
            raise _refuse(root, f"it holds no clip of the split {split!r}", f"Render one with: studio render --split {split}.")
        table = pq.read_table(root / "frames.parquet", filters=[("clip", "in", [row["clip"] for row in rows])])
        frames = dict(_by_clip(table))
        clips = [Clip(root / row["file"], row["sha256"], _truth(row, frames[row["clip"]])) for row in rows]
    except (OSError, KeyError, ValueError) as error:
        # pyarrow says what is wrong with a table in an OSError or a ValueError; a KeyError names the column or clip.
        raise _refuse(root, f"its tables cannot be read ({error})", "Render the set again.") from error
    if gone := [clip.path.name for clip in clips if not clip.path.exists()]:
        raise _refuse(root, f"{len(gone)} clips are gone, among them {gone[0]}", "Render the set again.")
    return clips


def _need_finished(root: Path) -> None:
    try:
        manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
        schema, complete = manifest["schema"], manifest["complete"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refuse(root, "it has no manifest of a studio set", "Give the folder that studio render wrote.") from error
    if schema != SCHEMA:
        raise _refuse(root, f"its schema is {schema!r}, not {SCHEMA!r}", "Render it again with this version.")
    if not complete:
        raise _refuse(root, "its rendering was cut off", "Finish it: call studio render again with the same options.")


def _refuse(root: Path, problem: str, hint: str) -> Refusal:
    return Refusal("bad_corpus", f"{root} cannot be measured: {problem}.", hint)


def _by_clip(table: Any) -> Iterator[tuple[str, dict[str, NDArray[Any]]]]:
    """(clip, its columns in order of time)."""
    names = np.array(table["clip"].to_pylist())
    columns = {name: np.array(table[name].to_numpy(zero_copy_only=False)) for name in table.column_names if name != "clip"}
    order = np.argsort(columns["time_s"], kind="stable")
    for clip in dict.fromkeys(names.tolist()):
        chosen = order[names[order] == clip]
        yield clip, {name: values[chosen] for name, values in columns.items()}


def _truth(row: dict[str, Any], frames: dict[str, NDArray[Any]]) -> Truth:
    hidden = [frozenset(parts) for parts in frames["hidden"].tolist()]
    curves = {}
    for au in (name.removesuffix("_left") for name in frames if name.endswith("_left")):
        values = np.stack([frames[f"{au}_{side}"] for side in _SIDES], axis=1).astype(np.float64)
        for column, side in enumerate(_SIDES):
            needed = parts_of(au, side)
            values[[not parts.isdisjoint(needed) for parts in hidden], column] = np.nan
        curves[au] = values
    timeline = Timeline(frames["time_s"].astype(np.float64), curves)
    return Truth(row["clip"], row["subject"], timeline, _groups(row, float(np.median(np.abs(frames["yaw"])))))


def _groups(row: dict[str, Any], yaw: float) -> dict[str, str]:
    kinds = sorted({occluder["kind"] for occluder in json.loads(row["occluders"])})
    return {
        "pose": next(name for limit, name in _YAWS if yaw < limit),
        "resolution": next(name for limit, name in _SIZES if row["face_px"] < limit),
        "occlusion": " and ".join(kinds) or "nothing",
        "skin tone": row["skin_tone"],
        "age": row["age"],
        "gender": row["gender"],
        "ancestry": row["ancestry"],
    }
