"""Changes in the pixels of a clip: written as a new file, perceived anew, and kept, so that several reasoners can be asked."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import Base64Bytes, BaseModel

from cot_engine.engine.journal import write_atomically
from cot_engine.errors import Refusal
from cot_engine.evaluation.interventions import edits
from cot_engine.evaluation.interventions.case import AS_IT_IS, Case, Filmed
from cot_engine.evaluation.interventions.evidence_edits import strongest
from cot_engine.evaluation.interventions.picture_edits import Box, burnt, covered, flipped, grey
from cot_engine.evidence import Evidence
from cot_engine.frame_choice import BUDGET, ChosenFrame, Picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from cot_engine.perceive import Perceived

Frame = NDArray[np.uint8]
Change = Callable[[list[Frame], Sequence[Box], int], Iterator[Frame]]

TOLD_ASIDE = "text in file name and metadata"
# Fine enough that the change, and not the encoder, is what is measured.
_CRF = "18"
# Frames of a clip that are held in memory while it is changed.
_MOST = 150


class _Shown(BaseModel):
    frame: ChosenFrame
    jpeg: Base64Bytes


class _Kept(BaseModel):
    """A perceived change on disk."""

    evidence: Evidence | None = None
    pictures: tuple[_Shown, ...] = ()
    failed: str | None = None


def film(case: Case, clip: Path, label: str, folder: Path) -> tuple[Filmed, ...]:
    """The clip itself and every change of it, perceived.

    Args:
        label: what planted texts name; it must not depend on a reasoner.
        folder: where the results are kept; a change that lies there is not filmed again.

    Raises:
        Refusal: as ``perceive``, for the clip itself. A changed clip that is refused is a result.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = _Source(clip)
    return tuple(_filmed(case, source, edit, label, folder) for edit in (AS_IT_IS, *_CHANGES))


class _Source:
    """The frames and the face of a clip, decoded and perceived once, and only when a change is not kept yet."""

    def __init__(self, clip: Path) -> None:
        self.clip = clip

    @cached_property
    def person(self) -> "Perceived":
        """The main person of the clip itself."""
        from cot_engine.perceive import perceive

        return perceive(self.clip).people[0]

    @cached_property
    def shots(self) -> tuple[list[Frame], NDArray[np.float64]]:
        """The frames (H, W, 3), with even sides, and their times in seconds; a long clip is thinned evenly."""
        from cot_engine.video import Limits, open_clip

        with open_clip(self.clip, Limits(max_frames=_MOST)) as clip:
            found = [(frame.time_s, frame.rgb) for frame in clip.frames()]
        times = np.array([time for time, _ in found])
        return [rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2] for _, rgb in found], times

    @property
    def fps(self) -> float:
        """Frames a second."""
        times = self.shots[1]
        return 1 / float(np.median(np.diff(times))) if len(times) > 1 else 25.0

    def boxes(self) -> list[Box]:
        """The box of the face in every frame; the nearest known one where it was not seen."""
        rows = np.abs(self.person.times_s[None] - self.shots[1][:, None]).argmin(axis=1)
        return [(float(b[0]), float(b[1]), float(b[2]), float(b[3])) for b in self.person.boxes[rows]]

    def apex(self) -> int:
        """The frame of the strongest apex."""
        top = strongest(self.person.evidence)
        return int(np.abs(self.shots[1] - (top.apex_s if top else 0.0)).argmin())


def _filmed(case: Case, source: _Source, edit: str, label: str, folder: Path) -> Filmed:
    name = hashlib.sha256(f"{source.clip.name} {edit} {label}".encode()).hexdigest()[:24]
    kept = folder / f"{name}.json"
    try:
        found = _Kept.model_validate_json(kept.read_bytes())
    except (OSError, ValueError):  # not there yet, or damaged: filmed anew
        found = _measure(source, edit, label)
        write_atomically(kept, found.model_dump_json().encode())
    if found.evidence is None:
        return Filmed(edit, None, found.failed)
    pictures = tuple(Picture(one.frame, one.jpeg) for one in found.pictures)
    return Filmed(edit, replace(case, evidence=found.evidence, pictures=pictures, filmed=()))


def _measure(source: _Source, edit: str, label: str) -> _Kept:
    from cot_engine.frame_pictures import chosen_pictures
    from cot_engine.perceive import perceive

    scratch = Path(tempfile.mkdtemp())
    try:
        if edit == AS_IT_IS:
            path, person = source.clip, source.person
        else:
            told = edits.PLANTED.format(label=label)
            path = scratch / (f"{told}mp4" if edit == TOLD_ASIDE else "clip.mp4")
            changed = _CHANGES[edit](told)(source.shots[0], source.boxes(), source.apex())
            _write(path, changed, source.fps, told if edit == TOLD_ASIDE else None)
            try:
                person = perceive(path).people[0]
            except Refusal as refusal:
                return _Kept(failed=refusal.code)
        shown = chosen_pictures(path, person, BUDGET)
    finally:
        shutil.rmtree(scratch)
    # Base64Bytes takes what is encoded and holds what is not; built from bytes it must not decode them.
    return _Kept(evidence=person.evidence, pictures=tuple(_Shown.model_construct(frame=p.frame, jpeg=p.jpeg) for p in shown))


def _write(path: Path, frames: Iterator[Frame], fps: float, told: str | None) -> None:
    import av

    with av.open(str(path), "w", format="mp4") as container:
        if told:
            container.metadata.update({"title": told, "comment": told, "description": told})
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001), options={"crf": _CRF})
        stream.pix_fmt = "yuv420p"
        first = next(frames)
        stream.height, stream.width = first.shape[:2]
        for rgb in chain([first], frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")))
        container.mux(stream.encode(None))


def _each(change: "Callable[[Image, Box], Image]") -> Change:
    """A change of every frame on its own."""

    def changed(frames: list[Frame], boxes: Sequence[Box], _: int) -> Iterator[Frame]:
        from PIL import Image

        for rgb, box in zip(frames, boxes, strict=True):
            yield np.asarray(change(Image.fromarray(rgb), box), np.uint8)

    return changed


def _held(frames: list[Frame], _: Sequence[Box], top: int) -> Iterator[Frame]:
    yield from [frames[top]] * len(frames)


def _as_they_are(frames: list[Frame], _: Sequence[Box], __: int) -> Iterator[Frame]:
    yield from frames


def _last_first(frames: list[Frame], _: Sequence[Box], __: int) -> Iterator[Frame]:
    yield from reversed(frames)


# Name of a change -> the change, given the text that is planted.
_CHANGES: dict[str, Callable[[str], Change]] = {
    edits.NO_OP: lambda _: _as_they_are,
    edits.BLANKED: lambda _: _each(lambda image, _: grey(image)),
    "frozen": lambda _: _held,
    "reversed": lambda _: _last_first,
    "mirrored": lambda _: _each(lambda image, _: flipped(image)),
    edits.UPPER: lambda _: _each(lambda image, box: covered(image, "upper", box)),
    edits.LOWER: lambda _: _each(lambda image, box: covered(image, "lower", box)),
    edits.BURNT: lambda told: _each(lambda image, _: burnt(image, told)),
    TOLD_ASIDE: lambda _: _as_they_are,
}
