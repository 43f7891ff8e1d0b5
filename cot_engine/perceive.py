"""From a path to evidence: every person in a clip, what moved in their face, and what could not be seen."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from cot_engine import weights
from cot_engine.action_units.blendshapes import raw_values
from cot_engine.action_units.combined import read_action_units
from cot_engine.action_units.events import find_events
from cot_engine.action_units.intensity import AUS
from cot_engine.action_units.learned import Estimator, Glimpse, load_estimator
from cot_engine.action_units.series import Timeline
from cot_engine.action_units.talking import find_talking
from cot_engine.ahead import ahead
from cot_engine.errors import Refusal
from cot_engine.evidence import Evidence, Part, Pose, Quality, Reason, Span
from cot_engine.faces.finder import FaceFinder
from cot_engine.faces.landmarker import Box, Face
from cot_engine.faces.main_person import Presence, choose_main
from cot_engine.faces.tracks import Tracker
from cot_engine.faces.visibility import hidden_spans, look
from cot_engine.freed import give_back
from cot_engine.report import Clip as ClipFacts
from cot_engine.report import Note
from cot_engine.video import Clip, Frame, Limits, open_clip

# Called with a stage ("reading faces", "action units"), what is done and, where it is known, of how many.
Progress = Callable[[str, int, int | None], None]


@runtime_checkable
class Onlooker(Protocol):
    """A ``Progress`` that is also shown the frames, in order, each when it has been looked at: what is read once need not be
    read again."""

    def __call__(self, stage: str, done: int, total: int | None, /) -> None: ...

    def show(self, frame: Frame) -> None: ...


_SOURCE = "learned estimator on MediaPipe landmarks"
# Frames fetched, and frames whose faces are found, while the ones before are measured.
_AHEAD, _FOUND_AHEAD = 4, 2
# Hands and heads move slower than lips: looking for covers five times a second is enough.
_LOOK_EVERY_S = 0.2
_JOIN_SEEN_S = 0.2
# A face seen for less than this in a clip with time in it is a passer-by or a mistake.
_MIN_SEEN_S = 0.3
# Whoever waits is told what was seen after so many seconds of work, and again when they have become so many times as many: all
# these looks together cost a third of the last one.
_FIRST_LOOK_S, _LOOK_AGAIN = 1.5, 4.0
_BLURRED = 20.0


@dataclass(frozen=True)
class Perceived:
    """One person. ``indices`` (T,) source frame numbers, ``times_s`` (T,) and ``boxes`` (T, 4) of the frames with their face;
    boxes are in pixels of the frames as delivered by ``video``. ``blendshapes`` is what MediaPipe's blendshapes alone would
    say."""

    track: int
    evidence: Evidence
    timeline: Timeline
    blendshapes: Timeline | None
    why: str
    indices: NDArray[np.int64]
    times_s: NDArray[np.float64]
    boxes: NDArray[np.float64]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Perception:
    """All people of a clip, the main one first. ``whole`` is false while the clip is still being read."""

    clip: ClipFacts
    people: tuple[Perceived, ...]
    notes: tuple[Note, ...]
    whole: bool = True


@dataclass
class _Diary:
    """What is written down of one track, frame by frame: numbers and a picture of 11 kB, so that a long clip stays small in
    memory."""

    times: list[float] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    raw: list[NDArray[np.float64]] = field(default_factory=list)
    glimpses: list[Glimpse] = field(default_factory=list)
    pose: list[tuple[float, float, float]] = field(default_factory=list)
    look_times: list[float] = field(default_factory=list)
    hidden: list[dict[Part, Reason]] = field(default_factory=list)
    sharpness: list[float] = field(default_factory=list)

    def write(self, estimator: Estimator, rgb: NDArray[np.uint8], face: Face, index: int, time_s: float) -> None:
        self.times.append(time_s)
        self.indices.append(index)
        self.boxes.append(face.box)
        self.raw.append(raw_values(face))
        self.glimpses.append(estimator.describe(rgb, face))
        self.pose.append((face.pose.yaw, face.pose.pitch, face.pose.roll))
        if not self.look_times or time_s - self.look_times[-1] >= _LOOK_EVERY_S:
            seen = look(rgb, face)
            self.look_times.append(time_s)
            self.hidden.append(seen.hidden)
            self.sharpness.append(seen.sharpness)


@dataclass
class _Read:
    """What was read of a clip: its times, who was seen in it, and the (height, width) of its frames."""

    times: list[float] = field(default_factory=list)
    diaries: dict[int, _Diary] = field(default_factory=dict)
    shape: tuple[int, ...] = (1, 1)

    @property
    def still(self) -> bool:
        return len(self.times) <= 2

    def people(self) -> dict[int, _Diary]:
        """Those who are no passers-by."""
        shortest = 0.0 if self.still else min(_MIN_SEEN_S, self.times[-1] / 2)
        return {track: diary for track, diary in self.diaries.items() if diary.times[-1] - diary.times[0] >= shortest}


def perceive(
    path: str | Path,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    estimator: Estimator | None = None,
    so_far: Callable[[Perception], None] | None = None,
) -> Perception:
    """Reads a clip and measures every face in it, with the estimator that ships with the package unless another is given.

    Args:
        progress: one that is an ``Onlooker`` is shown the frames as well.
        so_far: called now and then while the clip is read, with what its frames so far amount to; later ones may change that,
            for in more frames rest is found better.

    Raises:
        Refusal: what ``video.open_clip`` raises; ``no_face`` when no face is seen; ``backend_missing`` without the model.
    """
    model, estimator = weights.find("face_landmarker").path, estimator or load_estimator()
    read, begun, next_look_s = _Read(), time.monotonic(), _FIRST_LOOK_S
    onlooker = progress if isinstance(progress, Onlooker) else None
    with (
        open_clip(path, limits or Limits()) as clip,
        FaceFinder(model) as finder,
        closing(ahead(_found(ahead(clip.frames(), _AHEAD), finder), _FOUND_AHEAD)) as found,
    ):

        def reading(*_: object) -> None:
            if progress:
                progress("reading faces", len(read.times), clip.info.claimed_frames)

        tracker = Tracker()
        for frame, faces in found:
            read.times.append(frame.time_s)
            read.shape = frame.rgb.shape[:2]
            for track, face in tracker.assign(frame.rgb, faces, frame.time_s):
                read.diaries.setdefault(track, _Diary()).write(estimator, frame.rgb, face, frame.index, frame.time_s)
            if onlooker:
                onlooker.show(frame)
            reading()
            if so_far and time.monotonic() - begun > next_look_s and not read.still and read.people():
                so_far(replace(_perception(path, clip, read, estimator, reading), whole=False))
                next_look_s = _LOOK_AGAIN * (time.monotonic() - begun)
    give_back()
    if progress:
        progress("action units", 0, None)
    if not read.people():
        raise Refusal(
            "no_face",
            f"No face was found in {len(read.times)} frames of {Path(path).name}.",
            "The face should be at least 32 pixels high and turned to the camera; check the clip.",
        )
    return _perception(path, clip, read, estimator, progress)


def _perception(path: str | Path, clip: Clip, read: _Read, estimator: Estimator, progress: Progress | None) -> Perception:
    times, people = np.array(read.times), read.people()
    main, why = choose_main({t: _presence(d, len(times), read.shape) for t, d in people.items()})
    order = sorted(people, key=lambda t: (t != main, t))
    scale = clip.info.width / read.shape[1]
    facts = ClipFacts(
        path=str(path),
        kind=clip.info.kind,
        duration_s=round(_duration(times), 3),
        frames=len(times),
        fps=clip.info.fps,
        width=clip.info.width,
        height=clip.info.height,
        decoder=clip.decoder,
    )
    notes = tuple(Note(code=code, message=message) for code, message in clip.notes)
    return Perception(facts, tuple(_perceived(t, people[t], times, why[t], scale, estimator, progress) for t in order), notes)


def _found(frames: Iterator[Frame], finder: FaceFinder) -> Iterator[tuple[Frame, list[Face]]]:
    for frame in frames:
        yield frame, finder.find(frame.rgb, frame.time_s)


def _duration(times: NDArray[np.float64]) -> float:
    """Last minus first timestamp plus the time the last frame stays."""
    return float(times[-1] + np.median(np.diff(times))) if len(times) > 1 else 0.0


def _presence(diary: _Diary, frames: int, shape: tuple[int, ...]) -> Presence:
    boxes, (height, width) = np.array(diary.boxes), shape
    centres = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2], axis=1)
    away = np.linalg.norm(centres - (width / 2, height / 2), axis=1) / (np.hypot(width, height) / 2)
    return Presence(
        time_share=len(boxes) / frames,
        height_share=float(np.median(boxes[:, 3] - boxes[:, 1])) / height,
        off_centre=float(np.median(away)),
    )


def _perceived(
    track: int,
    diary: _Diary,
    clip_times: NDArray[np.float64],
    why: str,
    scale: float,
    estimator: Estimator,
    progress: Progress | None,
) -> Perceived:
    own_times, still = np.array(diary.times), len(clip_times) <= 2
    # One row a frame of the clip from first to last sight; rows without the face are not measured.
    times = clip_times[(clip_times >= own_times[0]) & (clip_times <= own_times[-1])]
    rows = np.searchsorted(times, own_times)
    raw = np.full((len(times), len(AUS), 2), np.nan)
    raw[rows] = np.array(diary.raw)
    glimpses: list[Glimpse | None] = [None] * len(times)
    for row, glimpse in zip(rows, diary.glimpses, strict=True):
        glimpses[row] = glimpse
    hidden = hidden_spans(np.array(diary.look_times), diary.hidden, float(own_times[-1]))
    told = partial(progress, "action units") if progress else None
    read = read_action_units(times, raw, glimpses, hidden, estimator, told)
    timeline = read.timeline
    talking = () if still else find_talking(times, read.gap)
    pose, boxes = np.array(diary.pose), np.array(diary.boxes)
    evidence = Evidence(
        source=_SOURCE,
        duration_s=round(_duration(clip_times), 3),
        seen=seen_spans(own_times, clip_times),
        events=tuple(find_events(timeline, read.floors, talking)),
        reach=read.trust,
        hidden=hidden,
        talking=talking,
        still=still,
        baseline=read.baseline,
        pose=_pose(pose),
        quality=Quality(
            face_px=round(float(np.median(boxes[:, 3] - boxes[:, 1])) * scale, 1),
            sharpness=round(float(np.median(diary.sharpness)), 1),
            frames=len(own_times),
        ),
    )
    # Blinks and winks are read from the lids: their curve is that of AU43.
    for au in {"AU45", "AU46"} & {event.au for event in evidence.events}:
        timeline.intensity[au] = timeline.intensity["AU43"]
    notes = tuple(_person_notes(evidence))
    return Perceived(track, evidence, timeline, read.blendshapes, why, np.array(diary.indices), own_times, boxes, notes)


def seen_spans(times_s: NDArray[np.float64], clip_times_s: NDArray[np.float64]) -> tuple[Span, ...]:
    """Stretches in which a face was seen, from the times at which it was; short losses do not count."""
    step = float(np.median(np.diff(clip_times_s))) if len(clip_times_s) > 1 else 0.0
    breaks = np.flatnonzero(np.diff(times_s) > max(_JOIN_SEEN_S, 2.5 * step))
    starts, ends = [0, *(breaks + 1)], [*breaks, len(times_s) - 1]
    return tuple(
        Span(start_s=round(float(times_s[a]), 3), end_s=round(float(times_s[b]), 3)) for a, b in zip(starts, ends, strict=True)
    )


def _pose(pose: NDArray[np.float64]) -> Pose:
    """(T, 3) yaw, pitch, roll -> medians and largest turns away from the camera."""
    yaw, pitch, roll = (round(float(v), 1) for v in np.median(pose, axis=0))
    most = np.abs(pose).max(axis=0)
    return Pose(yaw=yaw, pitch=pitch, roll=roll, max_yaw=round(float(most[0]), 1), max_pitch=round(float(most[1]), 1))


def _person_notes(evidence: Evidence) -> list[Note]:
    notes = []
    if evidence.baseline == "population":
        notes.append(
            Note(
                code="no_neutral",
                message="No calm stretch of this face was found: strengths are relative to an average face, "
                "and brow and lid readings are less certain.",
            )
        )
    covered = sorted({f"{h.part} ({h.reason})" for h in evidence.hidden})
    if covered:
        notes.append(
            Note(
                code="not_visible",
                message=f"Hidden{'' if evidence.still else ' for part of the time'}: " + ", ".join(covered) + ".",
            )
        )
    if evidence.quality and evidence.quality.sharpness < _BLURRED:
        notes.append(Note(code="blurred", message="The face is blurred; fine movements may be missed."))
    return notes
