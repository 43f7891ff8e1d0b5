"""Decoding in copies of a process that is ready: the same answers, and one that is killed harms no other."""

import os
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

from cot_engine.errors import Refusal
from cot_engine.video import Limits, open_clip, ready


@pytest.fixture
def standing():
    ready.stay_ready()
    yield psutil.Process(ready._ready._popen.pid)
    ready._close()
    ready._ready = None


def read(path, **limits):
    with open_clip(path, Limits(**limits)) as clip:
        return list(clip.frames()), clip.decoder, clip.notes


def copies(standing):
    return [child for child in standing.children() if child.status() != psutil.STATUS_ZOMBIE]


def test_a_copy_reads_what_a_process_started_for_the_clip_reads(clips, tmp_path, standing):
    path = clips.write(tmp_path / "a.mp4", 20)
    frames, *said = read(path)
    ready._close()
    ready._ready = None
    others, *others_said = read(path)
    assert said == others_said
    assert len(frames) == 20
    for one, other in zip(frames, others, strict=True):
        assert np.array_equal(one.rgb, other.rgb)
        assert one.time_s == other.time_s


def test_the_file_is_read_by_a_copy_that_is_gone_when_the_clip_is_closed(clips, tmp_path, standing):
    path = clips.write(tmp_path / "a.mp4", 200, size=(640, 360))
    fds = len(os.listdir("/proc/self/fd"))
    with open_clip(path) as clip:
        frames = clip.frames()
        next(frames)
        assert len(copies(standing)) == 1
    assert copies(standing) == []
    assert len(os.listdir("/proc/self/fd")) == fds


def test_a_copy_that_dies_harms_neither_its_neighbour_nor_the_next(clips, tmp_path, standing):
    path = clips.write(tmp_path / "a.mp4", 200, size=(640, 360))
    with open_clip(path) as neighbour:
        frames = neighbour.frames()
        next(frames)
        (first,) = copies(standing)
        with open_clip(path) as clip:
            begun = clip.frames()
            next(begun)
            (other,) = set(copies(standing)) - {first}
            other.kill()
            # PyAV goes on, in a copy of its own.
            assert sum(1 for _ in begun) == 199
        assert sum(1 for _ in frames) == 199
    assert len(read(path)[0]) == 200


def test_a_copy_keeps_to_the_memory_its_clip_may_have(clips, tmp_path, standing):
    with pytest.raises(Refusal):
        read(clips.write(tmp_path / "a.mp4", 5, size=(640, 360)), memory_bytes=1 << 20)


def test_when_what_stood_ready_was_killed_the_clip_is_read_all_the_same(clips, tmp_path, standing):
    path = clips.write(tmp_path / "a.mp4", 20)
    standing.kill()
    standing.wait()
    assert len(read(path)[0]) == 20
    assert ready._ready._popen.pid != standing.pid


def test_other_code_on_the_path_is_not_decoded_with_what_was_loaded_before(standing, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    assert ready.copy([0, 1]) is None


def test_it_ends_with_its_parent():
    code = (
        "import time; from cot_engine.video import ready; ready.stay_ready(); print(ready._ready._popen.pid, flush=True);"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        standing = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    deadline = time.monotonic() + 20
    while standing.is_running() and standing.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)
