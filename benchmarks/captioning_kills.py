"""Kills a captioning run again and again and holds what comes out against a run that nothing happened to.

    python benchmarks/captioning_kills.py [--kills 100] [--clips 400] [--seed 0] [--pairs]

The clips are made up and perceived by a stand-in (tests/fake_captioning.py), so that the time goes into what is tested: taking
clips, journals, tables. Each run is killed with SIGKILL at a random moment; when it was done before, it begins in a new folder.
With --pairs two processes work on the folder and one of them is killed. Exit code 1 when a table differs in one byte.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import fake_captioning as fake

from cot_engine.captioning.run import run


def started(clips: Path, out: Path) -> "subprocess.Popen[bytes]":
    """A run that has loaded everything and begins now."""
    command = [sys.executable, fake.__file__, str(clips), str(out)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None, "it was asked for"
    assert child.stdout is not None, "it was asked for"
    child.stdout.readline()
    child.stdin.write(b"go\n")
    child.stdin.flush()
    return child


def main() -> None:
    """Parses the command line, kills, compares, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--clips", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pairs", action="store_true")
    options = parser.parse_args()
    rng, kills, folders, differ = Random(options.seed), 0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        begun = time.perf_counter()
        run(fake.plan(fake.write(root / "clips", options.clips), root / "unbroken"))
        whole_s, tables = time.perf_counter() - begun, fake.tables(root / "unbroken")
        while kills < options.kills:
            folders += 1
            out = root / str(folders)
            alive = True
            while alive and kills < options.kills:
                children = [started(root / "clips", out) for _ in range(1 + options.pairs)]
                time.sleep(rng.uniform(0, whole_s / 4))
                victim = children[0]
                alive = victim.poll() is None
                kills += alive
                victim.kill()
                for child in children:
                    child.communicate()
                alive = alive and not options.pairs
            started(root / "clips", out).communicate()
            differ += fake.tables(out) != tables
            print(f"{kills} kills, {folders} folders, {differ} differ", file=sys.stderr, flush=True)
    print(f"{kills} kills in {folders} folders of {options.clips} clips: {differ} differ from the run that nothing happened to")
    sys.exit(differ > 0)


if __name__ == "__main__":
    main()
