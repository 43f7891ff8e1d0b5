"""A run that is killed goes on from its newest complete checkpoint and ends where an unbroken one ends."""

import json
import os
import random
import time

import pytest
import sft_process

STEPS = 16


def options(base, dataset, out, steps=STEPS):
    return [
        *("--model_name_or_path", base, "--data", dataset, "--output_dir", str(out), "--max_steps", str(steps)),
        *("--use_peft", "true", "--lora_target_modules", "all-linear", "--lora_exclude", ".*visual.*", "--lora_dropout", "0.0"),
        *("--per_device_train_batch_size", "2", "--learning_rate", "0.01", "--held_out", "0", "--save_steps", "3"),
        *("--assistant_only_loss", "true", "--max_length", "None", "--use_cpu", "true", "--bf16", "false"),
        *("--logging_steps", "1", "--report_to", "none", "--gradient_checkpointing", "false"),
    ]


def finished(arguments, log):
    process = sft_process.start(arguments, log)
    process.join()
    assert process.exitcode == 0, log.read_text()
    return log.read_text()


def losses(out):
    state = json.loads((out / f"checkpoint-{STEPS}" / "trainer_state.json").read_text())
    return [entry["loss"] for entry in state["log_history"] if "loss" in entry]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_killed_run_ends_at_the_loss_of_an_unbroken_one(tiny, dataset, tmp_path):
    whole, broken, log = tmp_path / "whole", tmp_path / "broken", tmp_path / "log"
    finished(options(tiny("qwen3_vl"), dataset, whole), log)

    wanted = random.choice([3, 6, 9, 12])
    run = sft_process.start(options(tiny("qwen3_vl"), dataset, broken), log)
    while run.is_alive() and not (broken / f"checkpoint-{wanted}").exists():
        time.sleep(0.01)
    # Somewhere in the writing of this checkpoint, or in a later step.
    time.sleep(random.random() * 0.5)
    run.kill()
    run.join()
    assert run.exitcode < 0
    assert not (broken / "adapter").exists()

    told = finished(options(tiny("qwen3_vl"), dataset, broken), log)
    assert "going on from" in told or "starting anew" in told
    assert (broken / "adapter/adapter_model.safetensors").is_file()
    assert len(losses(broken)) == STEPS
    assert losses(broken)[-1] == pytest.approx(losses(whole)[-1], rel=0.02)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_an_incomplete_checkpoint_is_passed_over_and_said(tiny, dataset, tmp_path):
    out, log = tmp_path / "run", tmp_path / "log"
    finished(options(tiny("qwen3_vl"), dataset, out, 6), log)
    os.truncate(out / "checkpoint-6" / "optimizer.pt", 100)
    told = finished(options(tiny("qwen3_vl"), dataset, out, 6), log)
    assert "checkpoint-6 is not complete and is passed over" in told
    assert f"going on from {out / 'checkpoint-3'}" in told
