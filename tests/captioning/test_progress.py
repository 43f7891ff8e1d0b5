import os
from collections import Counter

from cot_engine.captioning.progress import _Gpu, progress, words
from cot_engine.captioning.run import Status


def test_it_says_speed_time_left_and_what_was_rejected():
    status = Status(total=100, done=20, made=10, rejects=Counter({"no_face": 3, "too_long": 1}))
    status.began -= 5
    assert words(status).startswith("2.00 clips/s, 0:00:4")
    assert words(status).endswith("left, 3 no_face, 1 too_long")


def test_before_the_first_clip_it_promises_nothing():
    assert words(Status(total=100)) == ""


def test_it_is_quiet_where_nobody_looks():
    with progress() as report:
        assert report is None


def test_gpus_are_shown_where_there_are_some(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _Gpu().use() == ""
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\nprintf '87\\n3\\n'\n")
    os.chmod(tool, 0o755)
    assert _Gpu().use() == "GPU 87 %, GPU 3 %"
    tool.write_text("#!/bin/sh\nexit 9\n")
    assert _Gpu().use() == ""
