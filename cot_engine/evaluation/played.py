"""What the studio truly played in a clip, as evidence, and what it knows of the person: the truth that explanations face."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cot_engine.arrays import runs
from cot_engine.corpora.studio import AUS, folders, table_rows
from cot_engine.evidence import Event, Evidence, Hidden, Reason, Span, parts_of

GROUPS = ("skin_tone", "age", "gender", "ancestry", "kind")

_CLIP = ("clip", "fps", "frames", "occluders", "talking", *GROUPS)
_EVENT = ("clip", "au", "side", "apex_s", "seen_from_s", "seen_to_s", "intensity", "left", "right", "talking")
_FRAME = ("clip", "time_s", "hidden")
_REASONS: dict[str, Reason] = {"mask": "mask", "sunglasses": "sunglasses", "hand": "hand or object"}
# What each thing can cover; a part that none of them covers was turned away.
_COVERS = {"mask": ("nose", "cheek", "mouth", "chin"), "sunglasses": ("eye", "brow"), "hand": ("",)}


def played(root: Path) -> Iterator[tuple[str, Evidence, dict[str, str]]]:
    """(clip, what was played, groups) of every clip of a rendered set, or of several in one folder.

    An event lasts from where it can be seen (half a trace, at which perception begins an event too) to where it no longer can;
    what never gets there is left out.

    Raises:
        Refusal: as the reader of the corpus.
    """
    for folder in folders(root.absolute()):
        events = _by_clip(table_rows(folder / "events.parquet", _EVENT))
        frames = _by_clip(table_rows(folder / "frames.parquet", _FRAME))
        for row in table_rows(folder / "clips.parquet", _CLIP):
            groups = {name: str(row[name]) for name in GROUPS}
            yield row["clip"], _evidence(row, events.get(row["clip"], []), frames.get(row["clip"], [])), groups


def _evidence(row: dict[str, Any], events: list[dict[str, Any]], frames: list[dict[str, Any]]) -> Evidence:
    duration = row["frames"] / row["fps"]
    shown = (e for e in events if e["seen_from_s"] is not None and e["seen_from_s"] < duration and e["seen_to_s"] > 0)
    return Evidence(
        source="studio score",
        duration_s=duration,
        seen=(Span(start_s=0, end_s=duration),),
        events=tuple(sorted((_event(e, duration) for e in shown), key=lambda e: (e.onset_s, e.au))),
        reach=dict.fromkeys(AUS, 1.0),
        hidden=tuple(_hidden(json.loads(row["occluders"]), frames, 1 / row["fps"])),
        talking=tuple(Span(start_s=start, end_s=end) for start, end in json.loads(row["talking"])),
    )


def _event(row: dict[str, Any], duration: float) -> Event:
    return Event(
        au=row["au"],
        side=row["side"],
        onset_s=max(0.0, row["seen_from_s"]),
        apex_s=min(max(0.0, row["apex_s"]), duration),
        offset_s=min(duration, row["seen_to_s"]),
        intensity=row["intensity"],
        left=row["left"],
        right=row["right"],
        onset_seen=row["seen_from_s"] >= 0,
        offset_seen=row["seen_to_s"] <= duration,
        talking=row["talking"],
    )


def _hidden(occluders: list[dict[str, Any]], frames: list[dict[str, Any]], step: float) -> Iterator[Hidden]:
    import numpy as np

    for part in dict.fromkeys(part for side in ("left", "right") for au in AUS for part in parts_of(au, side)):
        when = np.array([part in frame["hidden"] for frame in frames], bool)
        spans = tuple(Span(start_s=frames[start]["time_s"], end_s=frames[end]["time_s"] + step) for start, end in runs(when))
        if spans:
            yield Hidden(part=part, reason=_reason(part, occluders), spans=spans)


def _reason(part: str, occluders: Iterable[dict[str, Any]]) -> Reason:
    for one in occluders:
        if any(word in part for word in _COVERS[one["kind"]]):
            return _REASONS[one["kind"]]
    return "turned away"


def _by_clip(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["clip"], []).append(row)
    return found
