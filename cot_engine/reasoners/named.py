"""From the name of a model, as commands take it, to the reasoner it stands for."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from cot_engine.adapters import RECORD, recorded_base
from cot_engine.errors import Refusal
from cot_engine.reasoners.base import Reasoner
from cot_engine.reasoners.codebook import Codebook

PREFIX = "openai:"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


MINI = "mini"


def reasoner_named(name: str, adapter: Path | None = None) -> Reasoner:
    """The reasoner that a name stands for.

    Args:
        name: ``codebook``; ``mini``, the embedded model; ``openai:URL#MODEL`` for any OpenAI-compatible endpoint; a folder that
            ``finetune/sft.py`` wrote, whose base is the one it records; a model directory, or a hub id.
        adapter: such a folder for the base ``name``.

    Raises:
        Refusal: ``bad_model`` for what is none of these or takes no adapter, and those of ``chat_teacher`` and ``load_vlm``.
    """
    if adapter is not None and (name == Codebook.name or name.startswith((PREFIX, "http://", "https://"))):
        raise Refusal("bad_model", f"{name} takes no adapter.", "Leave out --adapter, or give the base model as --model.")
    if name == Codebook.name:
        return Codebook()
    if name.startswith((PREFIX, "http://", "https://")):
        from cot_engine.reasoners.chat import chat_teacher

        return chat_teacher(name, out=None)
    return _local(name, adapter)


def _local(name: str, adapter: Path | None) -> Reasoner:
    from cot_engine import mini
    from cot_engine.reasoners.vlm_loading import load_vlm

    if name == MINI and adapter is None and not (mini.ADAPTER / RECORD).is_file():
        hint = "Install the package again, train one with finetune/build_mini.py --out DIR --install, or take --model codebook."
        raise Refusal("backend_missing", "The adapter of mini is not there.", hint)
    if name == MINI:
        return load_vlm(
            mini.model_directory(), adapter or mini.ADAPTER, name=MINI if adapter is None else f"{MINI} + {adapter.name}"
        )
    folder = Path(name)
    if (folder / RECORD).is_file() and adapter is None:
        base = recorded_base(folder)
        return load_vlm(mini.model_directory() if base == MINI else base, folder, name=name)
    if not folder.is_dir() and not _HUB_ID.fullmatch(name):
        hint = "Use 'mini', 'codebook', a model folder, a hub id such as Qwen/Qwen2.5-VL-7B-Instruct, or openai:URL#MODEL."
        raise Refusal("bad_model", f"There is no model {name!r}.", hint)
    return load_vlm(name, adapter, name=name if adapter is None else f"{name} + {adapter.name}")


def parse_spec(spec: str) -> tuple[str, str]:
    """``"openai:http://127.0.0.1:8000/v1#name"`` -> ``("http://127.0.0.1:8000/v1", "name")``.

    Raises:
        Refusal: ``bad_model``.
    """
    url, _, model = spec.removeprefix(PREFIX).partition("#")
    hint = "Write openai:URL#MODEL, for example openai:http://127.0.0.1:8000/v1#Qwen/Qwen2.5-VL-7B-Instruct."
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and model.strip()
    except ValueError:
        named = False
    if not named:
        raise Refusal("bad_model", f"{spec!r} does not name an endpoint and a model.", hint)
    if parts.username or parts.password or parts.query:
        # The address is written into reports and manifests.
        raise Refusal("bad_model", "The address of a model must hold no credentials.", "Put the key into OPENAI_API_KEY.")
    return url.rstrip("/"), model.strip()
