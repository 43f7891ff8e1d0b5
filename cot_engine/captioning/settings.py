"""What the rows of a captioning run depend on, and the manifest that says so and counts them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cot_engine import __version__
from cot_engine.captioning.model import Model
from cot_engine.engine.journal import write_atomically
from cot_engine.engine.measure import versions
from cot_engine.engine.settings import Settings, same_or_refuse
from cot_engine.engine.settings import read_manifest as manifest_in
from cot_engine.errors import Refusal
from cot_engine.facs import LabelSet

SCHEMA = "cot-engine/captions/1"
MANIFEST, SHARDS, DATA = "manifest.json", "shards", "data"
# What may lie in a folder before its manifest.
_OURS = {SHARDS, "cache"}


class Config(Settings):
    """Not in it: workers and engine, which change how fast rows come, but no row.

    Attributes:
        input: the dataset's name, or the last part of what was given as input.
        prompts: id -> SHA-256 of every prompt that the model is asked with.
        reasoning: the model's other settings (sampling, client).
        versions: software that the measurement depends on.
    """

    input: str
    model: str
    labels: str
    label_names: tuple[str, ...]
    threshold: float
    prompts: dict[str, str]
    reasoning: dict[str, str]
    versions: dict[str, str]

    def key(self, clip: str) -> str:
        """The key of a clip's outcome: a hash of its content and of all settings."""
        return hashlib.sha256(f"{clip} {self.hash}".encode()).hexdigest()


def config_of(source: str, model: Model, labels: LabelSet, threshold: float) -> Config:
    """The configuration of a run."""
    prompts = {name.removeprefix("prompt "): said for name, said in model.settings.items() if name.startswith("prompt ")}
    return Config(
        input=source,
        model=model.name,
        labels=labels.name,
        label_names=labels.names,
        threshold=threshold,
        prompts=prompts,
        reasoning={name: said for name, said in model.settings.items() if not name.startswith("prompt ")},
        versions=versions(),
    )


def version_of(out: Path, config: Config, *, new_version: bool) -> int:
    """Which version of the folder a run with these settings works on: the one it has, or a new one, with a new manifest.

    Raises:
        Refusal: ``config_mismatch`` when the folder's version has other settings, with the difference, or when the folder holds
            other files.
    """
    before = read_manifest(out)
    if before is not None:
        if before["config_sha256"] == config.hash:
            return int(before["version"])
        if not new_version:
            same_or_refuse(before["config"], config, anew="--new-version to start anew beside what is there, or ")
    earlier = [*before.pop("earlier"), before] if before else []
    version = len(earlier) + 1
    _write(out, version, config, earlier, {"complete": False, "counts": None, "files": {}})
    return version


def complete(out: Path, version: int, counts: Mapping[str, int], files: Mapping[str, str]) -> dict[str, Any]:
    """Writes the counts of a finished version and the SHA-256 of its files into the manifest, and returns it.

    Raises:
        Refusal: ``config_mismatch`` when the folder is at another version by now.
        ValueError: the counts do not add up.
    """
    if counts["in"] != counts["captioned"] + counts["rejected"] + counts["duplicates"]:
        raise ValueError(f"{dict(counts)} do not add up")
    now = read_manifest(out)
    if now is None or now["version"] != version:
        hint = "Its captions are kept; the manifest and the card speak of the new version."
        raise Refusal("config_mismatch", f"Another run has begun a new version of {out} meanwhile.", hint)
    state = {"complete": True, "counts": dict(counts), "files": dict(files)}
    return _write(out, version, Config.model_validate(now["config"]), now["earlier"], state)


def read_manifest(out: Path) -> dict[str, Any] | None:
    """The manifest of a folder, None where a new run may begin.

    Raises:
        Refusal: ``config_mismatch`` when it is none of ours, or the folder holds other files.
    """
    return manifest_in(out, SCHEMA, lambda name: name.startswith(".") or name in _OURS)


def _write(out: Path, version: int, config: Config, earlier: list[Any], state: dict[str, Any]) -> dict[str, Any]:
    content = {
        "schema": SCHEMA,
        "version": version,
        **state,
        "model": config.model,
        "config": config.model_dump(mode="json"),
        "config_sha256": config.hash,
        "prompts": dict(config.prompts),
        "versions": {**config.versions, "cot-engine": __version__},
        "earlier": earlier,
    }
    write_atomically(out / MANIFEST, json.dumps(content, indent=2).encode() + b"\n")
    return content
