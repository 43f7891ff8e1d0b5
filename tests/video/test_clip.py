"""Healthy clips: every frame, in order, upright, at its true time."""

from fractions import Fraction

import numpy as np
import pytest

from cot_engine.errors import Refusal
from cot_engine.video import Limits, open_clip


def read(path, limits=None):
    """The clip, closed again, and its frames."""
    with open_clip(path, limits) as clip:
        return clip, list(clip.frames())


def codes(clip):
    return [note.code for note in clip.notes]


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "decoder"),
    [
        ("a.mp4", "libx264", "yuv420p", "decord"),
        ("a.mov", "libx265", "yuv420p", "decord"),
        ("a.webm", "libvpx-vp9", "yuv420p", "decord"),
        ("a.mkv", "libx264", "yuv420p", "decord"),
        ("a.avi", "mpeg4", "yuv420p", "decord"),
        ("a.avi", "mjpeg", "yuvj420p", "decord"),
        ("a.mp4", "libsvtav1", "yuv420p", "PyAV"),
        ("a.avi", "libx264", "yuv420p", "PyAV"),
        ("a.ts", "libx264", "yuv420p", "PyAV"),
    ],
)
def test_every_frame_carries_its_own_number_and_time(name, codec, pix_fmt, decoder, clips, tmp_path):
    options = {"preset": "medium", "g": "10"} if codec == "libx264" else {}  # B-frames and several groups of pictures
    clip, frames = read(clips.write(tmp_path / name, 40, codec=codec, pix_fmt=pix_fmt, options=options))
    assert clip.decoder.startswith(decoder)
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames] == list(range(40))
    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(40) / 30, abs=0.6e-3)
    assert all(frame.rgb.dtype == np.uint8 and frame.rgb.flags.c_contiguous for frame in frames)
    assert clip.info.fps == pytest.approx(30, abs=0.1)
    assert set(codes(clip)) <= {"decoder_fallback"}
    assert ("decoder_fallback" in codes(clip)) == (decoder == "PyAV")


def test_suffix_does_not_matter(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4", 5).rename(tmp_path / "a.txt")
    clip, frames = read(path)
    assert (clip.info.kind, len(frames)) == ("video", 5)


def test_odd_file_name_reaches_no_decoder(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4", 5).rename(tmp_path / "concat:\u202e-i %d\n.m3u8")
    clip, frames = read(path)
    assert (clip.info.path, len(frames)) == (str(path), 5)


def test_variable_frame_rate(clips, tmp_path):
    times = [0, 0.05, 0.06, 0.2, 0.5, 0.51, 0.9, 1.4]
    clip, frames = read(clips.write(tmp_path / "a.mp4", times=times))
    assert [clips.number(frame.rgb) for frame in frames] == list(range(8))
    assert [frame.time_s for frame in frames] == pytest.approx(times, abs=1e-3)
    assert clip.info.fps == pytest.approx(7 / 1.4)


def test_clip_that_starts_late_starts_at_zero(clips, tmp_path):
    _, frames = read(clips.write(tmp_path / "a.mkv", times=[5, 5.05, 5.06, 5.2]))
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.05, 0.06, 0.2], abs=1e-3)


def test_frames_before_time_zero_are_not_shown(clips, tmp_path):
    clip, frames = read(clips.write(tmp_path / "a.mp4", times=[-0.1, -0.05, 0, 0.05, 0.1, 0.15]))
    assert [clips.number(frame.rgb) for frame in frames] == [2, 3, 4, 5]
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.05, 0.1, 0.15], abs=1e-3)
    assert "truncated" not in codes(clip)


def test_edit_list_cuts_the_start(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4", 30, options={"preset": "medium"})
    frame_ticks = clips.peek(path, b"mdhd", 12) // 30
    clips.patch(path, b"elst", 12, clips.peek(path, b"elst", 12) + 5 * frame_ticks)
    clip, frames = read(path)
    assert [clips.number(frame.rgb) for frame in frames] == list(range(5, 30))
    assert [frame.time_s for frame in frames] == pytest.approx(np.arange(25) / 30, abs=1e-3)
    assert "truncated" not in codes(clip)


def test_leading_frames_whose_reference_was_cut_away_are_left_out(clips, tmp_path):
    opened = {"preset": "medium", "x264-params": "open-gop=1:keyint=12:bframes=3:scenecut=0:b-adapt=0"}
    whole = clips.write(tmp_path / "a.mp4", 36, options=opened)
    clip, frames = read(clips.edit_packets(whole, tmp_path / "b.mkv", drop=range(9)))
    assert [clips.number(frame.rgb) for frame in frames] == list(range(12, 36))
    assert [frame.index for frame in frames] == list(range(3, 27))
    assert frames[0].time_s == 0
    assert ("truncated", "24 of 27 frames could be read.") in clip.notes


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_display_matrix_is_honoured(degrees, mirrored, clips, tmp_path):
    stored = clips.picture(5, (160, 96))
    upright = np.rot90(stored, degrees // 90)
    upright = upright[:, ::-1] if mirrored else upright
    clip, frames = read(clips.write(tmp_path / "a.mp4", pictures=[stored] * 3, turn=(degrees, mirrored)))
    assert clips.corners(frames[0].rgb) == clips.corners(upright)
    assert (clip.info.width, clip.info.height) == (upright.shape[1], upright.shape[0]) == frames[0].rgb.shape[1::-1]
    assert np.abs(frames[0].rgb.astype(int) - upright).mean() < 12
    assert clip.info.mirrored == mirrored
    if not mirrored:
        assert clip.info.rotation == -degrees % 360
        assert clip.decoder.startswith("decord")


@pytest.mark.parametrize(
    ("aspect", "turn", "size"),
    [((2, 1), 0, (320, 96)), ((1, 2), 0, (160, 192)), ((2, 1), 90, (96, 320)), ((1, 2), 90, (192, 160))],
)
def test_pixels_become_square(aspect, turn, size, clips, tmp_path):
    clip, frames = read(clips.write(tmp_path / "a.mp4", 3, aspect=Fraction(*aspect), turn=(turn, False)))
    assert (clip.info.width, clip.info.height) == size
    assert frames[0].rgb.shape == (size[1], size[0], 3)
    assert clips.corners(frames[0].rgb) == {0: "rgbw", 90: "gwrb"}[turn]


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("a.mp4", "libx265", "yuv420p10le"), ("a.mkv", "ffv1", "bgra"), ("a.mov", "png", "rgba"), ("a.mp4", "libx264", "gray")],
)
def test_ten_bit_alpha_and_grey_look_like_the_plain_twin(name, codec, pix_fmt, clips, tmp_path):
    _, plain = read(clips.write(tmp_path / "plain.mp4", 4))
    _, frames = read(clips.write(tmp_path / name, 4, codec=codec, pix_fmt=pix_fmt))
    for one, other in zip(frames, plain, strict=True):
        expected = other.rgb.mean(axis=2, keepdims=True) if pix_fmt == "gray" else other.rgb
        assert np.abs(one.rgb.astype(float) - expected).mean() < (25 if pix_fmt == "gray" else 8)
        assert clips.number(one.rgb) == one.index


def test_fast_clip_is_thinned_and_keeps_true_indices(clips, tmp_path):
    clip, frames = read(clips.write(tmp_path / "a.mp4", 60, fps=60))
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames] == list(range(0, 60, 2))
    assert ("sampled", "30 of 60 frames are read, evenly in time.") in clip.notes
    assert "truncated" not in codes(clip)


@pytest.mark.parametrize("codec", ["libx264", "libsvtav1"])
def test_long_clip_is_sampled_and_keeps_true_indices(codec, clips, tmp_path):
    clip, frames = read(clips.write(tmp_path / "a.mp4", 60, codec=codec), Limits(max_frames=7))
    assert [frame.index for frame in frames] == [clips.number(frame.rgb) for frame in frames]
    assert len(frames) == 7
    assert np.diff([frame.time_s for frame in frames]) == pytest.approx(59 / 30 / 6, abs=0.034)
    assert "sampled" in codes(clip)


@pytest.mark.parametrize("turn", [0, 90])
def test_large_frames_are_scaled_down(turn, clips, tmp_path):
    clip, frames = read(clips.write(tmp_path / "a.mp4", 3, size=(320, 192), turn=(turn, False)), Limits(max_side=100))
    assert frames[0].rgb.shape == {0: (60, 100, 3), 90: (100, 60, 3)}[turn]
    assert {clip.info.width, clip.info.height} == {320, 192}
    assert clips.corners(frames[0].rgb) == {0: "rgbw", 90: "gwrb"}[turn]


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_frames_show_no_dynamics(count, clips, tmp_path):
    clip, frames = read(clips.write(tmp_path / "a.mp4", count))
    assert len(frames) == count
    assert codes(clip) == ["no_dynamics"]


@pytest.mark.parametrize("name", ["a.mp4", "a.avi"])
def test_second_pass_gives_the_same_pixels(name, clips, tmp_path):
    with open_clip(clips.write(tmp_path / name, 40, options={"preset": "medium"})) as clip:
        frames = list(clip.frames())
        again = clip.at([31, 3, 3, 0])
    assert [frame.index for frame in again] == [31, 3, 3, 0]
    for frame in again:
        assert frame.time_s == frames[frame.index].time_s
        assert np.array_equal(frame.rgb, frames[frame.index].rgb)


def test_second_pass_reaches_frames_that_sampling_left_out(clips, tmp_path):
    with open_clip(clips.write(tmp_path / "a.mp4", 40), Limits(max_frames=3)) as clip:
        assert [clips.number(frame.rgb) for frame in clip.at([7, 22])] == [7, 22]


def test_second_pass_refuses_a_frame_that_is_not_there(clips, tmp_path):
    with open_clip(clips.write(tmp_path / "a.mp4", 5)) as clip, pytest.raises(Refusal) as refusal:
        clip.at([2, 5])
    assert refusal.value.code == "no_frames"


def test_frames_can_be_read_again_and_after_stopping_early(clips, tmp_path):
    with open_clip(clips.write(tmp_path / "a.mp4", 40)) as clip:
        for frame in clip.frames():
            if frame.index == 3:
                break
        assert [frame.index for frame in clip.frames()] == list(range(40))
        assert clip.notes == []


def test_closed_clip_cannot_be_read(clips, tmp_path):
    clip, _ = read(clips.write(tmp_path / "a.mp4", 5))
    with pytest.raises(ValueError, match="closed"):
        next(clip.frames())
    clip.close()


def test_real_clip_with_an_edit_list(real_clip):
    clip, frames = read(real_clip("no_face.mp4"))
    assert (clip.info.claimed_frames, len(frames)) == (98, 95)
    assert "truncated" not in codes(clip)


def test_real_clip_plain(real_clip):
    clip, frames = read(real_clip("single_face.mp4"))
    assert (len(frames), clip.decoder, clip.notes) == (72, "decord 0.6.0", [])


def test_a_clip_that_decord_would_pile_up_in_memory_is_read_by_pyav(clips, tmp_path):
    path = clips.write(tmp_path / "long.mp4", frames=360, size=(640, 360))
    with open_clip(path) as clip:
        count = sum(1 for _ in clip.frames())
    assert count == 360
    assert clip.decoder.startswith("PyAV")
    assert "memory" in dict(clip.notes)["decoder_fallback"]
