"""What a run is: everything its rows depend on. A folder holds rows of one configuration only."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cot_engine.errors import Refusal
from cot_engine.evidence import Record

SCHEMA = "cot-engine/traces/1"


class Settings(Record):
    """What rows depend on; folders hold rows of equal settings."""

    @property
    def hash(self) -> str:
        """SHA-256 of all of it."""
        return hashlib.sha256(json.dumps(self.model_dump(), sort_keys=True).encode()).hexdigest()


class Config(Settings):
    """Not in it: ``--limit`` and ``--workers``, which change how many rows there are and how fast, but no row.

    Attributes:
        aus: where action units come from, ``"measured"`` or ``"expert"``.
        frames: ``"embed"``, ``"local"`` (embedded, not to be shared) or ``"none"``.
        prompts: id -> SHA-256 of the prompts of the exported messages.
        teaching: the teacher's own settings (its prompts, sampling, client).
        versions: software that evidence depends on.
    """

    corpus: str
    teacher: str
    labels: str
    label_names: tuple[str, ...]
    rounds: int
    threshold: float
    aus: str
    frames: str
    prompts: dict[str, str]
    teaching: dict[str, str]
    versions: dict[str, str]


def same_or_refuse(before: Mapping[str, Any], now: Settings, anew: str = "") -> None:
    """Compares the configuration that a folder was made with to the present one.

    Args:
        anew: another way to start anew than with another folder, as the hint says it.

    Raises:
        Refusal: ``config_mismatch``, saying in words what differs.
    """
    old, new = _flat(before), _flat(now.model_dump(mode="json"))
    changed = [
        f"{name} was {old.get(name, 'not set')}, now it is {new.get(name, 'not set')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    if changed:
        raise Refusal(
            "config_mismatch",
            f"This folder was made with other settings: {'; '.join(changed)}.",
            f"Give the settings of before to go on, or {anew}another --out to start anew.",
        )


def _flat(config: Mapping[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in config.items():
        if isinstance(value, Mapping):
            flat |= {f"{name} {key}": str(inner) for key, inner in value.items()}
        else:
            flat[name] = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return flat


def read_manifest(out: Path, schema: str, ours: Callable[[str], bool]) -> dict[str, Any] | None:
    """The manifest of a folder, None where a new run may begin.

    Args:
        ours: whether a run leaves something of this name in its folder before there is a manifest.

    Raises:
        Refusal: ``config_mismatch`` when it is none of ours, or the folder holds other files.
    """
    path = out / "manifest.json"
    if not path.exists():
        if out.exists() and not all(ours(entry.name) for entry in out.iterdir()):
            raise Refusal("config_mismatch", f"{out} holds other files.", "Give an empty folder, or one that does not exist.")
        return None
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if manifest["schema"] != schema:
            raise ValueError(f"its schema is {manifest['schema']}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "Restore the file, or give another --out to start anew."
        raise Refusal("config_mismatch", f"{path} is no manifest of this version ({error}).", hint) from error
    return manifest
