"""Traces per minute of `cot-engine traces build` with the codebook teacher, and where the time goes, from one run.

    python benchmarks/traces.py [--clips 40] CLIP

CLIP is measured once (after a first time that loads everything); then its evidence with other strengths is explained again and
again, so that teacher and checks are timed on many traces. Prints seconds a clip in perception, teacher and checking, and what
follows from them.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from random import Random

from cot_engine.engine.codebook_teacher import CodebookTeacher
from cot_engine.engine.measure import Shelf
from cot_engine.engine.process import Processor
from cot_engine.engine.rows import Row, Seen
from cot_engine.facs import LABEL_SETS, THRESHOLD


def varied(seen: Seen, rng: Random) -> Seen:
    """The same movements, each up to a grade weaker or stronger."""
    events = tuple(
        event.model_copy(update={"intensity": min(5.0, max(0.3, event.intensity + rng.uniform(-1, 1)))})
        for event in seen.evidence.events
    )
    return seen.model_copy(update={"evidence": seen.evidence.model_copy(update={"events": events})})


async def explain(processor: Processor, seen: Seen, count: int) -> int:
    """Rows of the loop; returns how many were accepted."""
    rng, accepted = Random(0), 0
    for n in range(count):
        row = Row(id=str(n), key=str(n), status="rejected", label="happiness", seen=varied(seen, rng))
        accepted += (await processor.explain(row)).status == "accepted"
    return accepted


def main() -> None:
    """Parses the command line, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--clips", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), pixels=True)
        shelf.measure(arguments.clip, "warm")
        seen, perception = shelf.measure(arguments.clip, "timed")
    processor = Processor(CodebookTeacher(), LABEL_SETS["basic-7"], 3, THRESHOLD, None)
    begun = time.perf_counter()
    accepted = asyncio.run(explain(processor, seen, arguments.clips))
    wall = time.perf_counter() - begun
    shares = {
        "perception": perception,
        "teacher": processor.seconds.teacher / arguments.clips,
        "checking": processor.seconds.checking / arguments.clips,
    }
    total = sum(shares.values())
    print(f"{arguments.clips} rows, {accepted} accepted; clip of {seen.evidence.duration_s} s")
    for name, seconds in shares.items():
        print(f"{name:11}{seconds:8.3f} s a clip  {seconds / total:6.1%}")
    print(
        f"{60 / total:.1f} traces a minute in one process; {60 * arguments.clips / wall:.0f} where the evidence is kept already"
    )


if __name__ == "__main__":
    main()
