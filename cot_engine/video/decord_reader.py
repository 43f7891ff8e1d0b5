"""Frames through decord, for as long as nothing gives reason to doubt it.

decord 0.6 numbers frames by counting what its decoder puts out and replaces what it cannot decode by copies of a neighbour. So it is
stopped at the first sign of trouble: a different number of frames or different times than the time table, a first picture that
differs from PyAV's, an error line, a recovered frame. PyAV, which hands out each frame with its own timestamp, then takes over.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cot_engine.video.container import THREADS, Video
from cot_engine.video.decoder_log import DecoderLog
from cot_engine.video.types import Frames

_MAX_TIME_ERROR_S = 2e-3
# Mean difference in grey levels between two decoders' pictures; scaling and colour rounding give below 3, a wrong turn 20 and more.
_MAX_DIFFERENCE = 12.0


class Doubt(Exception):
    """decord cannot be trusted with this file, or no longer; says why."""


def read(video: Video, log: DecoderLog, wanted: Callable[[int], bool]) -> Frames:
    """Every frame in display order.

    Raises:
        Doubt: before the first frame that may be wrong is handed out.
    """
    import decord

    errors = log.look()
    try:
        reader = decord.VideoReader(
            video.handle,
            width=video.size[0],
            height=video.size[1],
            num_threads=THREADS,
            fault_tol=1e-9,  # the first frame replaced by a copy raises; 0 would switch the check off
        )
        _check_times(reader, video)
        for number in range(len(reader)):
            picture = reader.next().asnumpy()
            if log.look() > errors:
                raise Doubt(f"decord reported an error: {log.first}")
            if number == 0:
                _check_first(picture, video.first)
            yield number, float(video.times_s[number]), picture if wanted(number) else None
    except (decord.DECORDError, decord.DECORDLimitReachedError, RuntimeError, AssertionError, StopIteration) as error:
        raise Doubt(f"decord gave up: {_last_line(error)}") from None


def version() -> str:
    """Name and version of the decoder."""
    import decord

    return f"decord {decord.__version__}"


def _check_times(reader: "decord.VideoReader", video: Video) -> None:  # type: ignore[name-defined] # noqa: F821
    if len(reader) != len(video.times_s):
        raise Doubt(f"decord counts {len(reader)} frames instead of {len(video.times_s)}")
    times = reader.get_frame_timestamp(np.arange(len(reader)))[:, 0].astype(np.float64)
    # decord keeps seconds as 32-bit floats: an hour is exact to a quarter of a millisecond.
    if np.abs(times - times[0] - (video.times_s - video.times_s[0])).max() > _MAX_TIME_ERROR_S:
        raise Doubt("decord reads other timestamps")


def _check_first(picture: NDArray[np.uint8], first: NDArray[np.uint8]) -> None:
    if picture.shape != first.shape:
        raise Doubt("decord turns the picture differently")
    if np.abs(picture.astype(np.int16) - first.astype(np.int16)).mean() > _MAX_DIFFERENCE:
        raise Doubt("decord shows a different picture")


def _last_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rpartition("] ")[2][-200:] if lines else type(error).__name__
