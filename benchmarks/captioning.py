"""Clips a second of `cot-engine caption`, beside a plain loop over the same clips with the same model, from one run.

    python benchmarks/captioning.py FOLDER [--clips 40] [--workers 2] [--rounds 1] [--model codebook] [--texts 16]

FOLDER holds videos and pictures, for example the `clips` of `cot-engine studio render`. The plain loop calls `analyze` on one
clip after another in one process, which is warm before it is timed. Ours is timed from the command's start to its end: starting
processes, journals, tables, manifest and card included. Both run in turn, `--rounds` times; the ratio is the median of the
rounds' ratios. The load of the machine is printed too, because it decides what such a figure is worth.

With a model in memory (mini, an adapter, a model folder) it also writes --texts explanations of made-up evidence plainly, one
after another and side by side, and one after another with drafts, as the product does on a CPU: tokens a second of each.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from decode import drawn

from cot_engine.analysis import analyze
from cot_engine.captioning.inputs import from_input
from cot_engine.facs import LABEL_SETS, THRESHOLD
from cot_engine.reasoners.base import Reasoner
from cot_engine.reasoners.named import reasoner_named
from cot_engine.reasoners.side_by_side import answers
from cot_engine.reasoners.vlm import BATCH, MOST_TOKENS, Vlm


def plain_loop(clips: list[Path], reasoner: Reasoner) -> float:
    """Clips/s of the least that one can write."""
    begun = time.perf_counter()
    for clip in clips:
        analyze(clip, reasoner=reasoner).report.to_json()
    return len(clips) / (time.perf_counter() - begun)


def ours(clips: list[Path], model: str, workers: int, folder: Path) -> float:
    """Clips/s of the command over the same clips."""
    table = folder / "clips.jsonl"
    for clip in clips:
        (folder / clip.name).symlink_to(clip.absolute())
    table.write_text("".join(f'{{"clip": "{clip.name}"}}\n' for clip in clips))
    command = [str(Path(sys.executable).with_name("cot-engine")), "caption", "--model", model]
    begun = time.perf_counter()
    subprocess.run(
        [*command, "--input", table, "--out", folder / "out", "--workers", str(workers)], check=True, stdout=subprocess.DEVNULL
    )
    return len(clips) / (time.perf_counter() - begun)


def generation(analyst: Vlm, texts: int) -> None:
    """Prints tokens/s of explanations written plainly one by one, plainly side by side, and as the product does."""
    labels, seen = LABEL_SETS["basic-7"], [drawn(n) for n in range(texts)]
    # As the captioner does: those of like length together.
    seen.sort(key=lambda evidence: len(evidence.events))

    def written(batch: int) -> tuple[list[str], float]:
        texts: list[str] = []
        begun = time.perf_counter()
        for n in range(0, len(seen), batch):
            asked = analyst.side_by_side([(evidence, ()) for evidence in seen[n : n + batch]], labels)
            texts += [analyst.text(ids) for ids in answers(analyst.model, asked, MOST_TOKENS)]
        return texts, rate(texts, begun)

    def rate(texts: list[str], begun: float) -> float:
        return sum(len(analyst.ids(text)) for text in texts) / (time.perf_counter() - begun)

    single, singly = written(1)
    batched, together = written(BATCH)
    begun = time.perf_counter()
    drafted = rate([analyst.explain(evidence, labels, THRESHOLD).trace.text for evidence in seen], begun)
    print(f"one by one {singly:.1f} tokens/s; {BATCH} side by side {together:.1f} tokens/s: ratio {together / singly:.2f}")
    print(f"one by one with drafts, labels scored too: {drafted:.1f} tokens/s: ratio {drafted / singly:.2f}")
    print(f"same words side by side: {len(set(single) & set(batched))} of {texts}")


def main() -> None:
    """Parses the command line, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--model", default="codebook")
    parser.add_argument("--texts", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        clips = [sample.clip for sample in from_input(options.folder, Path(cache)).samples[: options.clips]]
    reasoner = reasoner_named(options.model)
    if isinstance(reasoner, Vlm):
        generation(reasoner, options.texts)
    analyze(clips[0], reasoner=reasoner)
    pairs = []
    for _ in range(options.rounds):
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory() as folder:
            pairs.append((plain_loop(clips, reasoner), ours(clips, options.model, options.workers, Path(folder))))
        print(f"plain loop {pairs[-1][0]:.3f} clips/s, caption {pairs[-1][1]:.3f} clips/s; load before {load:.1f}", flush=True)
    ratio = statistics.median(mine / plain for plain, mine in pairs)
    print(f"{len(clips)} clips, {options.workers} workers, {os.cpu_count()} cores: ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
