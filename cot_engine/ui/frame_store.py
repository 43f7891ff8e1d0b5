"""The frames of one clip that the page can show: small JPEG files, deleted with the object that holds them.

A second reading of the clip fetches them all at once, because seeking for every click would read it again and again.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cot_engine.analysis import Analysis
from cot_engine.frame_choice import nearest
from cot_engine.video import Limits, open_clip
from cot_engine.video.types import fit

# Enough to scrub through; the moments of the events come on top.
_EVENLY = 120
_MAX_SIDE = 720


@dataclass(frozen=True)
class StoredFrame:
    """``scale``: size of the stored picture over that of the frame as perception saw it."""

    index: int
    time_s: float
    file: Path
    scale: float


class FrameStore:
    """Frames by time. Empty for a table, which has no pictures."""

    def __init__(self, frames: list[StoredFrame], folder: "tempfile.TemporaryDirectory[str] | None") -> None:
        self._frames = frames
        # Deletes the files when the store is gone.
        self._folder = folder

    def __bool__(self) -> bool:
        return bool(self._frames)

    def nearest(self, time_s: float) -> StoredFrame:
        """The stored frame that is shown nearest to ``time_s``. IndexError when the store is empty."""
        return self._frames[nearest([frame.time_s for frame in self._frames], time_s)]


def store_frames(analysis: Analysis, check: Callable[[], None]) -> FrameStore:
    """Reads the frames worth showing: those of every event, and more, evenly over the time faces were seen.

    Args:
        check: called for every frame; may raise to end the reading.

    Raises:
        Refusal: the clip cannot be read a second time.
    """
    wanted = _wanted(analysis)
    if analysis.report.clip.kind == "table" or not wanted:
        return FrameStore([], None)
    folder = tempfile.TemporaryDirectory(prefix="cot-engine-frames-", ignore_cleanup_errors=True)
    clip_facts, stored = analysis.report.clip, []
    # The size of the frames in which perception gave its boxes.
    seen_width, _ = fit(clip_facts.width or 1, clip_facts.height or 1, Limits.max_side)
    with open_clip(clip_facts.path, Limits(max_side=_MAX_SIDE)) as clip:
        for frame in clip.frames():
            check()
            if frame.index in wanted:
                file = Path(folder.name) / f"{frame.index}.jpg"
                Image.fromarray(frame.rgb).save(file, "JPEG", quality=85)
                stored.append(StoredFrame(frame.index, frame.time_s, file, frame.rgb.shape[1] / seen_width))
    return FrameStore(stored, folder)


def _wanted(analysis: Analysis) -> set[int]:
    people = analysis.perception.people
    if not any(len(person.indices) for person in people):
        return set()
    every = np.unique(np.concatenate([person.indices for person in people]))
    wanted = set(every[np.linspace(0, len(every) - 1, min(len(every), _EVENLY)).round().astype(int)].tolist())
    for person in people:
        times = person.times_s.tolist()
        for event in person.evidence.events if times else ():
            wanted |= {int(person.indices[nearest(times, t)]) for t in (event.onset_s, event.apex_s, event.offset_s)}
    return wanted
