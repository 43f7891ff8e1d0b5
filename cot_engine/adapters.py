"""Which base an adapter belongs to: recorded when it is written, checked before anything of it is loaded."""

import hashlib
import json
from pathlib import Path

from cot_engine.errors import Refusal

RECORD = "base.json"
WEIGHTS = "adapter_model.safetensors"
_PICKLES = {".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth"}


def fingerprint(base: str | Path) -> str:
    """SHA-256 over the names and contents of a model's safetensors files; the folder's name does not count.

    Args:
        base: a model directory, or a hub id (its weights are fetched when they are not in the cache).

    Raises:
        Refusal: ``unsafe_weights`` when there are none, ``backend_missing`` when a hub id cannot be fetched.
    """
    folder = _folder(base)
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        hint = "Only safetensors are loaded; convert the model, or give another one."
        raise Refusal("unsafe_weights", f"{base} has no safetensors files.", hint)
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def write_base(adapter: Path, base: str | Path, name: str | None = None) -> None:
    """Writes ``base.json`` beside an adapter: the base's id and its ``fingerprint``.

    Args:
        name: the id when ``base`` is a folder that was made from it; else that of a directory is its name alone.

    Raises:
        Refusal: as ``fingerprint``.
    """
    name = str(base) if name is None else name
    record = {"base": Path(name).resolve().name if Path(name).is_dir() else name, "sha256": fingerprint(base)}
    (adapter / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def check_adapter(adapter: Path, base: str | Path) -> None:
    """Makes sure that an adapter is safe to load and was trained on exactly these base weights. Loads nothing.

    Raises:
        Refusal: ``unsafe_weights`` when there is a pickle in the folder, or no safetensors file; ``wrong_adapter`` when it does
            not say which base it belongs to, or belongs to another; and as ``fingerprint``.
    """
    if not adapter.is_dir():
        raise Refusal("unreadable_input", f"There is no folder {adapter}.", "Give the folder that finetune/sft.py wrote.")
    if pickles := sorted(path.name for path in adapter.rglob("*") if path.suffix in _PICKLES):
        raise Refusal(
            "unsafe_weights",
            f"{adapter} holds {', '.join(pickles)}: loading a pickle runs whatever code is in it.",
            "Give the folder 'adapter' that finetune/sft.py wrote; it holds safetensors only.",
        )
    if not (adapter / WEIGHTS).is_file():
        raise Refusal("unsafe_weights", f"{adapter} has no {WEIGHTS}.", "Give the folder 'adapter' that finetune/sft.py wrote.")
    name, recorded = _record(adapter)
    if fingerprint(base) != recorded:
        raise Refusal(
            "wrong_adapter",
            f"{adapter} was trained on {name}; the weights of {base} are others.",
            f"Give --model the base it was trained on ({name}), unchanged.",
        )


def recorded_base(adapter: Path) -> str:
    """The id of the base that an adapter was trained on.

    Raises:
        Refusal: ``wrong_adapter`` when it does not say.
    """
    return _record(adapter)[0]


def _record(adapter: Path) -> tuple[str, str]:
    try:
        record = json.loads((adapter / RECORD).read_text(encoding="utf-8"))
        return str(record["base"]), str(record["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "Train it with finetune/sft.py, which records the base."
        raise Refusal("wrong_adapter", f"{adapter} does not say which base it belongs to ({RECORD}).", hint) from error


def _folder(base: str | Path) -> Path:
    if Path(base).is_dir():
        return Path(base)
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(str(base), allow_patterns=["*.safetensors", "*.json"]))
    except (ImportError, OSError, ValueError) as error:
        hint = "Check the name and the connection, or give the folder of a model."
        raise Refusal("backend_missing", f"{base} is neither a folder nor a model that can be fetched.", hint) from error
