"""What a video file is, before its frames are read."""

import itertools
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal
from cot_engine.video.container import decode, open_container, video_stream, video_streams
from cot_engine.video.decoder_log import DecoderLog
from cot_engine.video.orientation import Orientation, from_display_matrix
from cot_engine.video.timetable import TimeTable, read_time_table
from cot_engine.video.types import ClipInfo, Limits, fit

if TYPE_CHECKING:
    import av

# decord decodes on while the consumer works and keeps what it decoded: up to 2.3 times the size of all frames of a clip.
_DECORD_KEEPS, _DECORD_MEMORY = 2.3, 512 << 20
# Assumed only where neither timestamps nor header tell the rate.
_ASSUMED_FPS = 25.0


@dataclass(frozen=True)
class Video:
    """A video file whose header was found acceptable.

    Attributes:
        handle: name under which it is opened.
        info: the header.
        expected: number of frames that should be readable.
        times_s: (T,) seconds of each source frame from the first readable one; those before it are negative.
        orientation: how decoded frames become upright.
        size: width and height of delivered frames.
        frames: readable frames as PyAV decodes them, with their source index, in display order. Can be run through once.
        doubt: why decord is not to be used; "" if it may be.
    """

    handle: str
    info: ClipInfo
    expected: int
    times_s: NDArray[np.float64]
    orientation: Orientation
    size: tuple[int, int]
    frames: Iterator[tuple[int, "av.VideoFrame"]]
    doubt: str

    def upright(self, frame: "av.VideoFrame") -> NDArray[np.uint8]:
        """(H, W, 3) uint8 picture of a decoded frame: upright, square pixels, scaled to ``size``."""
        width, height = self.orientation.size(*self.size)
        stored = frame.reformat(width, height, "rgb24", interpolation="BICUBIC").to_ndarray()
        return self.orientation.apply(cast(NDArray[np.uint8], stored))


def probe(handle: str, path: str, demuxer: str, limits: Limits, log: DecoderLog, beat: Callable[[], None]) -> Video:
    """Check the header, list the timestamps, decode the first frame.

    Args:
        handle: name under which the file is opened.
        path: name under which the user knows it.
        demuxer: the only demuxer tried.
        limits: beyond these the clip is refused before a frame is allocated.
        log: where FFmpeg's messages go.
        beat: called now and then to show that work goes on.

    Raises:
        Refusal: ``not_a_video``, ``no_video_stream``, ``too_large``, ``too_long``, ``no_frames``.
    """
    with open_container(handle, demuxer, limits) as container:
        stream = video_stream(container, limits)
        _check_size(stream.codec_context.width, stream.codec_context.height, limits)
        header_s = _header_duration_s(container, stream)
        if header_s > limits.max_duration_s:
            message = f"The clip lasts {header_s:.0f} s; at most {limits.max_duration_s:.0f} s are read."
            raise Refusal("too_long", message, "Cut out the part that matters.")
        base = float(stream.time_base or 0)
        claimed = stream.frames or None
        rate = float(stream.average_rate or _ASSUMED_FPS)
        aspect = float(stream.sample_aspect_ratio or 1)
        codec = stream.codec_context.codec.canonical_name
        table = read_time_table(container, stream, limits, beat)
        doubt = _doubt(container, codec, table)
    frames = decode(handle, demuxer, limits, table, log, beat)
    number, frame = next(frames, (-1, None))
    if frame is None:
        if log.look() and "Picture size" in log.first:
            raise _too_large("larger", limits)
        raise Refusal(
            "no_frames", "Not one frame of the video can be decoded.", "The file is damaged; export or copy it again."
        )
    _check_size(frame.width, frame.height, limits)

    orientation = _orientation(frame)
    shown = orientation.size(*_square(frame.width, frame.height, aspect))
    seconds = np.arange(len(table.pts)) / rate if table.counted else table.pts * base
    span = float(seconds[-1] - seconds[0])
    fps = (len(seconds) - 1) / span if span > 0 else None
    step = 1 / (fps or rate)
    expected = max((claimed or 0) - table.hidden, len(seconds))
    missing_s = header_s - float(seconds[-1]) - step
    if log.look() and claimed is None and missing_s > step:
        # A Matroska file cut in two does not say how many frames it had; its duration does.
        expected += round(missing_s / step)
    if number > 0:
        doubt = "the first frames cannot be decoded"
    elif orientation.mirrored:
        doubt = "decord ignores mirroring"
    size = fit(*shown, limits.max_side)
    if not doubt and len(seconds) * size[0] * size[1] * 3 * _DECORD_KEEPS > _DECORD_MEMORY:
        doubt = "decord would hold too much of a clip this long in memory"
    return Video(
        handle=handle,
        info=ClipInfo(
            path=path,
            kind="video",
            width=shown[0],
            height=shown[1],
            claimed_frames=claimed,
            fps=fps,
            duration_s=header_s or span + step,
            codec=codec,
            rotation=orientation.rotation,
            mirrored=orientation.mirrored,
        ),
        expected=expected,
        times_s=seconds - seconds[number],
        orientation=orientation,
        size=size,
        frames=itertools.chain([(number, frame)], frames),
        doubt=doubt,
    )


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels:
        raise _too_large(f"{width} x {height} pixels", limits)


def _too_large(size: str, limits: Limits) -> Refusal:
    message = f"The frames are {size}; at most {limits.max_pixels} pixels are read."
    return Refusal("too_large", message, "Scale the video down first.")


def _header_duration_s(container: "av.container.InputContainer", stream: "av.VideoStream") -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _square(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Size with square pixels: the side with the wider pixels is stretched, so that nothing is thrown away."""
    return (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))


def _orientation(frame: "av.VideoFrame") -> Orientation:
    if "DISPLAYMATRIX" not in frame.side_data:
        return Orientation()
    return from_display_matrix(struct.unpack("<9i", bytes(cast(Any, frame.side_data)["DISPLAYMATRIX"])))


def _doubt(container: "av.container.InputContainer", codec: str, table: TimeTable) -> str:
    if codec == "av1":
        return "decord does not decode AV1"
    if container.format.name == "mpegts":
        return "decord does not seek in MPEG-TS"
    if len(video_streams(container)) > 1:
        return "the file holds several video streams"
    return table.doubt
