"""The frames of one clip that the page can show: small JPEG files, deleted with the object that holds them.

Perception shows every frame it reads; a second reading fetches only what a long clip's keeper had to let go.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cot_engine.analysis import Analysis
from cot_engine.frame_choice import nearest
from cot_engine.video import Frame, Limits, open_clip
from cot_engine.video.types import fit

# Enough to scrub through; the moments of the events come on top.
_EVENLY = 120
# Frames kept while nobody knows yet which will be wanted: 13 seconds. Of longer clips every other one is let go, and again.
_MOST = 400
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
        # Deletes the files when the last store that shows some of them is gone.
        self._folder = folder

    def __bool__(self) -> bool:
        return bool(self._frames)

    def nearest(self, time_s: float) -> StoredFrame:
        """The stored frame that is shown nearest to ``time_s``. IndexError when the store is empty."""
        # A keeper that is still at work may have let some go.
        frames = [frame for frame in self._frames if frame.file.exists()]
        return frames[nearest([frame.time_s for frame in frames], time_s)]


class FrameKeeper:
    """Keeps frames of a clip while it is read; ``complete`` adds those worth showing that it let go: the moments of events, and
    enough over the time faces were seen."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cot-engine-frames-", ignore_cleanup_errors=True)
        self._frames: dict[int, StoredFrame] = {}
        self._shown, self._every = 0, 1

    def show(self, frame: Frame) -> None:
        """Keeps a frame as perception reads it."""
        if self._shown % self._every == 0:
            self._keep(frame, frame.rgb.shape[1])
            if len(self._frames) > _MOST:
                self._every *= 2
                for index in list(self._frames)[1::2]:
                    self._frames.pop(index).file.unlink()
        self._shown += 1

    def store(self) -> FrameStore:
        """What is kept now."""
        return FrameStore(sorted(self._frames.values(), key=lambda frame: frame.index), self._folder if self._frames else None)

    def complete(self, analysis: Analysis, check: Callable[[], None]) -> bool:
        """Makes sure that the frames worth showing are kept; whether the clip had to be read again for that.

        Args:
            check: called for every frame that is read; may raise to end the reading.

        Raises:
            Refusal: the clip cannot be read a second time.
        """
        missing = _wanted(analysis) - set(self._frames)
        clip_facts = analysis.report.clip
        if clip_facts.kind == "table" or not missing:
            return False
        # The size of the frames in which perception gave its boxes.
        seen_width, _ = fit(clip_facts.width or 1, clip_facts.height or 1, Limits.max_side)
        with open_clip(clip_facts.path, Limits(max_side=_MAX_SIDE)) as clip:
            for frame in clip.frames():
                check()
                if frame.index in missing:
                    self._keep(frame, seen_width)
        return True

    def _keep(self, frame: Frame, seen_width: int) -> None:
        """``seen_width``: of the frame as perception saw it."""
        picture = Image.fromarray(frame.rgb)
        picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
        file = Path(self._folder.name) / f"{frame.index}.jpg"
        picture.save(file, "JPEG", quality=85)
        self._frames[frame.index] = StoredFrame(frame.index, frame.time_s, file, picture.width / seen_width)


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
