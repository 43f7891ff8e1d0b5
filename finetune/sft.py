"""Supervised fine-tuning of a vision-language model on checked explanation traces, with LoRA or QLoRA.

# See that everything works: the embedded model, a few steps on a small set made here, on two CPU cores
python finetune/sft.py

# Make the data: evidence is measured, a teacher explains, what cannot be supported is left out
cot-engine traces build --corpus dfew --root DIR --teacher codebook --out traces

# One GPU with 16 GB
python finetune/sft.py --config finetune/configs/qwen2.5-vl-7b_qlora_16gb.yaml --data traces/dataset

# Any option of SFTConfig or ModelConfig can be given as well; an unknown one is an error
python finetune/sft.py --config FILE.yaml --data traces/dataset --learning_rate 1e-4 --without_evidence 0.5

# Several GPUs
accelerate launch --config_file finetune/configs/accelerate/multi_gpu.yaml finetune/sft.py --config FILE.yaml

A run that was killed goes on with the same command, from its newest complete checkpoint. At the end, `output_dir`/adapter holds
the adapter (safetensors), the processor and the hash of the base's weights, and held-out clips are explained and scored.
"""

import sys
from pathlib import Path
from typing import Any

from ability import compared, right_answers
from checkpoints import newest_complete
from model_parts import check_batch, check_skipped, keep_norms_exact, linear_4bit, score_answers_alone, trainable
from recipe import Recipe, adapter, base_of, parse, processor_of, quantization, start_from
from training_rows import held_out, load, supervised
from trl import ModelConfig, SFTConfig, SFTTrainer

from cot_engine.adapters import write_base
from cot_engine.errors import Refusal
from cot_engine.facs import LabelSet, load_label_set
from cot_engine.reasoners.codebook import Codebook

SMOKE = ["--config", str(Path(__file__).parent / "configs/mini_lora_cpu.yaml"), "--smoke"]
ADAPTER = "adapter"


def main(recipe: Recipe, training: SFTConfig, model: ModelConfig) -> SFTTrainer:
    """Trains, saves and scores; returns the trainer as it is afterwards."""
    check(training)
    if recipe.smoke:
        make_small(recipe, training)
    base, labels = base_of(str(model.model_name_or_path)), load_label_set(recipe.labels)
    start_from(training, model)
    if training.use_cpu:
        score_answers_alone()
    splits = load(str(recipe.data))
    shares = {name: getattr(recipe, name) for name in ("without_evidence", "label_only", "conclusion_only")}
    validation = splits.get("validation")
    trainer = SFTTrainer(
        model=base,
        args=training,
        train_dataset=supervised(splits["train"], labels, **shares, seed=training.seed),
        eval_dataset=supervised(validation, labels) if validation and training.eval_strategy != "no" else None,
        processing_class=processor_of(recipe, base),
        quantization_config=quantization(recipe, model),
        peft_config=adapter(recipe, model),
    )
    keep_norms_exact(trainer.model)
    if model.load_in_4bit:
        check_skipped(trainer.model, recipe.quantization_skip or [])
        say(
            "4-bit linear layers: "
            + ", ".join(f"{name} {n} of {all_}" for name, (n, all_) in linear_4bit(trainer.model).items())
        )
    say("parameters that learn: " + ", ".join(f"{name} {count:,}" for name, count in trainable(trainer.model).items()))
    check_batch(trainer)

    trainer.model.train()
    before = right_answers(trainer.model, trainer.processing_class)
    checkpoint, passed = newest_complete(Path(training.output_dir))
    for path in passed:
        say(f"{path} is not complete and is passed over")
    say(f"going on from {checkpoint}" if checkpoint else "starting anew")
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.is_world_process_zero():
        save(trainer, base, str(model.model_name_or_path))
        rows = held_out(splits)
        if rows is not None and recipe.held_out:
            report(trainer, rows.select(range(min(recipe.held_out, len(rows)))), labels)
        print(compared(before, right_answers(trainer.model, trainer.processing_class)))
    trainer.end()
    return trainer


def check(training: SFTConfig) -> None:
    """Settings with which traces and pictures cannot be learned from.

    Raises:
        ValueError: it names the option to change.
    """
    if training.max_length is not None:
        raise ValueError("max_length cuts answers and pictures off: set max_length: null.")
    if not training.assistant_only_loss:
        raise ValueError("Without assistant_only_loss: true the prompt is learned as well.")


def make_small(recipe: Recipe, training: SFTConfig) -> None:
    """A few steps, on a set made here, with nothing kept to go on from."""
    from smoke import HELD_OUT, STEPS, small_set

    training.output_dir = f"{training.output_dir}_smoke"
    training.max_steps, training.gradient_accumulation_steps = STEPS, 1
    training.save_strategy, training.logging_steps = "no", 2
    recipe.held_out = HELD_OUT
    recipe.data = str(small_set(Path(training.output_dir) / "traces"))
    say("smoke: this shows that everything works, not how good the model can be")


def save(trainer: SFTTrainer, base: str, name: str) -> Path:
    """Adapter, processor and record of the base, without the trainer's own files, of which some are pickles."""
    folder, model = Path(trainer.args.output_dir) / ADAPTER, trainer.accelerator.unwrap_model(trainer.model)
    # An adapter may be given away; the folders of this machine are not.
    model.peft_config["default"].base_model_name_or_path = Path(name).name if Path(name).is_dir() else name
    model.save_pretrained(folder)
    trainer.processing_class.save_pretrained(folder)
    write_base(folder, base, name)
    say(f"adapter: {folder}")
    return folder


def report(trainer: SFTTrainer, rows: Any, labels: LabelSet) -> None:
    """Explains held-out clips with the model in memory and prints the scores."""
    from score import predict, table

    from cot_engine.reasoners.vlm import Vlm

    trainer.model.eval()
    reasoner = Vlm(trainer.accelerator.unwrap_model(trainer.model), trainer.processing_class, "trained")
    print(table(predict(reasoner, rows, labels), predict(Codebook(), rows, labels)))


def say(text: str) -> None:
    """Progress, apart from results."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(*parse(SFTConfig, sys.argv[1:] or SMOKE))
    except (Refusal, ValueError) as error:
        sys.exit(str(error))
