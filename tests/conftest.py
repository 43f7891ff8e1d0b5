"""Fixtures for all tests."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import clips as clip_builders
import pytest
import real_clip as real_clips


@pytest.fixture(scope="session")
def clips() -> ModuleType:
    """The module ``tests/clips.py``, which builds small clips."""
    return clip_builders


@pytest.fixture(scope="session")
def real_clip() -> Callable[[str], Path]:
    """Finds a real clip or picture, for example ``single_face.mp4``; not to be written to."""
    return real_clips.real_clip
