"""The page, served with the real pipeline over a made-up perception, and a browser to look at it with.

What perception "sees" depends on the name of the uploaded file: see ``_perceive``.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from faked import event, evidence

os.environ["HF_HUB_OFFLINE"] = "1"
pytest.importorskip("gradio")

from cot_engine.action_units.series import Timeline
from cot_engine.analysis import Analysis, analyze, report_on
from cot_engine.captioning.clip import How, Task, guarded
from cot_engine.captioning.rows import Outcome
from cot_engine.captioning.run import Plan
from cot_engine.errors import Refusal
from cot_engine.evidence import Event
from cot_engine.perceive import Onlooker, Perceived, Perception
from cot_engine.reasoners.base import Explanation
from cot_engine.reasoners.codebook import Codebook
from cot_engine.report import Clip, Note
from cot_engine.trace import Trace
from cot_engine.ui import build_demo, open_page
from cot_engine.video import open_clip

DURATION_S, FPS, SIZE = 4.0, 10, (320, 240)
PLANTED = (
    "<script>window.planted = 1</script> <img src=x onerror='window.planted = 1'> ![i](http://planted.invalid/i.png) "
    "$$x^2$$ {{value}} ${1 + 1} `tick` The lip corners rise (AU12)."
)


class Planted:
    """A reasoner that writes what an attacker would like the page to run."""

    name = "planted"
    frames = 0

    def explain(self, evidence, labels, threshold, pictures=(), told=None):
        trace = Trace(observations=(PLANTED,), interpretation=PLANTED, conclusion="happiness")
        if told:
            told(trace.text)
        rest = (1 - 0.9) / (len(labels.names) - 1)
        return Explanation(trace, {name: 0.9 if name == "happiness" else rest for name in labels.names})


def _person(track: int, *events: Event, left: float) -> Perceived:
    times = np.arange(int(DURATION_S * FPS)) / FPS
    # What a smile needs is measured in everyone, whether it moves or not.
    curves = {au: np.zeros((len(times), 2)) for au in ("AU6", "AU12")}
    for one in events:
        rise = np.clip(1 - np.abs(times - one.apex_s) / (one.offset_s - one.apex_s), 0, 1) * one.intensity
        curves[one.au] = np.stack([rise, rise], axis=1)
    box = np.array([left, 0.2, left + 0.25, 0.7]) * [*SIZE, *SIZE]
    return Perceived(
        track=track,
        evidence=evidence(*events),
        timeline=Timeline(times, curves),
        blendshapes=None,
        why="The largest face.",
        indices=np.arange(len(times)),
        times_s=times,
        boxes=np.tile(box, (len(times), 1)),
        notes=(Note(code="blurred", message="The face is blurred."),),
    )


def perceived(path: Path) -> Perception:
    """One smiling person; two in ``two.mp4``; in ``half.mp4`` only the brow moves."""
    brow, smile = event("AU4", 2.5, onset=0.4, side="left", length=0.5), (event("AU12"), event("AU6", onset=1.1))
    people = [_person(0, *(() if path.stem == "half" else smile), brow, left=0.1)]
    if path.stem == "two":
        people.append(_person(1, event("AU1", onset=0.5), event("AU2", onset=0.6), event("AU26", onset=0.6), left=0.6))
    facts = Clip(
        path=str(path),
        kind="video",
        duration_s=DURATION_S,
        frames=len(people[0].times_s),
        fps=FPS,
        width=SIZE[0],
        height=SIZE[1],
    )
    return Perception(facts, tuple(people), ())


def _perceive(
    path: str,
    limits: Any = None,
    progress: Callable[..., None] | None = None,
    so_far: Callable[[Perception], None] | None = None,
) -> Perception:
    """``slow`` takes long and tells early what it has seen, ``nobody`` shows no face, ``fault`` breaks, ``broken`` is no
    video; all others are read at once."""
    name = Path(path)
    if name.stem == "broken":
        raise Refusal("not_a_video", "broken.mp4 is neither a video nor a picture.", "Give a video.")
    frames = 600 if name.stem == "slow" else 4
    for done in range(1, frames + 1):
        if name.stem == "slow":
            time.sleep(0.05)
        if progress:
            progress("reading faces", done, frames)
        if so_far and done == 5:
            if isinstance(progress, Onlooker):
                with open_clip(name) as clip:
                    for frame in clip.frames():
                        progress.show(frame)
            so_far(replace(perceived(name), whole=False))
    if name.stem == "nobody":
        raise Refusal("no_face", "No face was found in 4 frames of nobody.mp4.", "The face should be at least 32 pixels high.")
    if name.stem == "broken":
        open_clip(name).close()
    if name.stem == "fault":
        raise RuntimeError("secret detail")
    if progress:
        progress("action units", 0, None)
    return perceived(name)


def fake_analyze(path: str, **asked: Any) -> Analysis:
    """The real ``analyze``; in ``planted`` an attacker explains."""
    if Path(path).stem == "planted":
        asked["reasoner"] = Planted()
    return analyze(path, **asked)


def caption_here(tasks: Iterator[Task], model: Any, how: How, workers: int) -> Iterator[Outcome | None]:
    """An engine of captioning runs that sees what the clip's name says, in this process."""
    for task in tasks:
        for _ in range(600 if "slow" in task.name else 0):
            time.sleep(0.05)
            yield None
        yield guarded(task, lambda task=task: report_on(_perceive(task.name), Codebook(), how.labels, how.threshold))


@pytest.fixture(scope="session")
def clip(clips: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A small real video of the given name, which tells the made-up perception what to see."""
    folder = tmp_path_factory.mktemp("clips")

    def make(name: str) -> Path:
        path = folder / name
        if path.stem == "broken":
            path.write_bytes(b"not a video at all " * 500)
        if not path.exists():
            clips.write(path, frames=int(DURATION_S * FPS), size=SIZE, fps=FPS)
        return path

    return make


@pytest.fixture(scope="session")
def served() -> list[Any]:
    """The pages served so far."""
    return []


@pytest.fixture(scope="session")
def serve_page(served: list[Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Serves a page of its own for a test that needs other settings; gives its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cot_engine.analysis.perceive", _perceive)
        patch.setattr("cot_engine.ui.dataset_run.Plan", partial(Plan, engine=caption_here))
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))

        def serve(data: Path | None = None, **settings: Any) -> str:
            demo = build_demo(fake_analyze, data=data)
            served.append(demo)
            return open_page(demo, prevent_thread_lock=True, quiet=True, **settings)

        yield serve
        for demo in served:
            demo.close()


@pytest.fixture(scope="session")
def page(serve_page: Callable[..., str]) -> str:
    """The address of the page that most tests share."""
    return serve_page()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium under Playwright."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium; on Debian: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a session of its own; what it fetched is in ``.fetched``, errors of its scripts in ``.faults``."""
    contexts = []

    def open_tab(address: str, *, width: int = 1280, **settings: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(60_000)
        tab.fetched, tab.faults = [], []
        tab.on("request", lambda request: tab.fetched.append(request.url))
        tab.on("pageerror", lambda error: tab.faults.append(str(error)))
        tab.goto(address)
        tab.locator("#analyse").wait_for()
        return tab

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def upload(clip: Callable[[str], Path]) -> Callable[..., None]:
    """Puts a clip into the Analyse tab and starts."""

    def put(tab: Any, name: str | Path, *, start: bool = True) -> None:
        if tab.locator("#clip button[aria-label='Clear']").count():
            tab.locator("#clip button[aria-label='Clear']").first.click()
        tab.set_input_files("#clip input[type=file]", clip(name) if isinstance(name, str) else name)
        tab.locator("#clip video").wait_for()
        if start:
            tab.locator("#analyse").click()

    return put
