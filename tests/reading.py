"""Reading a clip in one go, for tests that look at what came out."""

import pytest

from cot_engine.errors import Refusal
from cot_engine.video import open_clip


def read(path, limits=None):
    with open_clip(path, limits) as clip:
        return clip, list(clip.frames())


def refusal_of(path, limits=None):
    with pytest.raises(Refusal) as refusal:
        read(path, limits)
    return refusal.value.code


def codes(clip):
    return [note.code for note in clip.notes]
