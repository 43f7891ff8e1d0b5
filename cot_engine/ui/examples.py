"""The example clips that come with the page: rendered by this project's studio, of people who do not exist."""

import base64
import shutil
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

from cot_engine.ui.fragments import fragment
from cot_engine.ui.texts import Words

NAMES = ("brows", "talking", "mask")


def examples(say: Words) -> str:
    """The pictures to choose from. Gradio's own list of examples has no name for its buttons that a screen reader could say."""
    folder = resources.files(__package__) / "examples"
    shown = []
    for name in NAMES:
        picture = base64.b64encode((folder / f"{name}.jpg").read_bytes()).decode("ascii")
        shown.append((f"data:image/jpeg;base64,{picture}", say(f"example_{name}")))
    return fragment("examples", say, shown)


def example_clip(index: int) -> Path:
    """A copy of the clip in a folder from which Gradio may hand it out. IndexError for none."""
    if not 0 <= index < len(NAMES):
        raise IndexError(index)
    copy = Path(_copies().name) / f"{NAMES[index]}.mp4"
    if not copy.exists():
        with resources.as_file(resources.files(__package__) / "examples" / copy.name) as clip:
            shutil.copyfile(clip, copy)
    return copy


@cache
def _copies() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="cot-engine-examples-", ignore_cleanup_errors=True)
