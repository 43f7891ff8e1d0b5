"""A small data set with expert-coded action units, for tests of the engine: quick, because no clip is decoded."""

from pathlib import Path
from random import Random

CODES = {
    "happiness": "6C+12D",
    "anger": "4D+7C+24C",
    "sadness": "1C+4C+15D",
    "surprise": "1C+2D+25C+26C",
    "neutral": "25A",
}


def write(root: Path, count: int, seed: int = 0) -> Path:
    """A table of ``count`` clips, s0 to s4 as subjects; every tenth clip copies the one before, the last row disagrees."""
    rng = Random(seed)
    root.mkdir(parents=True, exist_ok=True)
    lines = ["clip,id,label,subject,aus"]
    for n in range(count):
        label = rng.choice(sorted(CODES))
        content = n - 1 if n and n % 10 == 0 else n
        (root / f"{n}.bin").write_bytes(f"clip {content}".encode())
        aus = CODES["anger" if n == count - 1 else label]
        lines.append(f"{n}.bin,c{n},{'happiness' if n == count - 1 else label},s{n % 5},{aus}")
    (root / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root
