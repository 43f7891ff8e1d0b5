"""Faster decoding without another model: the codebook drafts, the model checks.

A fine-tuned model writes much like the codebook it learned from, with the same numbers. So a few of the codebook's wordings of
the same evidence are what transformers' prompt lookup searches for the next tokens; the model checks a dozen at once. Greedy
text stays what it would be, up to rounding.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, cast

from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.reasoners.infer import infer
from cot_engine.reasoners.interpret import interpret
from cot_engine.reasoners.observe import observe
from cot_engine.trace import Trace

_WORDINGS = 6
_TOKENS, _NGRAM = 12, 4


def wordings(evidence: Evidence, labels: LabelSet | None, threshold: float) -> list[str]:
    """The codebook's explanations of ``evidence`` in several wordings."""
    judgement = infer(evidence, labels) if labels else None
    texts = []
    for seed in range(_WORDINGS):
        rng = Random(seed)  # noqa: S311 - it chooses wordings, nothing secret
        observations = tuple(observe(evidence, rng))
        interpretation = interpret(evidence, judgement, threshold, rng) if judgement else ""
        texts.append(Trace(observations=observations, interpretation=interpretation, conclusion="").text)
    return list(dict.fromkeys(texts))


def generate(model: Any, drafts: Sequence[Sequence[int]], **options: Any) -> Any:
    """``model.generate`` (greedy, one sequence) with candidates looked up in ``drafts``, lists of token ids.

    The lookup is transformers' own; only where it searches is widened, through the method that gives it to ``generate``.
    """
    import torch
    from transformers.generation.candidate_generator import PromptLookupCandidateGenerator

    text = torch.tensor([token for draft in drafts for token in draft], dtype=torch.long)[None]

    class Lookup(PromptLookupCandidateGenerator):
        def get_candidates(self, input_ids: Any, **more: Any) -> Any:
            before = text.to(input_ids.device)
            found, scores = super().get_candidates(cast(Any, torch.cat([before, input_ids], dim=1)), **more)
            return found[:, before.shape[1] :], scores

    def lookup(generation_config: Any, *_: Any, **__: Any) -> Lookup:
        return Lookup(
            eos_token_id=generation_config._eos_token_tensor,
            num_output_tokens=generation_config.prompt_lookup_num_tokens,
            max_matching_ngram_size=_NGRAM,
            max_length=generation_config.max_length + text.shape[1],
        )

    model._get_candidate_generator = lookup
    try:
        return model.generate(**options, prompt_lookup_num_tokens=_TOKENS, max_matching_ngram_size=_NGRAM, do_sample=False)
    finally:
        del model._get_candidate_generator
