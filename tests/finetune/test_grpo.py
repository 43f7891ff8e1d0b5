import grpo
import pytest
import rewards
import torch
from recipe import parse
from trl import GRPOConfig

VISION = "model.visual"


@pytest.fixture
def arguments(tiny, dataset, tmp_path):
    return [
        *("--model_name_or_path", tiny("qwen3_vl"), "--data", dataset, "--output_dir", str(tmp_path), "--held_out", "0"),
        *("--load_in_4bit", "true", "--dtype", "bfloat16", "--quantization_skip", VISION, "--lora_exclude", ".*visual.*"),
        *("--use_peft", "true", "--lora_target_modules", "all-linear", "--lora_r", "4", "--learning_rate", "0.01"),
        *("--max_steps", "2", "--per_device_train_batch_size", "2", "--num_generations", "2", "--max_completion_length", "4"),
        *("--use_cpu", "true", "--bf16", "false", "--report_to", "none", "--save_strategy", "no", "--logging_steps", "1"),
        *("--gradient_checkpointing", "false"),
    ]


def planted(good_first):
    """In every group of two one completion is taken for a good trace and one for a bad one."""

    def precision(completions, **_):
        return [float((n % 2 == 0) is good_first) for n in range(len(completions))]

    return precision


def test_two_steps_move_the_adapter_and_log_every_reward(arguments, monkeypatch):
    real = rewards.reward_functions
    monkeypatch.setattr(grpo, "reward_functions", lambda labels: [*real(labels), planted(True)])
    trainer = grpo.main(*parse(GRPOConfig, arguments))
    logged = [entry for entry in trainer.state.log_history if "reward" in entry]
    assert len(logged) == 2
    for name in ("label_is_right", "well_formed", "precision", "coverage", "label_leak"):
        assert f"rewards/{name}/mean" in logged[0]
    assert logged[0]["reward_std"] > 0
    learned = {name: p for name, p in trainer.model.named_parameters() if "lora_B" in name}
    assert learned
    assert any(p.abs().sum() > 0 for p in learned.values())
    assert not any(VISION.split(".")[1] in name for name in learned)
    assert all(torch.isfinite(p).all() for p in learned.values())
