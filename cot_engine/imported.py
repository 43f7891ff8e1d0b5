"""From another toolkit's action-unit table to the same evidence that our own perception gives."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.events import find_events
from cot_engine.action_units.importers import ImportedPerson, read_table
from cot_engine.action_units.intensity import smooth
from cot_engine.action_units.series import Timeline
from cot_engine.action_units.talking import find_talking
from cot_engine.evidence import Evidence
from cot_engine.faces.main_person import Presence, choose_main
from cot_engine.perceive import Perceived, Perception, seen_spans
from cot_engine.report import Clip

# Detectors of other makers flicker: a rise must reach grade B to be an event.
_FLOOR = 1.5


def perceive_table(path: str | Path, *, fps: float | None = None) -> Perception:
    """Evidence from a CSV or TSV file of OpenFace 2, OpenFace 3, LibreFace or py-feat.

    Args:
        fps: frame rate of the clip, for tables that hold no times.

    Raises:
        Refusal: ``bad_table`` and the others that ``read_table`` raises.
    """
    imported = read_table(path, fps)
    start = min(float(person.timeline.times_s[0]) for person in imported)
    end = max(float(person.timeline.times_s[-1]) for person in imported)
    moments = max(len(person.timeline.times_s) for person in imported)
    # Tables of some toolkits have no boxes; time in view is then all that tells people apart.
    presence = {p.track: Presence(_seen(p).mean() * len(p.timeline.times_s) / moments, 1.0, 0.0) for p in imported}
    main, _ = choose_main(presence)
    people = [_perceived(person, start, end, person.track == main, len(imported)) for person in imported]
    clip = Clip(
        path=str(path),
        kind="table",
        duration_s=round(end - start, 3),
        frames=moments,
        fps=fps,
        decoder=None,
    )
    return Perception(clip, tuple(sorted(people, key=lambda p: (p.track != main, p.track))), tuple(imported[0].notes))


def _seen(person: ImportedPerson) -> NDArray[np.bool_]:
    return np.asarray(np.any([np.isfinite(values).any(axis=1) for values in person.timeline.intensity.values()], axis=0))


def _perceived(person: ImportedPerson, start: float, end: float, main: bool, count: int) -> Perceived:
    times = person.timeline.times_s - start
    intensity = {
        au: values if au in person.presence_only else np.stack([smooth(times, column) for column in values.T], axis=1)
        for au, values in person.timeline.intensity.items()
    }
    timeline = Timeline(times, intensity)
    seen = np.flatnonzero(_seen(person))
    still = len(times) <= 2
    parting = intensity.get("AU25")
    # A table has no lip distance; parting of the lips on its 0-5 scale is the nearest thing to it.
    talking = (
        () if still or parting is None or "AU25" in person.presence_only else find_talking(times, parting[:, 0] / 5 * 0.38)
    )
    evidence = Evidence(
        source=person.source,
        duration_s=round(end - start, 3),
        seen=seen_spans(times[seen], times),
        events=tuple(
            event.model_copy(update={"strength_measured": event.au not in person.presence_only})
            for event in find_events(timeline, dict.fromkeys(intensity, _FLOOR), talking)
        ),
        reach=person.reach,
        talking=talking,
        still=still,
        baseline="source",
    )
    role = "the only person in the table" if count == 1 else f"{'' if main else 'not '}the person seen for the longest time"
    return Perceived(
        track=person.track,
        evidence=evidence,
        timeline=timeline,
        why=role,
        indices=seen,
        times_s=times[seen],
        blendshapes=None,
        boxes=np.empty((0, 4)),
        notes=(),
    )
