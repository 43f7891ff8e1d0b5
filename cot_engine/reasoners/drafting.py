"""Faster decoding without another model: the codebook drafts, the model checks.

A fine-tuned model writes much like the codebook it learned from, with the same numbers. So the codebook's plain explanation of
the same evidence is offered to it as a whole; where the model goes another way, the rest of it is offered from where the words
are the same again, and until then a few of the codebook's wordings are what transformers' prompt lookup searches. Greedy text
stays what it would be, up to rounding.
"""

from collections.abc import Sequence
from functools import wraps
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
# Where the model has gone another way, so many of its tokens must stand in the draft for that to be taken up again, and so many
# of the draft's are offered: checking them costs little more than checking a dozen.
_SAME, _LONGEST_SAME, _RESUMED = 3, 24, 64


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


def continuation(written: list[int], draft: list[int]) -> list[int]:
    """How ``draft`` goes on after ``written``: all the rest of it as long as they are the same; then a few dozen tokens, from
    where the longest run of the last ones written stands in it (of several places the nearest). Empty where there is none."""
    if written == draft[: len(written)]:
        return draft[len(written) :]

    def same(place: int) -> int:
        most = min(place, len(written), _LONGEST_SAME)
        return next((n for n in range(most) if draft[place - 1 - n] != written[-1 - n]), most)

    place = max(range(len(draft)), key=lambda place: (same(place), -abs(place - len(written))), default=0)
    return draft[place : place + _RESUMED] if same(place) >= _SAME else []


def generate(model: Any, drafts: Sequence[Sequence[int]], question: int, **options: Any) -> Any:
    """``model.generate`` (greedy, one sequence) with candidates taken from ``drafts``, lists of token ids.

    The candidates are the ``continuation`` of the first draft after what stands behind the first ``question`` tokens. Where it
    has none, the lookup is transformers' own; only where it searches is widened, through the method that gives it to
    ``generate``. ``past_key_values`` may hold what ``input_ids`` begins with: it is not read again.
    """
    import torch
    from transformers.generation.candidate_generator import PromptLookupCandidateGenerator

    if hasattr(model, "get_base_model"):
        # Of a model with an adapter, the one that generates.
        model = model.get_base_model()
    remembered = options["past_key_values"].get_seq_length() if "past_key_values" in options else 0
    text = torch.tensor([token for draft in drafts for token in draft], dtype=torch.long)[None]
    draft = list(drafts[0]) if drafts else []

    class Lookup(PromptLookupCandidateGenerator):
        def get_candidates(self, input_ids: Any, **more: Any) -> Any:
            ahead = continuation(input_ids[0, question:].tolist(), draft)
            if ahead:
                return torch.cat([input_ids, input_ids.new_tensor(ahead)[None]], dim=1), None
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

    # Assisted decoding of transformers 5 would read the beginning anew, after what is remembered of it.
    prepare = model.prepare_inputs_for_generation

    @wraps(prepare)
    def unread(ids: Any, next_sequence_length: int | None = None, **more: Any) -> Any:
        if more.get("is_first_iteration"):
            next_sequence_length = ids.shape[1] - remembered
        return prepare(ids, next_sequence_length=next_sequence_length, **more)

    model._get_candidate_generator, model.prepare_inputs_for_generation = lookup, unread
    try:
        return model.generate(**options, prompt_lookup_num_tokens=_TOKENS, max_matching_ngram_size=_NGRAM, do_sample=False)
    finally:
        del model._get_candidate_generator, model.prepare_inputs_for_generation
