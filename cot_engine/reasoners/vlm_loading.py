"""From a base model and the folder of an adapter to a ``Vlm`` in memory, in the precision that the machine is good at."""

import os
from pathlib import Path
from typing import Any

from cot_engine.adapters import check_adapter
from cot_engine.errors import Refusal
from cot_engine.reasoners.vlm import Settings, Vlm

# Weights in 16 bits with room for what else a GPU must hold; above it they are loaded in 4 bits.
_ROOM = 0.6
# Stays in 16 bits: eyes in 4 bits see badly. Names from the root, or nothing is skipped; names of other
# families are passed over.
_SIXTEEN_BITS = [
    *(f"model.{part}" for part in ("visual", "vision_model", "vision_tower", "connector", "multi_modal_projector")),
    "lm_head",
]


def load_vlm(base: str | Path, adapter: Path | None = None, *, name: str | None = None) -> Vlm:
    """Loads safetensors only, and never code from a repository.

    Args:
        base: a hub id or a model directory.
        adapter: a folder that ``finetune/sft.py`` wrote; checked against the base before anything is loaded.
        name: what reports sign with; ``base`` when None.

    Raises:
        Refusal: ``backend_missing`` without the libraries, ``bad_model`` when there is no such model or it takes no pictures,
            and those of ``check_adapter``.
    """
    if adapter is not None:
        check_adapter(adapter, base)
    # Threads that spin while they wait for each other slow a machine that also perceives many times over. Read with torch.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import torch
        from transformers import AutoModelForImageTextToText, AutoProcessor
    except ImportError as error:
        hint = "Install the models extra: pip install 'cot-engine[models]'."
        raise Refusal("backend_missing", "The libraries that read language models are not installed.", hint) from error
    safe: dict[str, Any] = {"trust_remote_code": False}
    try:
        # Where one lies beside the adapter, training may have changed its options.
        own = adapter is not None and (adapter / "processor_config.json").is_file()
        processor = AutoProcessor.from_pretrained(adapter if own else base, **safe)  # type: ignore[no-untyped-call]
        model: Any = AutoModelForImageTextToText.from_pretrained(base, use_safetensors=True, **safe, **_precision(base))
    except (OSError, ValueError) as error:
        hint = "Give 'mini', a folder with safetensors, or the id of a model that is in the cache or can be fetched."
        raise Refusal("bad_model", f"{base} cannot be loaded: {str(error).splitlines()[0][:200]}", hint) from error
    if adapter is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(adapter), is_trainable=False)
        if not getattr(model.get_base_model(), "is_quantized", False):
            model = model.merge_and_unload()
    if model.device.type == "cpu":
        # Merged in full precision, then rounded once.
        model = model.to(torch.bfloat16 if _fast_bfloat16() else torch.float32)
    settings = Settings.beside(adapter)
    return Vlm(model.eval(), processor, name or str(base), frames=settings.frames, temperature=settings.temperature)


def _precision(base: str | Path) -> dict[str, Any]:
    """How the weights are loaded: 16 bits on a GPU that has room for them, else 4; 32 bits without a GPU."""
    import torch

    if not torch.cuda.is_available():
        return {"dtype": torch.float32}
    if _bytes_in_16_bits(base) < _ROOM * torch.cuda.get_device_properties(0).total_memory:
        return {"dtype": torch.bfloat16, "device_map": "cuda:0"}
    from transformers import BitsAndBytesConfig

    quantized = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.bfloat16,
        bnb_4bit_use_double_quant=True,
        llm_int8_skip_modules=_SIXTEEN_BITS,
    )
    return {"dtype": torch.bfloat16, "device_map": "cuda:0", "quantization_config": quantized}


def _bytes_in_16_bits(base: str | Path) -> int:
    from accelerate import init_empty_weights
    from transformers import AutoConfig, AutoModelForImageTextToText

    with init_empty_weights():
        model = AutoModelForImageTextToText.from_config(AutoConfig.from_pretrained(base))  # type: ignore[no-untyped-call]
    return 2 * int(sum(parameter.numel() for parameter in model.parameters()))


def _fast_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; others are slower with it than with float32."""
    import torch

    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
