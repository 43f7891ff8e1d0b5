"""How much faster ``mini`` writes with the codebook's drafts than with plain ``generate``: same weights, same run.

    python benchmarks/decode.py --clips 50

Evidence is drawn from studio scores of people that no training saw; frames are left out, since both ways read the same prompt.
The two ways alternate, and which goes first changes with every prompt.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from cot_engine.evidence import Event, Evidence, Span
from cot_engine.facs import LABEL_SETS, THRESHOLD
from cot_engine.reasoners.drafting import generate, wordings
from cot_engine.reasoners.named import reasoner_named
from cot_engine.reasoners.vlm import Vlm
from cot_engine.studio.performance import plan_clip
from cot_engine.studio.truth import STUDIO_AUS, seen_events

_LABELS, _MOST = LABEL_SETS["basic-7"], 512
_SEED = 77


def drawn(index: int) -> Evidence:
    """What a perfect measurement would find in a performance of the test people."""
    plan = plan_clip(_SEED, index, split="test")
    length = round(plan.frames / plan.fps, 2)
    events: tuple[Event, ...] = tuple(seen_events(plan))
    seen = (Span(start_s=0, end_s=length),)
    return Evidence(source="studio score", duration_s=length, seen=seen, events=events, reach=dict.fromkeys(STUDIO_AUS, 0.7))


def timed(write: Callable[[], Any]) -> tuple[list[int], float]:
    """Tokens written, and seconds."""
    begun = time.perf_counter()
    with torch.inference_mode():
        tokens = write()
    return tokens.tolist(), time.perf_counter() - begun


def main() -> None:
    """Prints tokens a second of both ways, their ratio and how many texts are the same."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=50)
    parser.add_argument("--model", default="mini")
    asked = parser.parse_args()
    analyst = reasoner_named(asked.model)
    assert isinstance(analyst, Vlm), "a model that runs here"
    model = analyst.model
    plain_s = drafted_s = 0.0
    plain_tokens = same = 0
    ratios = []
    for n in range(asked.clips):
        evidence = drawn(n)
        inputs = analyst.inputs(evidence, _LABELS)
        length = inputs["input_ids"].shape[1]

        def plain(inputs: Any = inputs, length: int = length) -> Any:
            return model.generate(**inputs, max_new_tokens=_MOST, do_sample=False)[0, length:]

        def drafted(inputs: Any = inputs, length: int = length, evidence: Evidence = evidence) -> Any:
            drafts = [analyst.ids(text) for text in wordings(evidence, _LABELS, THRESHOLD)]
            return generate(model, drafts, length, **inputs, max_new_tokens=_MOST)[0, length:]

        ways = {"plain": plain, "drafted": drafted}
        told = {name: timed(ways[name]) for name in (ways if n % 2 else reversed(ways))}
        same += told["plain"][0] == told["drafted"][0]
        plain_tokens += len(told["plain"][0])
        plain_s, drafted_s = plain_s + told["plain"][1], drafted_s + told["drafted"][1]
        ratios.append(told["plain"][1] / told["drafted"][1])
        print(f"{n + 1}/{asked.clips}: {ratios[-1]:.2f} times", flush=True)
    print(f"plain generate: {plain_tokens / plain_s:.1f} tokens/s; with drafts: {plain_tokens / drafted_s:.1f} tokens/s")
    print(
        f"ratio: {plain_s / drafted_s:.2f} overall, median {statistics.median(ratios):.2f}; same text: {same} of {asked.clips}"
    )


if __name__ == "__main__":
    main()
