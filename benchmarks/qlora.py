"""QLoRA on Qwen2.5-VL-7B: samples/s, tokens/s and peak memory of our recipe beside the plain TRL example, from one run.

    python benchmarks/qlora.py                 # full size, random weights, on a GPU
    python benchmarks/qlora.py --tiny --steps 2   # the same path on a CPU, in seconds; says nothing about speed

Weights are random, which is fine for speed. Both sides train on the same answers, batch 1. Ours sees the frames that the
shared sampler chose, as faces of at most 100,352 pixels, with NF4 for the language model alone and LoRA on it. The plain
example (TRL's `sft.py` with `--load_in_4bit --use_peft`) sees as many whole frames, sampled uniformly, at the processor's own
size.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from PIL import Image
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
from trl import ModelConfig, SFTConfig, SFTTrainer

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "finetune"), str(ROOT / "tests")]

FRAMES, ANSWER = 8, "Both lip corners are pulled up (AU12), from 0.6 s on, to a severe peak at 1.2 s. " * 14
FACE, WHOLE = (320, 310), (1280, 720)


def rows(size: tuple[int, int], count: int, tiny: bool) -> Dataset:
    """Samples of eight pictures and an answer of about 350 tokens."""
    pictures = [Image.new("RGB", (56, 56) if tiny else size, (n * 25, 90, 120)) for n in range(FRAMES)]
    question = [*({"type": "image", "text": None} for _ in pictures), {"type": "text", "text": "What moved in the face? " * 60}]
    answer = [{"type": "text", "text": ANSWER[:100] if tiny else ANSWER}]
    row = {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}], "images": pictures}
    return Dataset.from_list([row] * count)


def measure(model: Any, processor: Any, data: Dataset, peft: Any, steps: int) -> dict[str, Any]:
    """Trains ``steps`` steps after two to warm up."""
    cuda = torch.cuda.is_available()
    with tempfile.TemporaryDirectory() as out:
        settings = SFTConfig(
            out, max_steps=2, max_length=None, assistant_only_loss=True, per_device_train_batch_size=1, save_strategy="no",
            report_to="none", bf16=cuda, use_cpu=not cuda, disable_tqdm=True, logging_strategy="no", dataloader_pin_memory=cuda,
        )  # fmt: skip
        trainer = SFTTrainer(model, args=settings, train_dataset=data, processing_class=processor, peft_config=peft)
        trainer.train()
        trainer.args.max_steps = steps
        if cuda:
            torch.cuda.reset_peak_memory_stats()
            torch.cuda.synchronize()
        begun = time.perf_counter()
        trainer.train()
        if cuda:
            torch.cuda.synchronize()
        seconds = time.perf_counter() - begun
        tokens = len(trainer.data_collator([data[0]])["input_ids"][0])
    peak = torch.cuda.max_memory_allocated() / 2**30 if cuda else None
    return {"samples_per_s": steps / seconds, "tokens_per_s": steps * tokens / seconds, "tokens": tokens, "peak_gib": peak}


def model_of(folder: Path, skip: list[str] | None) -> Any:
    """The random checkpoint in 4 bits; without a skip list all linear layers but the head, as the plain example loads it."""
    from recipe import Recipe, quantization
    from trl.trainer.utils import create_model_from_path

    choice = ModelConfig(load_in_4bit=True, dtype="bfloat16", use_bnb_nested_quant=skip is not None)
    config = quantization(Recipe(quantization_skip=skip), choice)
    assert config is not None, "load_in_4bit is set"
    if skip is None:
        config.llm_int8_skip_modules = None
    return create_model_from_path(str(folder), dtype="bfloat16", quantization_config=config)


def write_checkpoint(folder: Path, tiny: bool) -> None:
    """A random checkpoint on disk. Full size is what the 7B model's configuration says."""
    import tiny_families

    tiny_families.save("qwen2_5_vl", folder)
    if not tiny:
        small = Qwen2_5_VLConfig.from_pretrained(folder)
        text = {
            "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28,
            "num_key_value_heads": 4, "vocab_size": 152064, "max_position_embeddings": 128000,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]},
        }  # fmt: skip
        vision = {"depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584}
        ids = {
            name: getattr(small, name)
            for name in ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id")
        }
        config = Qwen2_5_VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=False, **ids)
        with torch.device("cuda"):
            torch.set_default_dtype(torch.bfloat16)
            model = Qwen2_5_VLForConditionalGeneration(config)
            torch.set_default_dtype(torch.float32)
        model.save_pretrained(folder)


def main() -> None:
    """Parses, measures both, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not torch.cuda.is_available() and not options.tiny:
        print("unmeasured: there is no GPU here. --tiny runs the same path at a size that a CPU can do.")
        return
    from recipe import Recipe, adapter, processor_of

    results = {}
    with tempfile.TemporaryDirectory() as folder:
        write_checkpoint(Path(folder), options.tiny)
        lora = ModelConfig(use_peft=True, lora_target_modules="all-linear")
        sides = (("ours", ["model.visual"], ".*visual.*", FACE, 100352), ("plain", None, None, WHOLE, 28 * 28 * 1280))
        for name, skip, exclude, size, pixels in sides:
            recipe = Recipe(lora_exclude=exclude, processor={"size": {"shortest_edge": 56 * 56, "longest_edge": pixels}})
            model, data = model_of(Path(folder), skip), rows(size, options.steps, options.tiny)
            results[name] = measure(model, processor_of(recipe, folder), data, adapter(recipe, lora), options.steps)
            del model
            torch.cuda.empty_cache()
    ratio = results["ours"]["samples_per_s"] / results["plain"]["samples_per_s"]
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    if options.json:
        print(json.dumps({"device": device, "tiny": options.tiny, **results, "ratio": ratio}))
        return
    print(f"{device}, {'tiny' if options.tiny else 'full size, random weights'}, batch 1, {options.steps} steps")
    for name, got in results.items():
        peak = "unmeasured" if got["peak_gib"] is None else f"{got['peak_gib']:.1f} GiB peak"
        speed = f"{got['samples_per_s']:8.2f} samples/s {got['tokens_per_s']:9.0f} tokens/s"
        print(f"{name:<6}{speed} {got['tokens']:6.0f} tokens a sample, {peak}")
    print(f"ours / plain: {ratio:.2f} x samples/s")


if __name__ == "__main__":
    main()
