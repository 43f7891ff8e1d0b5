"""Stills, animations and folders of pictures."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from reading import codes, read, refusal_of

from cot_engine.video import Limits, open_clip


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif", "a.bmp", "a.tiff", "a.avif"])
def test_still_is_a_clip_of_one_frame(name, clips, tmp_path):
    Image.fromarray(clips.picture(77)).save(tmp_path / name)
    clip, (frame,) = read((tmp_path / name).rename(tmp_path / "a.mp4"))
    assert (clip.info.kind, clip.info.width, clip.info.height, clip.info.fps) == ("image", 160, 96, None)
    assert (frame.index, frame.time_s, frame.rgb.shape) == (0, 0.0, (96, 160, 3))
    assert (clips.number(frame.rgb), clips.corners(frame.rgb)) == (77, "rgbw")
    assert codes(clip) == ["no_dynamics"]
    assert clip.decoder.startswith("Pillow")


@pytest.mark.parametrize("tag", range(1, 9))
def test_exif_orientation_is_honoured(tag, clips, tmp_path):
    stored = Image.fromarray(clips.picture(0))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that undoes each tag
    exif = Image.Exif()
    exif[274] = tag
    turned = stored.transpose(Image.Transpose(undo[tag])) if tag in undo else stored
    turned.save(tmp_path / "a.jpg", exif=exif, quality=95)
    clip, (frame,) = read(tmp_path / "a.jpg")
    assert clips.corners(frame.rgb) == "rgbw"
    assert (clip.info.width, clip.info.height) == (160, 96)
    assert clip.info.mirrored == (tag in (2, 4, 5, 7))


def test_transparent_parts_show_grey(clips, tmp_path):
    rgba = np.dstack([clips.picture(0), np.full((96, 160), 255, np.uint8)])
    rgba[:, 80:, 3] = 0
    Image.fromarray(rgba).save(tmp_path / "a.png")
    _, (frame,) = read(tmp_path / "a.png")
    assert (frame.rgb[:, 80:] == 128).all()
    assert np.array_equal(frame.rgb[:, :80], clips.picture(0)[:, :80])


@pytest.mark.parametrize(("dtype", "factor"), [(np.uint8, 1), (np.uint16, 257)])
def test_grey_pictures_of_eight_and_sixteen_bit(dtype, factor, clips, tmp_path):
    grey = clips.picture(5).mean(axis=2).astype(np.uint8)
    Image.fromarray((grey.astype(dtype) * factor).astype(dtype)).save(tmp_path / "a.png")
    _, (frame,) = read(tmp_path / "a.png")
    assert np.abs(frame.rgb.astype(int) - grey[..., None]).max() <= 1


def test_large_still_is_scaled_down(clips, tmp_path):
    Image.fromarray(clips.picture(9, (640, 384))).save(tmp_path / "a.png")
    clip, (frame,) = read(tmp_path / "a.png", Limits(max_side=100))
    assert (frame.rgb.shape, clip.info.width, clip.info.height) == ((60, 100, 3), 640, 384)
    assert clips.corners(frame.rgb) == "rgbw"


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_animation_keeps_its_own_times(name, clips, tmp_path):
    pictures = [Image.fromarray(clips.picture(n)) for n in range(6)]
    pictures[0].save(tmp_path / name, save_all=True, append_images=pictures[1:], duration=[100, 200, 50, 100, 400, 100])
    with open_clip(tmp_path / name) as clip:
        frames = list(clip.frames())
        again = clip.at([4])
    assert (clip.info.kind, clip.info.claimed_frames) == ("animation", 6)
    assert [clips.number(frame.rgb) for frame in frames] == list(range(6))
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.1, 0.3, 0.35, 0.45, 0.85])
    assert np.array_equal(again[0].rgb, frames[4].rgb)
    assert clip.notes == []


def test_broken_animation_says_truncated(clips, tmp_path):
    pictures = [Image.fromarray(clips.picture(n)) for n in range(6)]
    pictures[0].save(tmp_path / "a.png", save_all=True, append_images=pictures[1:], duration=100)
    clip, frames = read(clips.truncate(tmp_path / "a.png", 0.7))
    assert 0 < len(frames) < 6
    assert [clips.number(frame.rgb) for frame in frames] == list(range(len(frames)))
    assert ("truncated", f"{len(frames)} of 6 frames could be read.") in clip.notes


def write_gif(path, frames):
    """A GIF of many frames of one pixel, each shown for 10 ms."""
    one = b"\x21\xf9\x04\x00\x01\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    path.write_bytes(b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" + one * frames + b"\x3b")
    return path


def test_animation_of_very_many_frames_is_sampled(tmp_path):
    clip, frames = read(write_gif(tmp_path / "a.gif", 10_000), Limits(max_frames=50))
    assert len(frames) == 50
    assert frames[0].index == 0
    assert frames[-1].index > 9990
    assert [frame.time_s for frame in frames] == pytest.approx([frame.index / 100 for frame in frames])
    assert "sampled" in codes(clip)


def test_animation_that_lasts_too_long_is_refused(tmp_path):
    assert refusal_of(write_gif(tmp_path / "a.gif", 2000), Limits(max_duration_s=10)) == "too_long"


def png_header(path, width, height):
    """A PNG that claims a size and carries almost no data."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    return path


@pytest.mark.parametrize("side", [7000, 30000])
def test_pixel_bomb_is_refused_from_its_header(side, tmp_path):
    assert refusal_of(png_header(tmp_path / "a.png", side, side)) == "too_large"


def test_picture_without_data_is_refused(tmp_path):
    assert refusal_of(png_header(tmp_path / "a.png", 50, 50)) == "no_frames"


def test_folder_of_pictures(clips, tmp_path):
    for n in range(12):
        Image.fromarray(clips.picture(n)).save(tmp_path / f"frame{n}.png")
    clip, frames = read(tmp_path)
    assert (clip.info.kind, clip.info.fps, clip.info.claimed_frames) == ("frames", 25.0, 12)
    assert [clips.number(frame.rgb) for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(12) / 25)
    assert codes(clip) == ["assumed_rate"]


def test_folder_with_a_broken_and_an_odd_sized_picture(clips, tmp_path):
    for n in range(6):
        Image.fromarray(clips.picture(n, (80, 48) if n == 4 else (160, 96))).save(tmp_path / f"{n}.png")
    clips.truncate(tmp_path / "2.png", 0.5)
    with open_clip(tmp_path) as clip:
        frames = list(clip.frames())
        assert [clips.number(frame.rgb) for frame in clip.at([5, 1])] == [5, 1]
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames] == [0, 1, 3, 5]
    assert ("truncated", "4 of 6 frames could be read.") in clip.notes


def test_formats_whose_readers_start_programs_are_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EOF\n")
    assert refusal_of(tmp_path / "a.png") == "not_a_video"
