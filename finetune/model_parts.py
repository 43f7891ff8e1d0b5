"""What is in a model about to be trained: which part is 4-bit, which part learns, and whether the first batch is right."""

from collections.abc import Iterator
from typing import Any

import trl.trainer.utils
from bitsandbytes.nn import Linear4bit
from torch import nn


def parts(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The parts of a vision-language model by their names from the root (``model.visual``...), and its head."""
    bare = model.get_base_model() if hasattr(model, "get_base_model") else model
    for name, module in bare.model.named_children():
        yield f"model.{name}", module
    yield "lm_head", bare.lm_head


def linear_4bit(model: nn.Module) -> dict[str, tuple[int, int]]:
    """Part -> (4-bit linear layers, linear layers in all, adapters left out)."""
    counts = {}
    for name, part in parts(model):
        layers = [m for n, m in part.named_modules() if isinstance(m, nn.Linear) and "lora_" not in n]
        counts[name] = (sum(isinstance(layer, Linear4bit) for layer in layers), len(layers))
    return counts


def check_skipped(model: nn.Module, skip: list[str]) -> None:
    """Makes sure that what was to be left in 16 bits is.

    A name that does not start at the root (``visual``) matches nothing, silently: the tower would be 4-bit.

    Raises:
        ValueError: a module of the list does not exist, or has 4-bit layers; or nothing at all is 4-bit.
    """
    counts = linear_4bit(model)
    bare = model.get_base_model() if hasattr(model, "get_base_model") else model
    known = dict(bare.named_modules())
    for name in skip:
        if name not in known:
            raise ValueError(f"quantization_skip: the model has no module {name!r}. Its parts are {', '.join(counts)}.")
        wrong = sum(isinstance(m, Linear4bit) for m in known[name].modules())
        if wrong:
            raise ValueError(f"quantization_skip: {name} was to stay in 16 bits, and {wrong} of its layers are 4-bit.")
    if not any(quantized for quantized, _ in counts.values()):
        raise ValueError("load_in_4bit: not one layer is 4-bit. Take the names of whole language models off quantization_skip.")


def trainable(model: nn.Module) -> dict[str, int]:
    """Part -> parameters that learn."""
    return {name: sum(p.numel() for p in part.parameters() if p.requires_grad) for name, part in parts(model)}


def keep_norms_exact(model: nn.Module) -> None:
    """Norms trained beside LoRA (``lora_modules_to_save``) learn in float32; their output keeps the type of their input.

    TRL turns everything that learns in a quantized model to bfloat16; a norm's weight is near 1, and a step of 1e-4 is lost
    there.
    """
    for name, module in model.named_modules():
        if name.endswith("modules_to_save.default") and all(p.dim() == 1 for p in module.parameters()):
            module.float()
            module.register_forward_hook(lambda _module, given, output: output.to(given[0].dtype))


def score_answers_alone() -> None:
    """Has TRL score on a CPU, too, only the tokens that are learned.

    Without Triton it holds the question against the whole vocabulary as well and throws that away, so that a compiler meets no
    new shapes. Nothing is compiled here, and of a step of ``mini`` that is two fifths.
    """
    trl.trainer.utils._use_triton = lambda _device: True


def check_batch(trainer: Any) -> None:
    """Looks at first rows as the trainer's collator makes them: do they hold pixels, and is the answer what is learned?

    Of an answer in parts that is the last one; a row of each kind is looked at.

    Raises:
        ValueError: the pictures are not in the batch (it would train blind), or the tokens that count are not the answer.
    """
    kinds: dict[int, Any] = {}
    for _, row in zip(range(32), trainer.train_dataset, strict=False):
        parts = len(row["messages"][-1]["content"])
        if parts not in kinds or (row["images"] and not kinds[parts]["images"]):
            kinds[parts] = row
    for row in kinds.values():
        _check_row(trainer, row)


def _check_row(trainer: Any, row: Any) -> None:
    batch = trainer.data_collator([row])
    if row["images"] and not any(key.startswith("pixel_values") and bool(batch[key].abs().sum()) for key in batch):
        raise ValueError("A sample has pictures, and its batch holds no pixels: the model would train blind.")
    learned = trainer.processing_class.tokenizer.decode(batch["labels"][0][batch["labels"][0] != -100])
    answer = row["messages"][-1]["content"][-1]["text"]
    ends = trainer.processing_class.tokenizer.all_special_tokens
    if not learned.lstrip().startswith(answer) or learned.strip().removeprefix(answer).strip() not in ends:
        raise ValueError(
            f"The tokens that are learned are not the answer and its end: {learned[:80]!r}...{learned[-40:]!r}. "
            "The chat template of this model marks no answers, or whole ones (conclusion_only needs its last part marked): "
            "give one with chat_template_path."
        )
