"""Hostile and damaged files: true frames and a note, or a typed refusal."""

import contextlib
import ctypes
import http.server
import os
import struct
import threading
import time

import av
import numpy as np
import pytest
from PIL import Image
from reading import codes, read, refusal_of

from cot_engine.errors import Refusal
from cot_engine.video import Limits, open_clip


def test_half_of_an_mp4_gives_the_frames_that_exist(clips, tmp_path):
    clip, frames = read(clips.truncate(clips.write(tmp_path / "a.mp4", 60), 0.5))
    assert 5 < len(frames) < 55
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames] == list(range(len(frames)))
    assert ("truncated", f"{len(frames)} of 60 frames could be read.") in clip.notes


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "libx264"), ("a.webm", "libvpx-vp9"), ("a.avi", "mpeg4")])
def test_half_of_other_containers_says_truncated(name, codec, clips, tmp_path):
    clip, frames = read(clips.truncate(clips.write(tmp_path / name, 150, codec=codec), 0.6))
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames]
    assert ("truncated", f"{len(frames)} of 150 frames could be read.") in clip.notes


def test_mp4_without_its_index_is_refused(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes().replace(b"moov", b"xxxx", 1))
    assert refusal_of(path) == "not_a_video"


def test_mp4_cut_before_its_first_frame_is_refused(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"mdat") + 8])
    assert refusal_of(path) == "no_frames"


def test_random_bytes_behind_a_video_header_are_refused(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x20ftypisom" + np.random.default_rng(0).bytes(5000))
    assert refusal_of(tmp_path / "a.mp4") in ("not_a_video", "no_frames")


def test_more_frames_claimed_than_exist(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4", 30)
    clips.patch(path, b"stts", 8, 431)
    clip, frames = read(path)
    assert clip.info.claimed_frames == 431
    assert [clips.number(frame.rgb) for frame in frames] == list(range(30))
    assert ("truncated", "30 of 431 frames could be read.") in clip.notes


@pytest.mark.parametrize(
    ("codec", "name"), [("libx264", "a.mp4"), ("libx264", "a.mkv"), ("mjpeg", "a.avi"), ("libx265", "a.mp4")]
)
def test_damaged_packet_is_reported_and_no_frame_moves(codec, name, clips, tmp_path):
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    whole = clips.write(tmp_path / f"whole-{name}", 40, codec=codec, pix_fmt=pix_fmt, options={"g": "10"})
    clip, frames = read(clips.edit_packets(whole, tmp_path / name, damage=[15]))
    assert "decode_warnings" in codes(clip)
    # Behind the next key frame everything is whole again, at its own place.
    assert [clips.number(frame.rgb) for frame in frames if frame.index >= 20] == list(range(20, 40))
    assert [frame.time_s for frame in frames] == pytest.approx([frame.index / 30 for frame in frames], abs=1e-3)


def test_second_pass_over_a_damaged_clip_gives_the_same_pixels(clips, tmp_path):
    whole = clips.write(tmp_path / "a.mkv", 40, options={"preset": "medium", "g": "10"})
    with open_clip(clips.edit_packets(whole, tmp_path / "b.mkv", damage=[20, 31])) as clip:
        frames = {frame.index: frame for frame in clip.frames()}
        assert "then PyAV" in clip.decoder
        for frame in clip.at(reversed(frames)):
            assert np.array_equal(frame.rgb, frames[frame.index].rgb)


def test_sound_without_pictures_is_refused(clips, tmp_path):
    assert refusal_of(clips.write_sound(tmp_path / "a.mp4")) == "no_video_stream"


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "libx264"), ("a.webm", "libvpx-vp9"), ("a.mp4", "libsvtav1"), ("a.avi", "mpeg4"), ("a.mov", "libx265")],
)
def test_frame_size_is_checked_before_decoding(name, codec, clips, tmp_path):
    assert refusal_of(clips.write(tmp_path / name, 3, codec=codec), Limits(max_pixels=160 * 96 - 1)) == "too_large"


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_duration_is_checked_from_the_header(name, clips, tmp_path):
    assert refusal_of(clips.write(tmp_path / name, 45), Limits(max_duration_s=1.0)) == "too_long"


def test_a_day_between_two_frames_is_too_long(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4", 3)
    clips.patch(path, b"stts", 12, clips.peek(path, b"mdhd", 12) * 86400)
    clips.patch(path, b"mdhd", 16, clips.peek(path, b"mdhd", 12) * 3)  # the header itself claims three seconds
    clips.patch(path, b"elst", 8, 3 * 86400 * 1000)
    assert refusal_of(path) == "too_long"


def test_frames_that_claim_to_be_huge_stay_within_memory(clips, tmp_path):
    path = clips.write(tmp_path / "a.avi", 3, codec="mjpeg", pix_fmt="yuvj420p")
    data = bytearray(path.read_bytes())
    start = data.index(b"strf") + 12
    data[start : start + 8] = struct.pack("<ii", 30000, 30000)
    path.write_bytes(bytes(data))
    with contextlib.suppress(Refusal):
        _, frames = read(path)
        assert frames[0].rgb.shape == (96, 160, 3)


def test_too_little_memory_ends_in_a_refusal(tmp_path):
    # One picture alone is 384 MB of pixels: no matter how much a process needs besides, it cannot fit.
    path = tmp_path / "a.png"
    Image.new("RGB", (16000, 8000)).save(path, compress_level=1)
    assert refusal_of(path, Limits(memory_bytes=384 << 20, max_pixels=1 << 28)) == "too_large"


class _Canary:
    """A web server that counts requests and a file that notices being opened (inotify, Linux)."""

    def __init__(self, folder):
        self.requests = 0
        canary = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                canary.requests += 1

            def log_message(self, *args):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/segment.ts"
        self.file = folder / "canary.ts"
        libc = ctypes.CDLL(None, use_errno=True)
        self.watch = libc.inotify_init1(os.O_NONBLOCK)
        self.file.write_bytes(b"")
        libc.inotify_add_watch(self.watch, os.fsencode(self.file), 0x20)  # IN_OPEN

    def opened(self):
        try:
            return len(os.read(self.watch, 4096)) > 0
        except BlockingIOError:
            return False


@pytest.fixture
def canary(tmp_path):
    canary = _Canary(tmp_path)
    yield canary
    canary.server.shutdown()
    os.close(canary.watch)


def test_the_canary_sings(canary):
    canary.file.read_bytes()
    assert canary.opened()
    with contextlib.suppress(av.error.FFmpegError):
        av.open(canary.url)
    assert canary.requests > 0


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{target}'\n",
        "file '{target}'\n",
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{target}"/></svg>',
        '<?xml version="1.0"?><MPD><BaseURL>{target}</BaseURL></MPD>',
        "[playlist]\nFile1={target}\n",
    ],
)
def test_nothing_is_opened_through_a_playlist(text, canary, tmp_path):
    for target in (canary.url, canary.file, f"file://{canary.file}"):
        (tmp_path / "a.mp4").write_text(text.format(target=target))
        assert refusal_of(tmp_path / "a.mp4") == "refused_reference"
    assert not canary.opened()
    assert canary.requests == 0


def test_playlist_behind_a_video_header_opens_nothing(canary, tmp_path):
    for target in (canary.url, canary.file):
        lines = f"\n#EXTM3U\n#EXTINF:10,\n{target}\n<MPD><BaseURL>{target}</BaseURL></MPD>\n".encode()
        (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x08ftyp" + lines)
        assert refusal_of(tmp_path / "a.mp4") in ("not_a_video", "no_frames")
    assert not canary.opened()
    assert canary.requests == 0


def test_address_is_not_fetched(canary):
    assert refusal_of(canary.url) == "refused_reference"
    assert canary.requests == 0


def reference(path):
    """What PyAV alone shows at which timestamp, healthy frames only."""
    shown = {}
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = container.demux(stream)
        while True:
            try:
                for frame in stream.decode(next(packets)):
                    if not frame.is_corrupt:
                        shown.setdefault(float(frame.pts * frame.time_base), frame.to_ndarray(format="rgb24"))
            except (StopIteration, av.error.EOFError):
                return shown
            except av.error.FFmpegError:
                continue


def check_mutant(clips, folder, seed):
    """One damaged copy of a clip: frames at their own times with their own pictures, or a refusal; in either case in time."""
    rng = np.random.default_rng(seed)
    name, codec = [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.mp4", "libx265"), ("a.webm", "libvpx-vp9")][seed % 4]
    whole = clips.write(
        folder / f"{codec}-{name}", 40, codec=codec, options={"preset": "medium", "g": "12"} if "x26" in codec else {}
    )
    path = folder / f"mutant-{name}"
    kind = rng.choice(["flip", "damage", "drop", "cut"])
    if kind in ("flip", "cut"):
        path.write_bytes(whole.read_bytes())
        if kind == "flip":
            clips.flip_bits(path, int(rng.choice([1, 5, 30])), seed)
        else:
            clips.truncate(path, float(rng.choice([0.01, 0.1, 0.5, 0.9, 0.99])))
    else:
        clips.edit_packets(whole, path, **{kind: rng.integers(1, 38, 2).tolist()})
    start = time.monotonic()
    try:
        clip, frames = read(path, Limits(stall_s=5))
    except Refusal:
        return
    finally:
        assert time.monotonic() - start < 10, (seed, kind, name)
    expected = reference(path)
    first = min(expected)
    for frame in frames:
        away = {seconds: np.abs(picture.astype(int) - frame.rgb).mean() for seconds, picture in expected.items()}
        own = min(expected, key=lambda seconds: abs(seconds - first - frame.time_s))
        best = min(away, key=away.get)
        assert own - first == pytest.approx(frame.time_s, abs=2e-3), (seed, kind, name, frame.index)
        # What a damaged frame shows may differ from run to run, but it must not be the picture of another moment.
        assert away[own] < 12 or away[best] > 4, (seed, kind, name, frame.index, clip.decoder)
    assert (np.diff([frame.index for frame in frames]) > 0).all()
    assert (np.diff([frame.time_s for frame in frames]) > 0).all()


@pytest.mark.parametrize("seed", range(8))
def test_mutants(seed, clips, tmp_path):
    check_mutant(clips, tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8, 108))
def test_many_mutants(seed, clips, tmp_path):
    check_mutant(clips, tmp_path, seed)
