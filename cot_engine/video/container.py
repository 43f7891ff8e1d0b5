"""One video file in PyAV: opened with one demuxer, its video stream, its decoded frames under their own timestamps."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cot_engine.errors import Refusal
from cot_engine.video.decoder_log import DecoderLog
from cot_engine.video.timetable import TimeTable
from cot_engine.video.types import Limits

if TYPE_CHECKING:
    import av

# Only threads inside a frame: with several frames at once, the repair of damaged ones would differ from run to run.
_THREAD_TYPE = "SLICE"
_THREADS = 2


def open_container(handle: str, demuxer: str, limits: Limits) -> "av.container.InputContainer":
    """Open a file with the one demuxer named, which may open nothing else.

    Raises:
        Refusal: ``not_a_video``.
    """
    import av

    # max_pixels keeps FFmpeg from allocating a larger frame already while it looks for the parameters of the streams.
    options = {"protocol_whitelist": "file", "max_pixels": str(limits.max_pixels)}
    try:
        return av.open(handle, format=demuxer, options=options, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise Refusal(
            "not_a_video",
            f"The file begins like a video but cannot be opened: {error.strerror}.",
            "It is damaged or its recording was not finished; export it again.",
        ) from None


def video_stream(container: "av.container.InputContainer", limits: Limits) -> "av.VideoStream":
    """The stream to decode, which refuses to allocate more than ``max_pixels``.

    Raises:
        Refusal: ``not_a_video``, ``no_video_stream``.
    """
    streams = video_streams(container)
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
    stream.codec_context.options = {"max_pixels": str(limits.max_pixels)}
    return stream


def video_streams(container: "av.container.InputContainer") -> list["av.VideoStream"]:
    """Video streams without the cover pictures of sound files."""
    from av.stream import Disposition

    return [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]


def decode(
    handle: str, demuxer: str, limits: Limits, table: TimeTable, log: DecoderLog, beat: Callable[[], None]
) -> Iterator[tuple[int, "av.VideoFrame"]]:
    """Readable frames with their source index, strictly increasing.

    A frame that the decoder marks as damaged is left out: part of what it shows is made up from its neighbours. Errors go to
    ``log``; ``beat`` is called now and then to show that work goes on.

    Raises:
        Refusal: as ``open_container`` and ``video_stream``.
    """
    import av

    numbers = {int(pts): number for number, pts in enumerate(table.pts)}
    last = -1
    with open_container(handle, demuxer, limits) as container:
        stream = video_stream(container, limits)
        packets = container.demux(stream)
        while True:
            beat()
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
