"""Video files through PyAV: header, time table, first picture, and all pictures with their own timestamps."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal
from cot_engine.video.decoder_log import DecoderLog
from cot_engine.video.orientation import Orientation, from_display_matrix
from cot_engine.video.types import ClipInfo, Frames, Limits, fit

if TYPE_CHECKING:
    import av

# Two frame threads halve the wait and bound the memory that frame threading needs.
THREADS = 2
_MAX_PACKETS = 4_000_000


@dataclass(frozen=True)
class TimeTable:
    """When the frames of a stream are shown.

    Attributes:
        pts: (T,) increasing timestamps in units of the stream's time base, one per frame that should be shown.
        counted: frames come without timestamps of their own (AVI with reordered frames): the n-th decoded frame is frame n.
        hidden: packets that are never shown (cut away by an edit list, or reference-only).
        doubt: why a decoder that numbers frames by counting packets would go wrong, "" if it would not.
    """

    pts: NDArray[np.int64]
    counted: bool
    hidden: int
    doubt: str


@dataclass(frozen=True)
class Video:
    """A probed video file.

    Attributes:
        info: the header.
        expected: number of frames that should be readable.
        times_s: (T,) seconds of each source frame from the first readable one; those before it are negative.
        size: width and height of delivered frames.
        first: the first readable frame, upright, of that size.
        doubt: why decord is not to be used, "" if it may.
    """

    handle: str
    format: str
    info: ClipInfo
    expected: int
    table: TimeTable
    times_s: NDArray[np.float64]
    orientation: Orientation
    size: tuple[int, int]
    first: NDArray[np.uint8]
    doubt: str


def probe(handle: str, path: str, demuxer: str, limits: Limits, log: DecoderLog, beat: Callable[[], None]) -> Video:
    """Check the header, list the timestamps, decode the first picture.

    Args:
        handle: name under which the file is opened.
        path: name under which the user knows it.
        demuxer: the only demuxer tried.
        limits: refused beyond these before a frame is allocated.
        log: where FFmpeg's errors are counted.
        beat: called now and then to show that work goes on.

    Raises:
        Refusal: ``not_a_video``, ``no_video_stream``, ``too_large``, ``too_long``, ``no_frames``.
    """
    with _open(handle, demuxer, limits) as container:
        stream = _video_stream(container)
        width, height = stream.codec_context.width, stream.codec_context.height
        _check_size(width, height, limits)
        header_s = _header_duration_s(container, stream)
        _check_duration(header_s, limits)
        claimed = stream.frames or None
        rate = float(stream.average_rate) if stream.average_rate else None
        base = stream.time_base
        if base is None:
            raise Refusal("no_frames", "The video stream has no time base.", "The file is damaged; export it again.")
        codec = stream.codec_context.name
        aspect = float(stream.sample_aspect_ratio or 1)
        streams = sum(not _is_cover(other) for other in container.streams.video)
        table = _time_table(container, stream, limits.max_duration_s / float(base), beat)
    number, frame = _first_frame(handle, demuxer, limits, table, beat)
    _check_size(frame.width, frame.height, limits)

    matrix = frame.side_data.get("DISPLAYMATRIX")
    orientation = from_display_matrix(struct.unpack("<9i", bytes(matrix))) if matrix is not None else Orientation()
    stored = _square(frame.width, frame.height, aspect)
    shown = orientation.size(*stored)
    size = fit(*shown, limits.max_side)

    seconds = table.pts * float(base)
    if table.counted:
        seconds = np.arange(len(table.pts)) / (rate or 25.0)
    span = float(seconds[-1] - seconds[0])
    fps = (len(seconds) - 1) / span if span > 0 else None
    expected = max((claimed or 0) - table.hidden, len(seconds))
    step = 1.0 / (fps or rate or 25.0)
    if log.look() and claimed is None and header_s > span + 2 * step:
        # The index broke off (a Matroska file cut in two counts no frames): what the duration promises is expected.
        expected = max(expected, round(header_s / step))
    doubt = table.doubt
    if number > 0:
        doubt = "the first frames cannot be decoded"
    elif orientation.mirrored:
        doubt = "the picture is stored mirrored"
    elif streams > 1:
        doubt = "the file holds several video streams"
    return Video(
        handle=handle,
        format=demuxer,
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
        table=table,
        times_s=seconds - seconds[number],
        orientation=orientation,
        size=size,
        first=upright(frame, orientation, size),
        doubt=doubt,
    )


def read(video: Video, limits: Limits, wanted: Callable[[int], bool]) -> Frames:
    """Every readable frame in display order.

    A frame that the decoder marks as damaged is left out: what it shows was partly made up from its neighbours.
    """
    for number, frame in _decode(video.handle, video.format, limits, video.table):
        picture = upright(frame, video.orientation, video.size) if wanted(number) else None
        yield number, float(video.times_s[number]), picture


def upright(frame: "av.VideoFrame", orientation: Orientation, size: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 upright picture of a decoded frame, scaled to ``size`` (width, height) with square pixels."""
    width, height = orientation.size(*size)
    stored: NDArray[np.uint8] = frame.reformat(width, height, "rgb24", interpolation="BICUBIC").to_ndarray()
    return orientation.apply(stored)


def _open(handle: str, demuxer: str, limits: Limits) -> "av.container.InputContainer":
    import av

    # max_pixels stops FFmpeg itself from allocating a frame while it looks for stream parameters.
    options = {"protocol_whitelist": "file", "max_pixels": str(limits.max_pixels)}
    try:
        return av.open(handle, format=demuxer, options=options, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise Refusal(
            "not_a_video",
            f"The file begins like a video but cannot be opened: {error.strerror}.",
            "It is damaged or was not recorded to its end; export it again.",
        ) from None


def _is_cover(stream: "av.VideoStream") -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _video_stream(container: "av.container.InputContainer") -> "av.VideoStream":
    streams = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not streams:
        raise Refusal("no_video_stream", "The file holds no video stream.", "Give a file with pictures, not only sound.")
    stream = container.streams.best("video")
    stream = stream if stream in streams else streams[0]
    if stream.codec_context is None:
        raise Refusal("no_video_stream", "The video is stored in a way that cannot be decoded.", "Convert it to H.264.")
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = THREADS
    return stream


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels:
        raise Refusal(
            "too_large",
            f"The frames are {width} x {height} pixels; at most {limits.max_pixels} pixels are read.",
            "Scale the video down first.",
        )


def _check_duration(seconds: float, limits: Limits) -> None:
    if seconds > limits.max_duration_s:
        raise Refusal(
            "too_long",
            f"The clip lasts {seconds:.0f} s; at most {limits.max_duration_s:.0f} s are read.",
            "Cut out the part that matters.",
        )


def _header_duration_s(container: "av.container.InputContainer", stream: "av.VideoStream") -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _square(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Size with square pixels: the side with the wider pixels is stretched, nothing is thrown away."""
    return (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))


def _time_table(
    container: "av.container.InputContainer", stream: "av.VideoStream", max_span: float, beat: Callable[[], None]
) -> TimeTable:
    """List the packets without decoding any."""
    import av

    pts: list[int] = []
    hidden = 0
    doubt = ""
    try:
        for packet in container.demux(stream):
            beat()
            if packet.size == 0:
                doubt = doubt or ("" if packet.dts is None else "the file holds empty frames")
                continue
            if packet.is_discard or (stream.codec_context.name == "vp8" and not bytes(packet)[0] & 0x10):
                # Cut away by an edit list; or a VP8 reference frame (RFC 6386, 9.1: show_frame is bit 4 of the first byte).
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
            if len(pts) > _MAX_PACKETS or abs(time - pts[0]) > max_span:
                raise Refusal("too_long", "The clip holds more frames or time than is read.", "Cut out the part that matters.")
    except av.error.FFmpegError:
        # What came before the damage counts; FFmpeg's message is in the log.
        doubt = doubt or "the file breaks off"
    unique = np.unique(np.array(pts, np.int64))
    if len(unique) < len(pts):
        doubt = "frames share a timestamp"
    # AVI stores no presentation times: those of reordered frames are a guess in decoding order.
    counted = container.format.name == "avi" and stream.codec_context.has_b_frames > 0
    return TimeTable(unique, counted, hidden, "frames carry no timestamps" if counted else doubt)


def _first_frame(
    handle: str, demuxer: str, limits: Limits, table: TimeTable, beat: Callable[[], None]
) -> tuple[int, "av.VideoFrame"]:
    for number, frame in _decode(handle, demuxer, limits, table):
        beat()
        return number, frame
    raise Refusal("no_frames", "Not one frame of the video can be decoded.", "The file is damaged; export or copy it again.")


def _decode(handle: str, demuxer: str, limits: Limits, table: TimeTable) -> Iterator[tuple[int, "av.VideoFrame"]]:
    """Readable frames with their source index, strictly increasing."""
    import av

    numbers = {int(pts): number for number, pts in enumerate(table.pts)}
    last = -1
    with _open(handle, demuxer, limits) as container:
        stream = _video_stream(container)
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
                frames = stream.decode(packet) if packet is not None else []
            except av.error.EOFError:
                return
            except av.error.FFmpegError:
                # A packet that cannot be decoded: the gap in the indices and FFmpeg's own message tell of it.
                continue
            for frame in frames:
                number = last + 1 if table.counted else numbers.get(frame.pts if frame.pts is not None else frame.dts, -1)
                if number > last and not frame.is_corrupt:
                    last = number
                    yield number, frame
            if packet is None:
                return
