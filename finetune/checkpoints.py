"""The newest complete checkpoint of a run. The trainer writes a checkpoint file by file: a kill leaves a part of one."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path


def newest_complete(folder: Path) -> tuple[Path | None, list[Path]]:
    """The newest checkpoint that can be resumed from, None without one, and the newer ones that were passed over."""
    passed = []
    for path in sorted(folder.glob("checkpoint-*"), key=_step, reverse=True):
        if not list(faults(path)):
            return path, passed
        passed.append(path)
    return None, passed


def faults(checkpoint: Path) -> Iterator[str]:
    """What is missing or cut off in a checkpoint; nothing when it is complete."""
    weights = sorted(checkpoint.glob("*.safetensors"))
    if not weights:
        yield "no weights"
    for path in weights:
        if not _whole(path):
            yield f"{path.name} is cut off"
    for name in ("optimizer.pt", "scheduler.pt"):
        # torch writes zip archives, whose directory comes last.
        if not zipfile.is_zipfile(checkpoint / name):
            yield f"{name} is missing or cut off"
    if not all(map(zipfile.is_zipfile, states := list(checkpoint.glob("rng_state*.pth")))) or not states:
        yield "the random state is missing or cut off"
    try:
        # Written last of all.
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        yield "trainer_state.json is missing or cut off"


def _whole(path: Path) -> bool:
    """A safetensors file says in its header how long it is."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if 8 + length > size:
            return False
        try:
            header = json.loads(file.read(length))
        except ValueError:
            return False
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    return size == 8 + length + max(ends, default=0)


def _step(path: Path) -> int:
    number = path.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1
