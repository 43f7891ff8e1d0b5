"""Captioning without perception: a clip is a small text file, and what it says decides what comes of it."""

import sys
import time
from pathlib import Path

from faked_rows import report

from cot_engine.captioning.inputs import from_input
from cot_engine.captioning.rows import Outcome
from cot_engine.captioning.run import Plan, run
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS

TABLES = ("captions", "rejects", "duplicates")
_SLOW_S = 0.005


def write(folder: Path, count: int) -> Path:
    """``count`` clips, every 8th of them broken, every 10th a copy of the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        said = "no_face" if n % 8 == 5 else f"clip {n - 1 if n % 10 == 9 else n}"
        # Broken clips differ in content.
        (folder / f"c{n:03}.mp4").write_text(said if said.startswith("clip") else f"{said} {n}")
    return folder


def engine(tasks, model, how, workers):
    """``clip N``: a report; ``CODE N``: rejected; ``quota``: ends the run."""
    for task in tasks:
        word, _, number = task.clip.read_text().partition(" ")
        time.sleep(_SLOW_S)
        if word == "quota":
            raise Refusal("teacher_quota", "No more.", "Wait.")
        if word != "clip":
            yield Outcome(key=task.key, code=word, message="It is broken.")
            continue
        made = report(int(number) % 20)
        yield Outcome(key=task.key, report=made.model_copy(update={"clip": made.clip.model_copy(update={"path": task.name})}))
        yield None


def plan(folder: Path, out: Path, **fields) -> Plan:
    return Plan(from_input(str(folder), out / "cache"), out, "codebook", LABEL_SETS["basic-7"], engine=engine, **fields)


def tables(out: Path, version: int = 1) -> dict[str, bytes]:
    return {name: (out / "data" / f"v{version}" / f"{name}.parquet").read_bytes() for name in TABLES}


def main() -> None:
    """A run in a process of its own: FOLDER OUT [largest file in bytes]. Begins when told to, and says why it was refused."""
    folder, out, *largest = sys.argv[1:]
    if largest:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest[0]),) * 2)
    planned = plan(Path(folder), Path(out))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        run(planned)
    except Refusal as refusal:
        print(refusal.code, refusal.message, flush=True)
        sys.exit(3)


if __name__ == "__main__":
    main()
