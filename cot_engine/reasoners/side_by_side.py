"""Several questions at once: what they all begin with is read once, the rest is read and answered side by side.

One sequence alone leaves most of a processor idle while it fetches the weights for every token; a batch shares them.
"""

from collections.abc import Mapping
from typing import Any

from cot_engine.reasoners.remembered import alike


def answers(model: Any, asked: Mapping[str, Any], most_tokens: int) -> list[Any]:
    """Greedy answers of ``model`` to B questions.

    Args:
        asked: what a processor makes of B conversations, padded on the left.
        most_tokens: after so many an answer is cut off.

    Returns:
        B tensors of token ids. Each is what the question alone would be answered, up to rounding.
    """
    import torch

    picture = getattr(model.config, "image_token_id", None)
    # Without knowing where pictures begin, nothing is taken for shared.
    shared = 0 if picture is None else _shared(asked, picture)
    inputs = dict(_shared_first(asked, shared))
    count, length = inputs["input_ids"].shape
    with torch.inference_mode():
        if shared:
            cache = model(input_ids=inputs["input_ids"][:1, :shared], use_cache=True, logits_to_keep=1).past_key_values
            cache.batch_repeat_interleave(count)
            inputs["past_key_values"] = cache
        written = model.generate(**inputs, max_new_tokens=most_tokens, do_sample=False)
    return list(written[:, length:])


def _shared(asked: Mapping[str, Any], picture: int) -> int:
    """How many tokens all questions begin with, up to the first picture: pictures differ where their tokens do not."""
    pairs = zip(asked["input_ids"], asked["attention_mask"].bool(), strict=True)
    rows = [ids[kept] for ids, kept in pairs]
    # One token at least is left to answer from.
    same = min(*(alike(rows[0], row) for row in rows), *(len(row) - 1 for row in rows))
    pictures = (rows[0][:same] == picture).nonzero()
    return int(pictures[0]) if len(pictures) else same


def _shared_first(asked: Mapping[str, Any], shared: int) -> Mapping[str, Any]:
    """The same with the padding behind the first ``shared`` tokens of each question instead of before them."""
    import torch

    mask = asked["attention_mask"]
    places = torch.arange(mask.shape[1], device=mask.device)
    padded = mask.shape[1] - mask.sum(dim=1, keepdim=True)
    # Where each token comes from: the shared ones from behind the padding, the padding from the front.
    taken = torch.where(places < shared, places + padded, torch.where(places < shared + padded, places - shared, places))
    return {name: value.gather(1, taken) if value.shape == mask.shape else value for name, value in asked.items()}
