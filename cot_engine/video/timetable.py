"""When the frames of a stream are shown, listed without decoding any."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal
from cot_engine.video.types import Limits

if TYPE_CHECKING:
    import av

_MAX_PACKETS = 4_000_000


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


def read_time_table(
    container: "av.container.InputContainer", stream: "av.VideoStream", limits: Limits, beat: Callable[[], None]
) -> TimeTable:
    """Go through all packets of a stream.

    Raises:
        Refusal: ``too_long``.
    """
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
                raise Refusal(
                    "too_long",
                    f"The clip holds more than {limits.max_duration_s:.0f} s or {_MAX_PACKETS} frames.",
                    "Cut out the part that matters.",
                )
    except av.error.FFmpegError:
        doubt = "the file breaks off"  # what came before stands
    unique = np.unique(np.array(pts, np.int64))
    if len(unique) < len(pts):
        doubt = "frames share a timestamp"
    # AVI stores no presentation times; those of reordered frames are a guess in the order of decoding.
    counted = container.format.name == "avi" and stream.codec_context.has_b_frames > 0
    return TimeTable(unique, counted, hidden, "frames carry no timestamps" if counted else doubt)
