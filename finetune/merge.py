"""Merges an adapter into its base in bfloat16, so that any server can run the result, and makes sure that nothing was lost.

    python finetune/merge.py --base Qwen/Qwen2.5-VL-7B-Instruct --adapter runs/x/adapter --out runs/x/merged

Never into a 4-bit base: that rounds the merged weights anew. The same inputs go through the base, the base with the adapter,
and the merged model: an adapter that changes nothing is an error, and so is a merged model that does not do what the adapter
did.
OUT/README.md says how to serve it.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import torch
from ability import Question, questions
from peft import PeftModel
from recipe import base_of
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

from cot_engine.adapters import check_adapter
from cot_engine.errors import Refusal

# Rounding to bfloat16 moves the outputs a little too; it must stay small beside what the adapter does.
_TOLERANCE = 0.25
_CARD = """# A merged model

Base: `{base}`. Adapter: `{adapter}`. Merged in bfloat16 by `finetune/merge.py`.

On {n} prompts the adapter moves the logits by {effect:.4f} on average; merged and unmerged differ by {error:.4f}.

```
vllm serve {out} --dtype bfloat16 --max-model-len 8192 --limit-mm-per-prompt '{{"image": 8}}'
cot-engine analyze CLIP --model openai:http://127.0.0.1:8000/v1#{out}
```

The first line was not run (vLLM needs a GPU). Pictures are sized by the processor in this folder, as in training;
`cot-engine caption --frames --processor {out}` checks that the server does so too.
"""


def merge(base: str, adapter: Path, out: Path) -> tuple[float, float]:
    """Writes the merged model to ``out``; returns how far the adapter moves the logits, and the merge's own error (means).

    Raises:
        Refusal: as ``check_adapter``.
        ValueError: the base is quantized, the adapter changes nothing, or the merged model is not what adapter and base are.
    """
    check_adapter(adapter, base)
    if getattr(AutoConfig.from_pretrained(base), "quantization_config", None):
        raise ValueError(f"{base} is quantized: give the 16-bit model it was made from.")
    processor = AutoProcessor.from_pretrained(adapter)
    model = AutoModelForImageTextToText.from_pretrained(
        base, dtype=torch.bfloat16, use_safetensors=True, device_map="auto"
    ).eval()
    plain = _logits(model, processor)
    adapted_model = PeftModel.from_pretrained(
        model, adapter, torch_device=str(model.device), autocast_adapter_dtype=False
    ).eval()
    adapted = _logits(adapted_model, processor)
    merged_model = adapted_model.merge_and_unload(safe_merge=True)
    merged = _logits(merged_model, processor)
    effect, error = _distance(plain, adapted), _distance(adapted, merged)
    if effect == 0:
        raise ValueError(f"{adapter} changes nothing: the logits with it are those of {base}.")
    if error > _TOLERANCE * effect:
        raise ValueError(
            f"Merged and unmerged differ by {error:.4f}, where the adapter itself moves the logits by {effect:.4f}."
        )
    merged_model.save_pretrained(out)
    processor.save_pretrained(out)
    return effect, error


def _logits(model: Any, processor: Any) -> list[torch.Tensor]:
    return [_logits_of(model, processor, question) for question in questions()]


@torch.no_grad()
def _logits_of(model: Any, processor: Any, question: Question) -> torch.Tensor:
    content = [{"type": "image", "image": question.picture}] if question.picture else []
    asked = [{"role": "user", "content": [*content, {"type": "text", "text": question.text}]}]
    made = {"add_generation_prompt": True, "tokenize": True, "return_dict": True, "return_tensors": "pt"}
    inputs = processor.apply_chat_template(asked, **made).to(model.device, torch.bfloat16)
    logits: torch.Tensor = model(**inputs).logits[0].float().cpu()
    return logits


def _distance(one: list[torch.Tensor], other: list[torch.Tensor]) -> float:
    """Mean absolute difference of the logits."""
    return float(torch.cat([(a - b).abs().flatten() for a, b in zip(one, other, strict=True)]).mean())


def main() -> None:
    """Parses, merges, writes the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True, help="mini, a hub id or a folder")
    parser.add_argument("--adapter", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    try:
        effect, error = merge(base_of(options.base), options.adapter, options.out)
    except (Refusal, ValueError) as problem:
        sys.exit(str(problem))
    told = {"base": options.base, "adapter": options.adapter, "out": options.out, "n": len(questions())}
    (options.out / "README.md").write_text(_CARD.format(**told, effect=effect, error=error), encoding="utf-8")
    print(f"{options.out}: the adapter moves the logits by {effect:.4f}; merged and unmerged differ by {error:.4f}")


if __name__ == "__main__":
    main()
