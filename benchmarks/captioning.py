"""Clips a second of `cot-engine caption` with the codebook, beside a plain loop over the same clips, from one run.

    python benchmarks/captioning.py FOLDER [--clips 40] [--workers 2] [--rounds 1]

FOLDER holds videos and pictures, for example the `clips` of `cot-engine studio render`. The plain loop calls `analyze` on one
clip after another in one process, which is warm before it is timed. Ours is timed from the command's start to its end: starting
processes, journals, tables, manifest and card included. Both run in turn, `--rounds` times; the ratio is the median of the
rounds' ratios. The load of the machine is printed too, because it decides what such a figure is worth.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cot_engine.analysis import analyze
from cot_engine.captioning.inputs import from_input


def plain_loop(clips: list[Path]) -> float:
    """Clips/s of the least that one can write."""
    begun = time.perf_counter()
    for clip in clips:
        analyze(clip).report.to_json()
    return len(clips) / (time.perf_counter() - begun)


def ours(clips: list[Path], workers: int, folder: Path) -> float:
    """Clips/s of the command over the same clips."""
    table = folder / "clips.jsonl"
    for clip in clips:
        (folder / clip.name).symlink_to(clip.absolute())
    table.write_text("".join(f'{{"clip": "{clip.name}"}}\n' for clip in clips))
    command = [str(Path(sys.executable).with_name("cot-engine")), "caption", "--model", "codebook"]
    begun = time.perf_counter()
    subprocess.run(
        [*command, "--input", table, "--out", folder / "out", "--workers", str(workers)], check=True, stdout=subprocess.DEVNULL
    )
    return len(clips) / (time.perf_counter() - begun)


def main() -> None:
    """Parses the command line, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        clips = [sample.clip for sample in from_input(options.folder, Path(cache)).samples[: options.clips]]
    analyze(clips[0])
    pairs = []
    for _ in range(options.rounds):
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory() as folder:
            pairs.append((plain_loop(clips), ours(clips, options.workers, Path(folder))))
        print(f"plain loop {pairs[-1][0]:.3f} clips/s, caption {pairs[-1][1]:.3f} clips/s; load before {load:.1f}", flush=True)
    ratio = statistics.median(mine / plain for plain, mine in pairs)
    print(f"{len(clips)} clips, {options.workers} workers, {os.cpu_count()} cores: ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
