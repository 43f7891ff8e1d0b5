"""Video files through PyAV: header, time table, and every readable frame under its own timestamp."""

import itertools
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal
from cot_engine.video.decoder_log import DecoderLog
from cot_engine.video.orientation import Orientation, from_display_matrix
from cot_engine.video.types import ClipInfo, Limits, fit

if TYPE_CHECKING:
    import av

# Only threads inside a frame: with several frames at once, the repair of damaged ones would differ from run to run.
_THREAD_TYPE = "SLICE"
_THREADS = 2
_MAX_PACKETS = 4_000_000
# Assumed only where neither timestamps nor header tell the rate.
_ASSUMED_FPS = 25.0


@dataclass(frozen=True)
class TimeTable:
    """When the frames of a stream are shown.

    Attributes:
        pts: (T,) increasing timestamps in units of the stream's time base, one per frame that should be shown.
        counted: frames carry no timestamps of their own (AVI with reordered frames): the n-th decoded frame is frame n.
        hidden: packets that are never shown (cut away by an edit list, or only referred to by other frames).
        doubt: why a decoder that numbers frames by counting would go wrong; "" if it would not.
    """

    pts: NDArray[np.int64]
    counted: bool
    hidden: int
    doubt: str


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
    with _open(handle, demuxer, limits) as container:
        stream = _video_stream(container)
        _check_size(stream.codec_context.width, stream.codec_context.height, limits)
        header_s = _header_duration_s(container, stream)
        if header_s > limits.max_duration_s:
            raise _too_long(f"The clip lasts {header_s:.0f} s; at most {limits.max_duration_s:.0f} s are read.")
        base = float(stream.time_base or 0)
        claimed = stream.frames or None
        rate = float(stream.average_rate or _ASSUMED_FPS)
        aspect = float(stream.sample_aspect_ratio or 1)
        codec = stream.codec_context.codec.canonical_name
        table = _time_table(container, stream, limits, beat)
        doubt = _doubt(container, codec, table)
    frames = _decode(handle, demuxer, limits, table, log)
    number, frame = next(frames, (-1, None))
    if frame is None:
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
        size=fit(*shown, limits.max_side),
        frames=itertools.chain([(number, frame)], frames),
        doubt=doubt,
    )


def _open(handle: str, demuxer: str, limits: Limits) -> "av.container.InputContainer":
    import av

    # max_pixels stops FFmpeg itself from allocating a frame while it looks for the stream's parameters.
    options = {"protocol_whitelist": "file", "max_pixels": str(limits.max_pixels)}
    try:
        return av.open(handle, format=demuxer, options=options, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise Refusal(
            "not_a_video",
            f"The file begins like a video but cannot be opened: {error.strerror}.",
            "It is damaged or its recording was not finished; export it again.",
        ) from None


def _video_stream(container: "av.container.InputContainer") -> "av.VideoStream":
    streams = _streams(container)
    if not container.streams.get():
        raise Refusal(
            "not_a_video", "The file begins like a video but holds nothing.", "It is damaged; export or copy it again."
        )
    if not streams:
        raise Refusal("no_video_stream", "The file holds no video stream.", "Give a file with pictures, not only sound.")
    best = container.streams.best("video")
    stream = next((stream for stream in streams if stream is best), streams[0])
    if stream.codec_context is None:
        raise Refusal("no_video_stream", "The video is stored in a form that cannot be decoded.", "Convert it to H.264.")
    stream.thread_type = _THREAD_TYPE
    stream.codec_context.thread_count = _THREADS
    return stream


def _streams(container: "av.container.InputContainer") -> list["av.VideoStream"]:
    """Video streams without the cover pictures of sound files."""
    from av.stream import Disposition

    return [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels:
        message = f"The frames are {width} x {height} pixels; at most {limits.max_pixels} pixels are read."
        raise Refusal("too_large", message, "Scale the video down first.")


def _too_long(message: str) -> Refusal:
    return Refusal("too_long", message, "Cut out the part that matters.")


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
    if len(_streams(container)) > 1:
        return "the file holds several video streams"
    return table.doubt


def _time_table(
    container: "av.container.InputContainer", stream: "av.VideoStream", limits: Limits, beat: Callable[[], None]
) -> TimeTable:
    """List the packets without decoding any."""
    import av

    span = limits.max_duration_s / float(stream.time_base or 1)
    pts: list[int] = []
    hidden = 0
    doubt = ""
    try:
        for packet in container.demux(stream):
            beat()
            if packet.size == 0:
                if packet.dts is not None:  # the last packet of all is empty and has no time
                    doubt = "the file holds empty frames"
                continue
            # The second case is a VP8 frame that others refer to (RFC 6386, 9.1: bit 4 of the first byte is show_frame).
            if packet.is_discard or (stream.codec_context.name == "vp8" and not bytes(packet)[0] & 0x10):
                hidden += 1
                doubt = "the file holds frames that are not shown"
                continue
            if packet.is_corrupt:
                doubt = "the file holds damaged frames"
            time = packet.pts if packet.pts is not None else packet.dts
            if time is None:
                doubt = "frames carry no timestamps"
                time = pts[-1] + 1 if pts else 0
            pts.append(time)
            if len(pts) > _MAX_PACKETS or abs(time - pts[0]) > span:
                raise _too_long(f"The clip holds more than {_MAX_PACKETS} frames or {limits.max_duration_s:.0f} s.")
    except av.error.FFmpegError:
        doubt = "the file breaks off"  # what came before stands
    unique = np.unique(np.array(pts, np.int64))
    if len(unique) < len(pts):
        doubt = "frames share a timestamp"
    # AVI stores no presentation times; those of reordered frames are a guess in the order of decoding.
    counted = container.format.name == "avi" and stream.codec_context.has_b_frames > 0
    return TimeTable(unique, counted, hidden, "frames carry no timestamps" if counted else doubt)


def _decode(
    handle: str, demuxer: str, limits: Limits, table: TimeTable, log: DecoderLog
) -> Iterator[tuple[int, "av.VideoFrame"]]:
    """Readable frames with their source index, strictly increasing.

    A frame that the decoder marks as damaged is left out: part of what it shows is made up from its neighbours.
    """
    import av

    numbers = {int(pts): number for number, pts in enumerate(table.pts)}
    last = -1
    with _open(handle, demuxer, limits) as container:
        stream = _video_stream(container)
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
                frames = stream.decode(packet)
            except (StopIteration, av.error.EOFError):
                return
            except av.error.FFmpegError as error:
                log.add(str(error))
                continue
            for frame in frames:
                time = frame.pts if frame.pts is not None else frame.dts
                number = last + 1 if table.counted else numbers.get(time if time is not None else -1, -1)
                if frame.is_corrupt or number <= last:
                    log.add("a damaged frame was left out")
                else:
                    last = number
                    yield number, frame
