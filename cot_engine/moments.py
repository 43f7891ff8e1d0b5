"""The frames worth looking at: onset and apex of each person's strongest movements, fetched in a second pass."""

import numpy as np

from cot_engine.analysis import Analysis
from cot_engine.figures import Moment, Pictures
from cot_engine.frame_choice import nearest, strongest_events
from cot_engine.perceive import Perceived
from cot_engine.video import Frame, open_clip

# Events shown for each person; a page with many people shows fewer of each.
_EVENTS, _EVENTS_IN_A_GROUP = 3, 1


def gather_pictures(analysis: Analysis) -> dict[int, Pictures]:
    """Timeline and moments of every person in the report, by track."""
    reported = {person.track for person in analysis.report.people}
    people = [person for person in analysis.perception.people if person.track in reported]
    wanted = {person.track: _wanted(person, alone=len(people) == 1) for person in people}
    indices = sorted({index for moments in wanted.values() for index, *_ in moments})
    frames = _fetch(analysis, indices)
    return {
        person.track: Pictures(
            timeline=person.timeline,
            moments=tuple(
                _moment(person, frames[index], caption, event)
                for index, caption, event in wanted[person.track]
                if index in frames
            ),
        )
        for person in people
    }


def _fetch(analysis: Analysis, indices: list[int]) -> dict[int, Frame]:
    if analysis.report.clip.kind == "table" or not indices:
        return {}
    with open_clip(analysis.report.clip.path) as clip:
        return {frame.index: frame for frame in clip.at(indices)}


def _wanted(person: Perceived, *, alone: bool) -> list[tuple[int, str, int | None]]:
    """Source frame index, caption and event of each moment, in order of time, no frame twice."""
    if not len(person.boxes):
        return []
    if person.evidence.still or not person.evidence.events:
        return [(int(person.indices[0]), "the picture" if person.evidence.still else "first sight", None)]
    moments: dict[int, tuple[str, int | None]] = {}
    for i in strongest_events(person.evidence, _EVENTS if alone else _EVENTS_IN_A_GROUP):
        event = person.evidence.events[i]
        for what, time_s in (("apex", event.apex_s), ("onset", event.onset_s)):
            if what == "onset" and not event.onset_seen:
                continue
            index = int(person.indices[nearest(person.times_s.tolist(), time_s)])
            moments.setdefault(index, (f"{event.au} {what}", i))
    return [(index, caption, i) for index, (caption, i) in sorted(moments.items())]


def _moment(person: Perceived, frame: Frame, caption: str, event: int | None) -> Moment:
    row = int(np.argmin(np.abs(person.indices - frame.index)))
    x0, y0, x1, y1 = (float(v) for v in person.boxes[row])
    return Moment(time_s=frame.time_s, caption=caption, rgb=frame.rgb, box=(x0, y0, x1, y1), event=event)
