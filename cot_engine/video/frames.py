"""The frames of a probed video: decord's pictures for as long as nothing speaks against them, PyAV's from then on.

decord 0.6 hands out pictures without timestamps, numbers them by counting, and replaces what it cannot decode by copies of a
neighbour. So PyAV decodes alongside as a witness: frame n is taken from decord only if PyAV has just decoded a healthy frame n.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.video.decoder_log import DecoderLog
from cot_engine.video.probe import Video
from cot_engine.video.types import Frames

# More would cost memory, each thread holds frames of its own, and the consumer needs a core as well.
_THREADS = 2
_MAX_TIME_ERROR_S = 2e-3
# Mean difference in grey levels. Scaling and colour conversion of the two differ by less than 3, a wrong turn by 20 or more.
_MAX_DIFFERENCE = 12.0


class _Doubt(Exception):
    """decord cannot be trusted with this file, or no longer; says why."""


def read(
    video: Video, use_decord: bool, log: DecoderLog, wanted: Callable[[int], bool], takeover: Callable[[int, str], None]
) -> Frames:
    """Every readable frame of a video in display order.

    Args:
        video: from ``probe.probe``.
        use_decord: False to read with PyAV from the start.
        log: where the messages of both decoders go.
        wanted: whether a frame's picture is needed.
        takeover: told the index of the first frame that PyAV reads in decord's place, and why.
    """
    # Once in doubt the object stays alive, unused: freeing a decord reader that failed may hang.
    decord = _Decord(video, log)
    for number, frame in video.frames:
        picture = None
        if use_decord:
            try:
                picture = decord.picture(number)
                if number == 0:
                    _check_same(picture, video.upright(frame))
            except _Doubt as doubt:
                use_decord = False
                takeover(number, str(doubt))
        if not wanted(number):
            picture = None
        elif not use_decord:
            picture = video.upright(frame)
        yield number, float(video.times_s[number]), picture


class _Decord:
    """decord reading one video from its start."""

    def __init__(self, video: Video, log: DecoderLog) -> None:
        self._video = video
        self._log = log
        self._errors = log.look()
        self._following = 0
        self._reader: Any = None

    def picture(self, number: int) -> NDArray[np.uint8]:
        """The upright (H, W, 3) picture of frame ``number``; raises ``_Doubt`` if it cannot be had or may be another frame."""
        import decord

        if number != self._following:
            raise _Doubt("a frame cannot be decoded")
        if self._log.look() > self._errors:
            raise _Doubt(self._log.first)
        try:
            if self._reader is None:
                self._open()
            picture: NDArray[np.uint8] = self._reader.next().asnumpy()
        except (decord.DECORDError, decord.DECORDLimitReachedError, RuntimeError, AssertionError, StopIteration) as error:
            raise _Doubt(_reason(error)) from None
        if self._log.look() > self._errors:
            raise _Doubt(self._log.first)
        self._following += 1
        return picture

    def _open(self) -> None:
        import decord

        times = self._video.times_s
        width, height = self._video.size
        # With this fault_tol the first frame replaced by a copy raises; 0 would allow any number of them.
        self._reader = decord.VideoReader(self._video.handle, width=width, height=height, num_threads=_THREADS, fault_tol=1e-9)
        if len(self._reader) != len(times):
            raise _Doubt(f"decord counts {len(self._reader)} frames instead of {len(times)}")
        seconds = self._reader.get_frame_timestamp(np.arange(len(times)))[:, 0].astype(np.float64)
        # decord keeps seconds as 32-bit floats: an hour is exact to a quarter of a millisecond.
        if np.abs(seconds - seconds[0] - (times - times[0])).max() > _MAX_TIME_ERROR_S:
            raise _Doubt("decord reads other timestamps")


def _check_same(picture: NDArray[np.uint8], witness: NDArray[np.uint8]) -> None:
    if picture.shape != witness.shape:
        raise _Doubt("decord turns the picture differently")
    if np.abs(picture.astype(np.int16) - witness.astype(np.int16)).mean() > _MAX_DIFFERENCE:
        raise _Doubt("decord shows a different picture")


def _reason(error: BaseException) -> str:
    """decord's message without its time, source line and the name of the handle."""
    first = str(error).partition("\n")[0] or type(error).__name__
    text = re.sub(r"\[[^\]]*\]|\S+\.cc:\d+:|Check failed: .*?\) ", "", first)
    return f"decord: {text.partition(', exit')[0].strip(' .')[:160]}"
