from pathlib import Path

import pytest
import sft
import smoke
from model_parts import check_batch, score_answers_alone
from recipe import Recipe, parse
from training_rows import load, supervised
from transformers import AutoProcessor
from trl import SFTConfig, SFTTrainer

from cot_engine import mini
from cot_engine.facs import LABEL_SETS


def test_the_script_is_short_and_without_arguments_it_is_the_smoke_version_of_mini():
    assert len(Path(sft.__file__).read_text().splitlines()) <= 150
    recipe, training, model = parse(SFTConfig, sft.SMOKE)
    assert recipe.smoke
    assert model.model_name_or_path == "mini"
    assert training.use_cpu


def trainer_on(rows, base, tmp_path, template=None):
    settings = SFTConfig(
        str(tmp_path), max_length=None, assistant_only_loss=True, use_cpu=True, bf16=False, report_to="none",
        gradient_checkpointing=False,
    )  # fmt: skip
    processor = AutoProcessor.from_pretrained(base)
    if template:
        processor.chat_template = template
    return SFTTrainer(base, args=settings, train_dataset=rows, processing_class=processor)


def test_training_blind_is_noticed_before_it_begins(tiny, dataset, tmp_path):
    trainer = trainer_on(supervised(load(dataset)["train"], LABEL_SETS["basic-7"]), tiny("qwen3_vl"), tmp_path)
    check_batch(trainer)
    collate = trainer.data_collator
    trainer.data_collator = lambda rows: {k: v for k, v in collate(rows).items() if not k.startswith("pixel")}
    with pytest.raises(ValueError, match="train blind"):
        check_batch(trainer)


def test_learning_the_prompt_is_noticed_before_it_begins(tiny, dataset, tmp_path):
    trainer = trainer_on(supervised(load(dataset)["train"], LABEL_SETS["basic-7"]), tiny("qwen3_vl"), tmp_path)
    trainer.data_collator.assistant_only_loss = False
    with pytest.raises(ValueError, match="chat_template_path"):
        check_batch(trainer)


def test_on_a_cpu_only_what_is_learned_is_scored_and_the_loss_is_the_same(tiny, dataset, tmp_path, monkeypatch):
    from trl.trainer import utils

    trainer = trainer_on(supervised(load(dataset)["train"], LABEL_SETS["basic-7"]), tiny("qwen3_vl"), tmp_path)
    batch = trainer.data_collator([trainer.train_dataset[0]])
    scored, score = [], utils._ChunkedLogProbFunction.apply
    monkeypatch.setattr(
        utils._ChunkedLogProbFunction, "apply", lambda hidden, *more: scored.append(len(hidden)) or score(hidden, *more)
    )
    # Put back afterwards; what it is set to here is what TRL finds on a CPU.
    monkeypatch.setattr(utils, "_use_triton", lambda _device: False)
    all_of_it = trainer.model(**batch, fused_lm_head=True)
    score_answers_alone()
    answer = trainer.model(**batch, fused_lm_head=True)
    assert scored == [batch["labels"].shape[1] - 1, int((batch["labels"] != -100).sum())]
    assert answer.loss.item() == pytest.approx(all_of_it.loss.item(), rel=1e-5)


def test_of_a_given_explanation_mini_learns_the_label_alone(dataset, tmp_path):
    rows = supervised(load(dataset)["train"], LABEL_SETS["basic-7"], conclusion_only=0.5)
    trainer = trainer_on(rows, str(mini.model_directory()), tmp_path)
    check_batch(trainer)
    learned = set()
    for row in trainer.train_dataset:
        labels = trainer.data_collator([row])["labels"][0]
        told = trainer.processing_class.tokenizer.decode(labels[labels != -100]).removesuffix("<|im_end|>")
        assert told == row["messages"][1]["content"][-1]["text"]
        learned.add("Key observations" in told)
    assert learned == {False, True}


def test_a_template_that_cannot_tell_the_label_from_its_explanation_is_noticed(tiny, dataset, tmp_path):
    rows = supervised(load(dataset)["train"], LABEL_SETS["basic-7"], conclusion_only=1.0)
    with pytest.raises(ValueError, match="conclusion_only"):
        check_batch(trainer_on(rows, tiny("qwen3_vl"), tmp_path))


@pytest.mark.slow
def test_the_smoke_version_trains_saves_scores_and_asks_general_questions(tiny, dataset, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(smoke, "small_set", lambda folder: dataset)
    monkeypatch.setattr(smoke, "HELD_OUT", 2)
    monkeypatch.setattr(smoke, "STEPS", 2)
    # Its template, unlike that of mini, does not tell a label from its explanation.
    other = ["--model_name_or_path", tiny("smolvlm"), "--conclusion_only", "0"]
    arguments = [*sft.SMOKE, *other, "--output_dir", str(tmp_path / "run")]
    sft.main(*parse(SFTConfig, arguments))
    told = capsys.readouterr().out
    for word in (
        "2 held-out clips",
        "WAR (accuracy)",
        "UAR",
        "recall of",
        "parse rate",
        "AU precision",
        "AU coverage",
        "majority",
    ):
        assert word in told
    assert "General questions:" in told
    assert (tmp_path / "run_smoke/adapter/base.json").is_file()


def test_a_smoke_run_keeps_no_checkpoint_to_go_on_from(monkeypatch, tmp_path):
    monkeypatch.setattr(smoke, "small_set", lambda folder: folder)
    recipe, training = Recipe(), SFTConfig(str(tmp_path / "run"), use_cpu=True, bf16=False)
    sft.make_small(recipe, training)
    assert training.save_strategy == "no"
    assert training.output_dir.endswith("run_smoke")
    assert recipe.data.endswith("run_smoke/traces")
