"""SmolLM2-135M-Instruct as a model directory: the installed GGUF file, rewritten once into what transformers loads and serves.

A model read from GGUF cannot be saved as it is (its config still says "quantized"), and ``transformers serve`` cannot take the
file itself. So the weights are unpacked and copied into a fresh model built from the same config without that entry.
"""

import copy
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cot_engine.errors import Refusal
from cot_engine.weights import find

# Part of the folder's name: raise it when what is written there changes.
_FORM = 1


def model_directory(cache: Path | None = None) -> Path:
    """The folder with config, tokenizer and safetensors (float16, 270 MB), made on first use (half a minute) and kept.

    Args:
        cache: where such folders are kept; ``cot-engine`` in the user's cache folder when None.

    Raises:
        Refusal: ``backend_missing`` or ``unsafe_weights`` when the weights or the libraries to read them are not there.
    """
    weights = find("smollm2")
    name = f"smollm2-135m-instruct-{weights.sha256[:12]}-{_FORM}"
    return keep_folder(name, lambda folder: _convert(weights.path, folder), cache)


def keep_folder(name: str, write: Callable[[Path], None], cache: Path | None = None) -> Path:
    """The folder ``name`` among the kept ones, written by ``write`` when it is not there yet."""
    if cache is None:
        import platformdirs

        cache = Path(platformdirs.user_cache_dir("cot-engine", appauthor=False))
    target = cache / name
    if not target.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        # Made beside its place and then moved there, so that a half-written folder is never taken for a whole one.
        unfinished = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=cache))
        try:
            write(unfinished)
            _move(unfinished, target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _move(unfinished: Path, target: Path) -> None:
    try:
        os.replace(unfinished, target)
    except OSError:
        # Another process was faster; its folder holds the same.
        if not target.is_dir():
            raise


def _convert(gguf: Path, folder: Path) -> None:
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        hint = "Install the models extra: pip install 'cot-engine[models]'."
        raise Refusal("backend_missing", "The libraries that read language models are not installed.", hint) from error
    source: dict[str, Any] = {"gguf_file": gguf.name, "local_files_only": True}
    unpacked = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **source)
    config = copy.deepcopy(unpacked.config)
    del config.quantization_config
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float16)  # type: ignore[no-untyped-call]
    model.load_state_dict(unpacked.state_dict())
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(gguf.parent, **source).save_pretrained(folder)
