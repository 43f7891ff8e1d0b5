"""Reinforcement with rewards that can be checked: the label, the form, and every statement held against the measurement.

# From a model that writes traces already (finetune/sft.py, then finetune/merge.py)
python finetune/grpo.py --config finetune/configs/grpo/qwen2.5-vl-7b_qlora_80gb.yaml --model_name_or_path runs/x/merged \\
    --data traces/dataset

Any option of GRPOConfig or ModelConfig can be given as well; an unknown one is an error. The rewards are in `rewards.py`;
`reward_weights` weighs them: label, form, AU precision, AU coverage, label leak.
"""

import sys

from checkpoints import newest_complete
from model_parts import check_skipped, keep_norms_exact, trainable
from recipe import Recipe, adapter, base_of, parse, processor_of, quantization, start_from
from rewards import reward_functions
from sft import Path, report, save, say
from training_rows import held_out, load, prompts
from trl import GRPOConfig, GRPOTrainer, ModelConfig

from cot_engine.errors import Refusal
from cot_engine.facs import load_label_set


def main(recipe: Recipe, training: GRPOConfig, model: ModelConfig) -> GRPOTrainer:
    """Trains, saves and scores; returns the trainer as it is afterwards."""
    base, labels = base_of(str(model.model_name_or_path)), load_label_set(recipe.labels)
    start_from(training, model)
    splits = load(str(recipe.data))
    trainer = GRPOTrainer(
        model=base,
        args=training,
        reward_funcs=reward_functions(labels),
        train_dataset=prompts(splits["train"], labels),
        processing_class=processor_of(recipe, base),
        quantization_config=quantization(recipe, model),
        peft_config=adapter(recipe, model),
    )
    keep_norms_exact(trainer.model)
    if model.load_in_4bit:
        check_skipped(trainer.model, recipe.quantization_skip or [])
    say("parameters that learn: " + ", ".join(f"{name} {count:,}" for name, count in trainable(trainer.model).items()))
    checkpoint, _ = newest_complete(Path(training.output_dir))
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.is_world_process_zero():
        save(trainer, base, str(model.model_name_or_path))
        rows = held_out(splits)
        if rows is not None and recipe.held_out:
            report(trainer, rows.select(range(min(recipe.held_out, len(rows)))), labels)
    trainer.end()
    return trainer


if __name__ == "__main__":
    try:
        main(*parse(GRPOConfig, sys.argv[1:]))
    except (Refusal, ValueError) as error:
        sys.exit(str(error))
