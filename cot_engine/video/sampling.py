"""Which frames of a clip are delivered: all of them, unless the clip is too fast or too long."""

import numpy as np
from numpy.typing import NDArray

# Up to this factor over max_fps a clip counts as the same rate: real cameras run at 29.97, 30.3 and so on, with jitter.
_SLACK = 1.1


def choose(times_s: NDArray[np.float64], max_fps: float, max_frames: int) -> NDArray[np.int64]:
    """Indices of the frames to deliver, increasing.

    A clip faster than ``max_fps`` on average keeps the first frame of every 1/max_fps slot, so uneven clips are thinned by time
    and not by number. If more than ``max_frames`` remain, those nearest to evenly spaced times are kept.

    Args:
        times_s: (T,) increasing seconds.
        max_fps: frames per second above which a clip is thinned.
        max_frames: most frames to keep, at least 1.
    """
    chosen = np.arange(len(times_s), dtype=np.int64)
    if len(times_s) < 2:
        return chosen
    span = float(times_s[-1] - times_s[0])
    if (len(times_s) - 1) > span * max_fps * _SLACK:
        # The quarter keeps jitter from pushing a frame over the edge of its slot.
        slot = np.floor((times_s - times_s[0]) * max_fps + 0.25)
        chosen = chosen[np.concatenate([[True], np.diff(slot) > 0])]
    if len(chosen) > max_frames:
        kept = times_s[chosen]
        wanted = np.linspace(kept[0], kept[-1], max_frames)
        right = np.clip(np.searchsorted(kept, wanted), 1, len(kept) - 1)
        nearer_left = wanted - kept[right - 1] <= kept[right] - wanted
        chosen = chosen[np.unique(np.where(nearer_left, right - 1, right))]
    return chosen
