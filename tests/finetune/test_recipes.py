from pathlib import Path

import pytest
import yaml
from accelerate.commands.config.config_args import load_config_from_file
from recipe import Recipe, parse, processor_of, quantization
from sft import check
from trl import GRPOConfig, ModelConfig, SFTConfig

CONFIGS = Path(__file__).parents[2] / "finetune/configs"
SFT = sorted(CONFIGS.glob("*.yaml"))
GRPO = sorted((CONFIGS / "grpo").glob("*.yaml"))


@pytest.fixture(autouse=True)
def _no_gpu_needed(monkeypatch):
    # A recipe for a GPU is read on any machine.
    monkeypatch.setattr("transformers.training_args.is_torch_bf16_gpu_available", lambda: True)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)


@pytest.mark.parametrize("path", SFT, ids=lambda path: path.stem)
def test_every_recipe_parses_and_keeps_what_must_be_kept(path):
    recipe, training, model = parse(SFTConfig, ["--config", str(path), "--data", "x"])
    check(training)
    assert path.stem in training.output_dir
    assert training.chat_template_path is None or Path(training.chat_template_path).is_file()
    skipped = quantization(recipe, model)
    if "qlora" in path.stem:
        assert skipped.load_in_4bit
        assert str(skipped.bnb_4bit_compute_dtype) == "torch.bfloat16"
        assert "lm_head" in skipped.llm_int8_skip_modules
        assert all(name.startswith("model.") or name == "lm_head" for name in skipped.llm_int8_skip_modules)
    else:
        assert skipped is None


@pytest.mark.parametrize("path", [*SFT, *GRPO], ids=lambda path: path.stem)
def test_a_recipe_begins_with_its_launch_line_and_what_memory_it_expects(path):
    launch, memory = path.read_text().splitlines()[:2]
    assert f"--config {path.relative_to(CONFIGS.parents[1])}" in launch
    assert "measured" in memory


@pytest.mark.parametrize("path", GRPO, ids=lambda path: path.stem)
def test_recipes_of_grpo_parse(path):
    _, training, _ = parse(GRPOConfig, ["--config", str(path), "--data", "x"])
    assert len(training.reward_weights) == 5


def test_the_accelerate_example_is_one_that_accelerate_reads():
    config = load_config_from_file(str(CONFIGS / "accelerate/multi_gpu.yaml"))
    assert config.distributed_type == "MULTI_GPU"
    assert config.num_processes == 4


def test_an_unknown_key_is_an_error(tmp_path):
    written = yaml.safe_load((CONFIGS / "mini_lora_cpu.yaml").read_text()) | {"lora_rank": 8}
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump(written))
    with pytest.raises(ValueError, match="lora_rank"):
        parse(SFTConfig, ["--config", str(tmp_path / "bad.yaml"), "--data", "x"])
    with pytest.raises(ValueError, match="lora_rank"):
        parse(SFTConfig, ["--config", str(CONFIGS / "mini_lora_cpu.yaml"), "--data", "x", "--lora_rank", "8"])


def test_the_command_line_wins_over_the_file():
    path = str(CONFIGS / "mini_lora_cpu.yaml")
    recipe, training, model = parse(SFTConfig, ["--config", path, "--data", "x", "--lora_r", "3", "--without_evidence", "0.7"])
    assert (model.lora_r, recipe.without_evidence) == (3, 0.7)
    assert training.learning_rate == yaml.safe_load(Path(path).read_text())["learning_rate"]


def test_settings_that_cannot_work_are_refused_with_the_option_to_change():
    with pytest.raises(ValueError, match="max_length: null"):
        check(SFTConfig(assistant_only_loss=True, use_cpu=True, bf16=False))
    with pytest.raises(ValueError, match="assistant_only_loss: true"):
        check(SFTConfig(max_length=None, use_cpu=True, bf16=False))
    with pytest.raises(ValueError, match="use_peft: true"):
        parse(SFTConfig, ["--model_name_or_path", "x", "--data", "x", "--use_cpu", "true", "--bf16", "false"])


def test_lm_head_is_on_every_skip_list():
    assert quantization(Recipe(quantization_skip=["model.visual"]), ModelConfig(load_in_4bit=True)).llm_int8_skip_modules == [
        "model.visual",
        "lm_head",
    ]


def test_processor_options_reach_the_processor_and_an_unknown_one_is_an_error(tiny):
    assert processor_of(Recipe(processor={"max_patches": 3}), tiny("internvl")).image_processor.max_patches == 3
    assert processor_of(Recipe(processor={"do_image_splitting": True}), tiny("smolvlm")).image_processor.do_image_splitting
    size = {"shortest_edge": 28 * 28, "longest_edge": 28 * 28 * 9}
    pictures = processor_of(Recipe(processor={"size": size}), tiny("qwen2_5_vl")).image_processor
    assert pictures.size.longest_edge == size["longest_edge"]
    with pytest.raises(ValueError, match="max_tiles"):
        processor_of(Recipe(processor={"max_tiles": 3}), tiny("internvl"))
