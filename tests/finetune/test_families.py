"""Two real NF4 QLoRA steps on the CPU for every family, through the script and nothing else."""

import pytest
import sft
import tiny_families
import torch
from bitsandbytes.nn import Linear4bit
from model_parts import check_skipped, linear_4bit
from recipe import Recipe, adapter, parse, quantization
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText
from trl import ModelConfig, SFTConfig

EXCLUDE = r".*(visual|vision_model|vision_tower|connector|multi_modal_projector).*"
NORMS = ["input_layernorm", "post_attention_layernorm"]


def options(family, base, dataset, out, *more):
    template = ["--chat_template_path", tiny_families.INTERNVL_TEMPLATE] if family == "internvl" else []
    return [
        *("--model_name_or_path", base, "--data", dataset, "--output_dir", str(out), "--held_out", "0"),
        *("--load_in_4bit", "true", "--dtype", "bfloat16", "--quantization_skip", *tiny_families.VISION[family]),
        *("--use_peft", "true", "--lora_target_modules", "all-linear", "--lora_r", "4", "--learning_rate", "0.01"),
        *("--max_steps", "2", "--per_device_train_batch_size", "2", "--assistant_only_loss", "true", "--max_length", "None"),
        *("--use_cpu", "true", "--bf16", "false", "--report_to", "none", "--save_strategy", "no", "--logging_steps", "1"),
        *("--gradient_checkpointing", "false", *template, *more),
    ]  # fmt: skip


@pytest.fixture(scope="module", params=tiny_families.FAMILIES)
def trained(request, tiny, dataset, tmp_path_factory):
    """The trainer after two steps, and the weights that could learn before them."""
    out = tmp_path_factory.mktemp("run")
    before = {}

    class Kept(sft.SFTTrainer):
        def train(self, **how):
            before.update({name: p.detach().clone() for name, p in self.model.named_parameters()})
            return super().train(**how)

    patch = pytest.MonkeyPatch()
    patch.setattr(sft, "SFTTrainer", Kept)
    arguments = options(
        request.param, tiny(request.param), dataset, out, "--lora_exclude", EXCLUDE, "--lora_modules_to_save", *NORMS
    )
    trainer = sft.main(*parse(SFTConfig, arguments))
    patch.undo()
    return request.param, trainer, before


def test_the_first_batch_holds_pixels_and_what_is_learned_is_the_answer_and_its_end(trained):
    _, trainer, _ = trained
    row = trainer.train_dataset[0]
    batch = trainer.data_collator([row])
    assert batch["pixel_values"].abs().sum() > 0
    tokenizer = trainer.processing_class.tokenizer
    learned = tokenizer.decode(batch["labels"][0][batch["labels"][0] != -100])
    # SmolVLM's format has a space before the answer and a line's end after the token that ends it.
    assert learned.strip() == row["messages"][1]["content"][0]["text"] + tokenizer.eos_token


def test_the_vision_tower_is_not_quantized_and_the_language_model_is(trained):
    family, trainer, _ = trained
    counts = linear_4bit(trainer.model)
    for part in tiny_families.VISION[family]:
        assert counts[part][0] == 0 < counts[part][1]
        assert {p.dtype for p in trainer.model.get_base_model().get_submodule(part).parameters()} == {torch.bfloat16}
    language = next(name for name in counts if "language" in name or "text" in name)
    assert counts[language][0] == 14
    assert counts["lm_head"][0] == 0


def test_exactly_the_adapter_and_the_norms_of_the_language_model_moved(trained):
    _, trainer, before = trained
    moved = {name for name, p in trainer.model.named_parameters() if not torch.equal(p, before[name])}
    meant = {name for name in before if "lora_" in name or "modules_to_save" in name}
    assert moved == meant
    assert all("language_model" in name or "text_model" in name for name in moved)
    assert sum("modules_to_save" in name for name in moved) == 4


def test_the_saved_adapter_is_safetensors_alone_and_names_its_base(trained):
    _, trainer, _ = trained
    files = {path.name for path in (sft.Path(trainer.args.output_dir) / sft.ADAPTER).iterdir()}
    assert {"adapter_model.safetensors", "adapter_config.json", "base.json", "tokenizer.json"} <= files
    assert not [name for name in files if name.endswith((".bin", ".pt", ".pth"))]
    stored = load_file(sft.Path(trainer.args.output_dir) / sft.ADAPTER / "adapter_model.safetensors")
    assert any(value.abs().sum() > 0 for name, value in stored.items() if "lora_B" in name)


def test_a_name_that_does_not_start_at_the_root_is_an_error(tiny):
    quantized = quantization(Recipe(quantization_skip=["visual"]), ModelConfig(load_in_4bit=True, dtype="bfloat16"))
    model = AutoModelForImageTextToText.from_pretrained(tiny("qwen3_vl"), quantization_config=quantized, dtype=torch.bfloat16)
    assert any(isinstance(module, Linear4bit) for module in model.model.visual.modules())
    with pytest.raises(ValueError, match=r"no module 'visual'.*model\.visual"):
        check_skipped(model, ["visual"])
    with pytest.raises(ValueError, match="layers are 4-bit"):
        check_skipped(model, ["model.visual"])


def test_vision_learns_too_when_it_is_not_excluded(tiny, dataset, tmp_path):
    arguments = options("qwen2_5_vl", tiny("qwen2_5_vl"), dataset, tmp_path, "--gradient_checkpointing", "true")
    trainer = sft.main(*parse(SFTConfig, arguments))
    vision = {name: p for name, p in trainer.model.named_parameters() if ".visual." in name and "lora_B" in name}
    assert vision
    assert all(p.abs().sum() > 0 for p in vision.values())


def test_lora_goes_where_the_recipe_says():
    model = ModelConfig(use_peft=True, lora_target_modules="all-linear")
    assert adapter(Recipe(lora_exclude=EXCLUDE), model).exclude_modules == EXCLUDE
    assert adapter(Recipe(), model).exclude_modules is None
