"""What a recipe may say beside TRL's own arguments, and what the two become: 4-bit loading, LoRA, a processor."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from peft import PeftConfig
from transformers import AutoProcessor, BitsAndBytesConfig
from trl import ModelConfig, TrlParser, get_peft_config, get_quantization_config

# The name of the embedded model; everything else is a hub id or a folder.
MINI = "mini"


@dataclass
class Recipe:
    """Options of our own; TRL's are those of SFTConfig or GRPOConfig, and ModelConfig."""

    data: str | None = field(default=None, metadata={"help": "Folder 'dataset' that `cot-engine traces build` wrote."})
    labels: str = field(default="basic-7", metadata={"help": "Label set of the rows: a name, or a YAML file."})
    without_evidence: float = field(
        default=0.0, metadata={"help": "Share of the samples with pictures whose evidence lines are left out."}
    )
    label_only: float = field(default=0.0, metadata={"help": "Share of the samples that ask for the label alone."})
    conclusion_only: float = field(
        default=0.0, metadata={"help": "Share of the samples of which only the label is learned, after the explanation given."}
    )
    quantization_skip: list[str] | None = field(
        default=None, metadata={"help": "Modules kept in 16 bits, written from the root: model.visual lm_head."}
    )
    lora_exclude: str | None = field(
        default=None, metadata={"help": "Regular expression of modules without LoRA; the vision tower, to train language only."}
    )
    processor: dict | None = field(  # type: ignore[type-arg]
        default=None, metadata={"help": "Options of the processor, such as size; they are saved beside the adapter."}
    )
    held_out: int = field(default=64, metadata={"help": "Held-out clips to explain and score after training; 0 for none."})
    smoke: bool = field(default=False, metadata={"help": "A few steps on a small set made here, to see that all works."})


def parse(kind: type, args: Sequence[str] | None = None) -> tuple[Recipe, Any, ModelConfig]:
    """The command line over the YAML of ``--config``; an unknown key is an error.

    Args:
        kind: SFTConfig or GRPOConfig.
    """
    recipe, training, model = TrlParser((Recipe, kind, ModelConfig)).parse_args_and_config(args)
    if not model.use_peft:
        raise ValueError("Only adapters are trained here: set use_peft: true.")
    if not model.model_name_or_path:
        raise ValueError("Set model_name_or_path: mini, a hub id or a folder.")
    if not (recipe.data or recipe.smoke):
        raise ValueError("Set data: the folder 'dataset' that `cot-engine traces build` wrote.")
    return recipe, training, model


def base_of(name: str) -> str:
    """What the trainer loads: ``mini`` is made on this machine on first use, anything else is taken as it is."""
    if name != MINI:
        return name
    from cot_engine.mini import model_directory

    return str(model_directory())


def quantization(recipe: Recipe, model: ModelConfig) -> BitsAndBytesConfig | None:
    """TRL's, with the skip list. Any explicit list replaces the default one, so lm_head is always on it."""
    config = get_quantization_config(model)
    if config is not None:
        config.llm_int8_skip_modules = list(dict.fromkeys([*(recipe.quantization_skip or ()), "lm_head"]))
    return config


def adapter(recipe: Recipe, model: ModelConfig) -> PeftConfig:
    """TRL's LoRA configuration, with the modules that are to stay without."""
    config = get_peft_config(model)
    config.exclude_modules = recipe.lora_exclude
    return config


def processor_of(recipe: Recipe, base: str) -> Any:
    """The base's processor with the recipe's options.

    Raises:
        ValueError: an option that the processor does not know.
    """
    options = recipe.processor or {}
    processor = AutoProcessor.from_pretrained(base, **options)
    unknown = [name for name in options if not hasattr(processor.image_processor, name)]
    if unknown:
        raise ValueError(f"processor: {', '.join(unknown)} is no option of {type(processor.image_processor).__name__}.")
    return processor


def start_from(training: Any, model: ModelConfig) -> None:
    """Tells the trainer how to load the base: type, revision, attention; never code from a repository, never a pickle."""
    if training.trust_remote_code:
        raise ValueError("trust_remote_code runs code of strangers; it stays off.")
    training.model_init_kwargs = {
        "revision": model.model_revision,
        "attn_implementation": model.attn_implementation,
        "dtype": model.dtype,
        "use_safetensors": True,
        **(training.model_init_kwargs or {}),
    }
