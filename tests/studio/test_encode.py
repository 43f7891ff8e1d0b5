import os
import subprocess
import sys

import av
import numpy as np
import pytest
from PIL import Image

from cot_engine.studio.encode import digest, write_pictures, write_video


def pictures(count=12):
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    for i in range(count):
        yield np.stack([np.tile(np.roll(ramp, 3 * i), (48, 1))] * 3, axis=2)


def failing():
    yield from pictures(3)
    raise RuntimeError("the light went out")


@pytest.mark.parametrize("fps", [25.0, 30.0])
def test_a_video_has_all_frames_its_rate_and_the_pictures(tmp_path, fps):
    path = tmp_path / "a.mp4"
    write_video(path, pictures(), (48, 64), fps, 18, scratch=tmp_path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == fps
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 12
    assert all(np.abs(a.astype(int) - b).mean() < 6 for a, b in zip(frames, pictures(), strict=True))


def test_a_coarser_video_is_smaller(tmp_path):
    noise = [np.random.default_rng(i).integers(0, 255, (48, 64, 3), np.uint8) for i in range(5)]
    for crf in (18, 36):
        write_video(tmp_path / f"{crf}.mp4", noise, (48, 64), 25.0, crf, scratch=tmp_path)
    assert (tmp_path / "36.mp4").stat().st_size < 0.7 * (tmp_path / "18.mp4").stat().st_size


def test_pictures_are_kept_exactly_and_replace_what_was_there(tmp_path):
    path = tmp_path / "a"
    path.mkdir()
    (path / "old.png").touch()
    write_pictures(path, pictures(), scratch=tmp_path)
    files = sorted(path.iterdir())
    assert [file.name for file in files] == [f"{i:06d}.png" for i in range(12)]
    assert all(np.array_equal(np.asarray(Image.open(file)), rgb) for file, rgb in zip(files, pictures(), strict=True))


def test_what_breaks_off_leaves_nothing_in_its_place(tmp_path):
    (tmp_path / "scratch").mkdir()
    with pytest.raises(RuntimeError):
        write_video(tmp_path / "a.mp4", failing(), (48, 64), 25.0, 23, scratch=tmp_path / "scratch")
    with pytest.raises(RuntimeError):
        write_pictures(tmp_path / "a", failing(), scratch=tmp_path / "scratch")
    assert [path.name for path in tmp_path.iterdir()] == ["scratch"]


def test_a_digest_tells_contents_apart_and_says_when_there_is_nothing(tmp_path):
    for name, count in (("a", 3), ("b", 3), ("c", 4)):
        write_pictures(tmp_path / name, pictures(count), scratch=tmp_path)
    assert digest(tmp_path / "a") == digest(tmp_path / "b") != digest(tmp_path / "c")
    assert digest(tmp_path / "none") is None


_ENCODE = """
import sys, numpy as np
from pathlib import Path
from cot_engine.studio.encode import digest, write_video
flat = [np.full((224, 224, 3), (5, i, 128), np.uint8) for i in range(60)]
path = Path(sys.argv[1]) / "a.mp4"
write_video(path, flat, (224, 224), 30.0, 21, scratch=path.parent)
print(digest(path))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux can fill fresh memory")
def test_bytes_do_not_depend_on_what_was_in_memory_before(tmp_path):
    digests = {
        subprocess.run(
            [sys.executable, "-c", _ENCODE, str(tmp_path)],
            env={**os.environ, "MALLOC_PERTURB_": fill},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for fill in ("0", "1")
    }
    assert len(digests) == 1
