"""The decoding process: what it costs, what it survives, and that it never outlives anybody."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import psutil
import pytest

from cot_engine.errors import Refusal
from cot_engine.video import Limits, open_clip

# A decord that decodes with PyAV and misbehaves at frame 10, in the way that a test puts in.
FAKE_DECORD = """
import ctypes, os
import av, numpy as np

class DECORDError(Exception): pass
class DECORDLimitReachedError(DECORDError): pass

def hang():
    ctypes.PyDLL(None).sleep(1000)  # PyDLL keeps the interpreter lock, as decord's loop does

class Array:
    def __init__(self, picture): self.picture = picture
    def asnumpy(self): return self.picture

class VideoReader:
    def __init__(self, uri, width, height, num_threads, fault_tol):
        with av.open(uri) as container:
            frames = [(f.time, f.reformat(width, height, "rgb24").to_ndarray()) for f in container.decode(video=0)]
        self.times, self.pictures = zip(*frames)
        self.times = np.array(self.times)
        self.following = 0
        {at_open}
    def __len__(self): return len(self.times)
    def get_frame_timestamp(self, indices): return np.stack([self.times, self.times], 1)[indices]
    def next(self):
        n = self.following
        self.following += 1
        if n == 10:
            {at_ten}
        return Array(self.pictures[n])
"""


@pytest.fixture
def fake_decord(tmp_path, monkeypatch):
    """Puts a misbehaving decord in the decoding process's way."""

    def install(at_ten="pass", at_open="pass"):
        (tmp_path / "fake" / "decord").mkdir(parents=True)
        text = FAKE_DECORD.replace("{at_ten}", at_ten).replace("{at_open}", at_open)
        (tmp_path / "fake" / "decord" / "__init__.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path / "fake")

    return install


def codes(clip):
    return [note.code for note in clip.notes]


def workers():
    return [child for child in psutil.Process().children() if "cot_engine.video.worker" in child.cmdline()]


@pytest.mark.parametrize("way", ["hang()", "ctypes.string_at(0)", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_decord_that_hangs_or_dies_costs_no_frame(way, fake_decord, clips, tmp_path):
    fake_decord(at_ten=way)
    path = clips.write(tmp_path / "a.mp4", 40)
    start = time.monotonic()
    with open_clip(path, Limits(stall_s=2)) as clip:
        frames = list(clip.frames())
        assert time.monotonic() - start < 8
        again = clip.at([20, 9, 10, 3])
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames] == list(range(40))
    assert clip.decoder.startswith("decord 0.6.0, then PyAV")
    assert codes(clip) == (["decode_timeout"] if way == "hang()" else []) + ["decoder_fallback"]
    for frame in again:
        assert np.array_equal(frame.rgb, frames[frame.index].rgb)
    assert workers() == []


def test_decord_that_hangs_before_the_first_frame(fake_decord, clips, tmp_path):
    fake_decord(at_open="hang()")
    with open_clip(clips.write(tmp_path / "a.mp4", 40), Limits(stall_s=2)) as clip:
        assert [clips.number(frame.rgb) for frame in clip.frames()] == list(range(40))
    assert clip.decoder.startswith("PyAV")


@pytest.mark.parametrize(
    ("at_ten", "at_open"),
    [
        ("raise DECORDError('x')", "pass"),
        ("os.write(2, b'[h264 @ 0x1] error while decoding\\n')", "pass"),
        ("pass", "self.times = self.times[:-1]"),
        ("pass", "self.times = self.times * 1.5"),
        ("pass", "self.pictures = [p[::-1] for p in self.pictures]"),
        ("pass", "self.pictures = [p[:-2] for p in self.pictures]"),
        ("pass", "raise DECORDError('cannot open')"),
    ],
)
def test_doubtful_decord_is_replaced_in_time(at_ten, at_open, fake_decord, clips, tmp_path):
    fake_decord(at_ten, at_open)
    with open_clip(clips.write(tmp_path / "a.mp4", 40)) as clip:
        frames = list(clip.frames())
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames] == list(range(40))
    assert clips.corners(frames[-1].rgb) == "rgbw"
    assert "decoder_fallback" in codes(clip)


def test_a_long_search_for_one_frame_is_not_a_hang(fake_decord, clips, tmp_path):
    slow = "normal = VideoReader.next; VideoReader.next = lambda self: (__import__('time').sleep(0.15), normal(self))[1]"
    fake_decord(at_open=slow)
    with open_clip(clips.write(tmp_path / "a.mp4", 25), Limits(stall_s=2)) as clip:
        assert [clips.number(frame.rgb) for frame in clip.at([24])] == [24]


def test_next_clip_is_unaffected_by_a_hang(fake_decord, clips, tmp_path, monkeypatch):
    fake_decord(at_ten="hang()")
    with open_clip(clips.write(tmp_path / "a.mp4", 20), Limits(stall_s=1.5)) as clip:
        list(clip.frames())
    monkeypatch.undo()
    with open_clip(clips.write(tmp_path / "b.mp4", 20)) as clip:
        assert [clips.number(frame.rgb) for frame in clip.frames()] == list(range(20))
    assert (clip.decoder, clip.notes) == ("decord 0.6.0", [])


def test_hang_of_every_decoder_is_a_timeout(clips, tmp_path, monkeypatch):
    path = clips.write(tmp_path / "a.mp4", 5)
    (tmp_path / "fake" / "av").mkdir(parents=True)
    (tmp_path / "fake" / "av" / "__init__.py").write_text("import ctypes\nctypes.PyDLL(None).sleep(1000)")
    monkeypatch.syspath_prepend(tmp_path / "fake")
    start = time.monotonic()
    with pytest.raises(Refusal) as refusal:
        open_clip(path, Limits(stall_s=1))
    assert refusal.value.code == "decode_timeout"
    assert time.monotonic() - start < 4
    assert workers() == []


def test_loss_of_both_decoders_keeps_what_was_delivered(clips, tmp_path):
    with open_clip(clips.write(tmp_path / "a.mp4", 200, size=(640, 360))) as clip:
        delivered = []
        for frame in clip.frames():
            delivered.append(frame.index)
            if frame.index in (20, 60):
                workers()[0].kill()
    assert delivered == list(range(len(delivered)))
    assert 60 <= len(delivered) < 200
    assert ("truncated", f"{len(delivered)} of 200 frames could be read.") in clip.notes


def run_script(folder, text, **more):
    """Start a script, with no guard around its top level, from a folder whose numpy.py must not be imported."""
    (folder / "cwd").mkdir()
    (folder / "cwd" / "numpy.py").write_text("raise SystemExit('imported from the current folder')")
    (folder / "script").mkdir()
    (folder / "script" / "script.py").write_text(textwrap.dedent(text))
    command = [sys.executable, str(folder / "script" / "script.py")]
    return subprocess.Popen(command, cwd=folder / "cwd", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def test_unguarded_script_runs_once_and_decoders_stay_silent(clips, tmp_path):
    whole = clips.write(tmp_path / "whole.mkv", 40)
    damaged = clips.edit_packets(whole, tmp_path / "damaged.mkv", damage=[5, 10, 15, 20])
    script = run_script(
        tmp_path,
        f"""
        from cot_engine.video import open_clip
        with open_clip({str(damaged)!r}) as clip:
            print(sum(1 for _ in clip.frames()), [note.code for note in clip.notes])
        """,
    )
    out, err = script.communicate(timeout=30)
    assert out.count("\n") == 1
    assert "decode_warnings" in out
    assert err == ""


def wait_until_gone(process, seconds):
    deadline = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the decoding process outlives its parent"
        time.sleep(0.05)


@pytest.mark.parametrize(("at_ten", "patience_s"), [("pass", 3), ("hang()", 6)])
def test_decoding_process_dies_with_its_parent(at_ten, patience_s, fake_decord, clips, tmp_path):
    fake_decord(at_ten)
    path = clips.write(tmp_path / "a.mp4", 200, size=(640, 360))
    script = run_script(
        tmp_path,
        f"""
        import sys, time
        from cot_engine.video import Limits, open_clip
        clip = open_clip({str(path)!r}, Limits(stall_s=2))
        frames = clip.frames()
        for _ in range(9):
            next(frames)
        print("ready", flush=True)
        time.sleep(60)
        """,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "fake")},
    )
    assert script.stdout.readline() == "ready\n"
    (worker,) = psutil.Process(script.pid).children()
    time.sleep(0.3)
    script.send_signal(signal.SIGKILL)
    script.communicate()
    wait_until_gone(worker, patience_s)


def test_nothing_is_left_behind(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4", 40)
    (tmp_path / "bad.mp4").write_bytes(path.read_bytes()[:300])
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with open_clip(path) as clip:
            next(clip.frames())
        with open_clip(path):
            pass
        with pytest.raises(Refusal):
            open_clip(tmp_path / "bad.mp4")
    assert workers() == []
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_slow_consumer_does_not_make_frames_pile_up(clips, tmp_path):
    with open_clip(clips.write(tmp_path / "a.mp4", 300, size=(640, 360))) as clip:
        frames = clip.frames()
        next(frames)
        (worker,) = workers()
        end = time.monotonic() + 20
        busy, used = -1.0, worker.cpu_times().user
        while used > busy:
            assert time.monotonic() < end, "it goes on decoding"
            time.sleep(0.5)
            busy, used = used, worker.cpu_times().user
        # Quiet because it waits, not because it has decoded everything.
        assert worker.status() == psutil.STATUS_SLEEPING


def test_importing_video_loads_no_decoder():
    code = "import sys, cot_engine.video; print([m for m in ('av', 'decord', 'cv2', 'PIL') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
