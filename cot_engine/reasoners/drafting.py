"""Faster decoding without another model: the codebook drafts, the model checks.

A fine-tuned model writes much like the codebook it learned from, with the same numbers. So the codebook's plain explanation of
the same evidence is offered to it as a whole; where the model goes another way, a few of the codebook's wordings are what
transformers' prompt lookup searches for the next tokens, and a dozen are checked at once. Greedy text stays what it would be,
up to rounding.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, cast

from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.reasoners.infer import infer
from cot_engine.reasoners.interpret import interpret
from cot_engine.reasoners.observe import observe
from cot_engine.reasoners.plain import plain_trace
from cot_engine.trace import Trace

_OTHER_WORDINGS = 5
_TOKENS, _NGRAM = 12, 4


def wordings(evidence: Evidence, labels: LabelSet | None, threshold: float) -> list[str]:
    """The codebook's explanations of ``evidence``: the plain one, which ``mini`` has learned, and several others."""
    judgement = infer(evidence, labels) if labels else None
    texts = [plain_trace(evidence, labels, threshold).text]
    for seed in range(_OTHER_WORDINGS):
        rng = Random(seed)  # noqa: S311 - it chooses wordings, nothing secret
        observations = tuple(observe(evidence, rng))
        interpretation = interpret(evidence, judgement, threshold, rng) if judgement else ""
        texts.append(Trace(observations=observations, interpretation=interpretation, conclusion="").text)
    return list(dict.fromkeys(texts))


def generate(model: Any, drafts: Sequence[Sequence[int]], question: int, **options: Any) -> Any:
    """``model.generate`` (greedy, one sequence) with candidates taken from ``drafts``, lists of token ids.

    As long as what stands after the first ``question`` tokens is the beginning of the first draft, the rest of it is the
    candidate. The lookup after that is transformers' own; only where it searches is widened, through the method that gives it
    to ``generate``.
    """
    import torch
    from transformers.generation.candidate_generator import PromptLookupCandidateGenerator

    text = torch.tensor([token for draft in drafts for token in draft], dtype=torch.long)[None]
    first = len(drafts[0]) if drafts else 0

    class Lookup(PromptLookupCandidateGenerator):
        def get_candidates(self, input_ids: Any, **more: Any) -> Any:
            written, before = input_ids[0, question:], text.to(input_ids.device)
            whole = before[:, :first]
            if len(written) < first and torch.equal(whole[0, : len(written)], written):
                return torch.cat([input_ids, whole[:, len(written) :]], dim=1), None
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
