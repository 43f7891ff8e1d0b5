"""Rendered frames on disk: one H.264 file, or a folder of pictures; complete or not there at all."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Frames = Iterable[NDArray[np.uint8]]


def write_video(path: Path, frames: Frames, size: tuple[int, int], fps: float, crf: int, *, scratch: Path) -> None:
    """H.264 in MP4, yuv420p, at its true rate; the same frames give the same bytes.

    Args:
        scratch: folder on the same file system where the file grows until it is complete.
        frames: (H, W, 3) RGB.
        size: H and W, both even.
        crf: constant rate factor of x264, 18 fine, 38 coarse.
    """
    import av

    unfinished = _unfinished(path, scratch)
    # One thread: how x264 shares its work among several changes the bytes. No macroblock tree: in core 165 it reads memory that
    # was never written, and now and then a clip came out different (a test fills that memory to show it).
    options = {"crf": str(crf), "preset": "fast", "threads": "1", "x264-params": "mbtree=0"}
    with av.open(str(unfinished), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001), options=options)
        stream.pix_fmt = "yuv420p"
        stream.height, stream.width = size
        for rgb in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode(None))
    os.replace(unfinished, path)


def write_pictures(path: Path, frames: Frames, *, scratch: Path) -> None:
    """A folder of PNG files named by frame number."""
    from PIL import Image

    unfinished = _unfinished(path, scratch)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for number, rgb in enumerate(frames):
        Image.fromarray(rgb).save(unfinished / f"{number:06d}.png")
    # A folder cannot be replaced by renaming when something stands in its place.
    shutil.rmtree(path, ignore_errors=True)
    os.replace(unfinished, path)


def digest(path: Path) -> str | None:
    """SHA-256 of a file, or of the files of a folder in order of name; None when there is nothing."""
    if not path.exists():
        return None
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def _unfinished(path: Path, scratch: Path) -> Path:
    # The process number keeps two runs on one folder apart.
    return scratch / f"{path.stem}.{os.getpid()}{path.suffix}"
