"""One clip's measured action units against the truth, reduced to counts and sums that add up over clips.

A frame is scored for an AU where truth shows at least one of its sides. A hidden side takes no part on either hand; a frame
with both sides hidden is not scored and counted as ``hidden``. Where the estimator has no value, its answer is "not there":
that is a miss if the AU was there, and the frame is counted as ``no_face`` (no face was found at all) or ``unmeasured`` (a
face, but no value for this AU). Intensities are compared only where both exist.

Onsets are compared like with like: the true curve goes through the same ``find_events`` as a measured one, so that a true
onset is the moment at which the true curve crosses the level that ends an event, not the first moment of movement.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.events import find_events
from cot_engine.action_units.series import Timeline
from cot_engine.evaluation.agreement import sums
from cot_engine.evaluation.event_match import Timing, family, pair_up, sidedness_wrong, sides_swapped, timing
from cot_engine.evaluation.presence import PRESENT_ABOVE, count, present
from cot_engine.evidence import Event

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Truth:
    """What happens in a clip. ``timeline`` is NaN where a side cannot be seen; ``groups`` maps a grouping ("pose") to this
    clip's value in it ("0-15")."""

    clip: str
    subject: str
    timeline: Timeline
    groups: dict[str, str]


@dataclass(frozen=True)
class Estimate:
    """What was measured. ``seen_s`` (F,) are the times of the frames in which the face was found."""

    timeline: Timeline
    events: tuple[Event, ...]
    seen_s: Values


@dataclass(frozen=True)
class EventResult:
    """A true event (found when ``timing`` is there, else missed), or a measured event that matches none.

    ``kind`` of the latter: ``invented``, or ``extra`` when a true movement of the AU did go on, too weak for grade B or matched
    by another measured event already. ``swapped`` and ``sidedness`` as in ``event_match``.
    """

    au: str
    kind: str
    timing: Timing | None = None
    swapped: bool | None = None
    sidedness: bool | None = None


@dataclass(frozen=True)
class Tally:
    """Of one clip, for the A AUs that are scored.

    Attributes:
        counts: (A, 4) frames: true positives, false positives, false negatives, true negatives.
        sums: (A, 7) of ``agreement.sums`` over the frames with both intensities.
        frames: (A, 4) scored; of these without a face, with a face but without a value; not scored because hidden.
        measured_hidden: measured events that lie where truth is hidden: not scored.
    """

    clip: str
    subject: str
    groups: dict[str, str]
    counts: Values
    sums: Values
    frames: NDArray[np.int64]
    clip_frames: int
    clip_no_face: int
    events: tuple[EventResult, ...]
    measured_hidden: int


def tally(truth: Truth, estimate: Estimate, aus: Sequence[str]) -> Tally:
    """Scores ``estimate`` on one clip for ``aus`` (names by ``event_match.family``)."""
    counts, moments, frames = [], [], []
    for pair in levels(truth, estimate, aus):
        counts.append(count(present(pair.true), present(pair.said)))
        valued = np.isfinite(pair.said)
        moments.append(sums(pair.true[valued], pair.said[valued]))
        unseen = ~valued & pair.no_face
        frames.append([len(valued), unseen.sum(), (~valued & ~unseen).sum(), len(truth.timeline.times_s) - len(valued)])
    events, hidden = _events(truth, estimate, _folded(truth.timeline), aus)
    return Tally(
        truth.clip,
        truth.subject,
        truth.groups,
        np.array(counts),
        np.array(moments),
        np.array(frames, np.int64),
        len(truth.timeline.times_s),
        int(_no_face(truth, estimate).sum()),
        events,
        hidden,
    )


@dataclass(frozen=True)
class Levels:
    """Of one AU, in the S frames of a clip in which it is scored: ``true`` (S,) and ``said`` (S,) strengths 0-5 of the
    stronger side, ``said`` NaN where the estimator has no value; ``no_face`` (S,) where it found no face at all."""

    true: Values
    said: Values
    no_face: Mask


def levels(truth: Truth, estimate: Estimate, aus: Sequence[str]) -> list[Levels]:
    """What is compared, of each of ``aus`` (names by ``event_match.family``)."""
    times = truth.timeline.times_s
    true, measured = _folded(truth.timeline), _folded(estimate.timeline)
    no_face = _no_face(truth, estimate)
    rows = _nearest(estimate.timeline.times_s, times)
    absent = np.full((len(times), 2), np.nan)
    pairs = []
    for au in aus:
        sides = true.get(au, absent)
        known = np.isfinite(sides)
        got = np.where((rows >= 0)[:, None], measured[au][rows], np.nan) if au in measured and len(estimate.seen_s) else absent
        # A face that was not found has no reading, whatever the series holds there.
        got = np.where(known & ~no_face[:, None], got, np.nan)
        scored = known.any(axis=1)
        pairs.append(Levels(_stronger(sides)[scored], _stronger(got)[scored], no_face[scored]))
    return pairs


def graded_events(timeline: Timeline) -> list[Event]:
    """All events of grade B or more in a curve."""
    return [event for event in find_events(timeline, {}) if event.intensity > PRESENT_ABOVE]


def _events(
    truth: Truth, estimate: Estimate, true: dict[str, Values], aus: Sequence[str]
) -> tuple[tuple[EventResult, ...], int]:
    wanted = set(aus)
    times = truth.timeline.times_s
    there = [event for event in graded_events(Timeline(times, true)) if family(event.au) in wanted]
    said = [e for e in estimate.events if family(e.au) in wanted and e.intensity > PRESENT_ABOVE]
    pairs = dict(pair_up(there, said))
    results, hidden = [], 0
    for i, event in enumerate(there):
        au = family(event.au)
        if i not in pairs:
            results.append(EventResult(au, "true"))
            continue
        match, during = said[pairs[i]], _within(times, event)
        # Which side is stronger is known only where both could be seen.
        sided = bool(np.isfinite(true[au][during]).all())
        results.append(
            EventResult(
                au,
                "true",
                timing(event, match),
                sides_swapped(event, match) if sided else None,
                sidedness_wrong(event, match) if sided else None,
            )
        )
    for j, event in enumerate(said):
        if j in pairs.values():
            continue
        au = family(event.au)
        levels = _stronger(true[au][_within(times, event)]) if au in true else np.empty(0)
        if len(levels) and np.isnan(levels).mean() > 0.5:
            hidden += 1
        else:
            results.append(EventResult(au, "extra" if np.any(levels > 0) else "invented"))
    return tuple(results), hidden


def _no_face(truth: Truth, estimate: Estimate) -> Mask:
    return _nearest(estimate.seen_s, truth.timeline.times_s) < 0


def _folded(timeline: Timeline) -> dict[str, Values]:
    """AU -> (T, 2), the closings of the eyes as one."""
    folded: dict[str, Values] = {}
    for au, values in timeline.intensity.items():
        name = family(au)
        folded[name] = np.fmax(folded[name], values) if name in folded else values
    return folded


def _stronger(sides: Values) -> Values:
    """(T,) the stronger of what is known of the two sides (T, 2); NaN where neither is."""
    return np.asarray(np.fmax(sides[:, 0], sides[:, 1]))


def _nearest(source: Values, wanted: Values) -> NDArray[np.int64]:
    """(T,) index into ``source`` (sorted seconds) of the frame shown at each of ``wanted`` (T,); -1 where none is within half
    a frame."""
    if not len(source):
        return np.full(len(wanted), -1)
    after = np.clip(np.searchsorted(source, wanted), 0, len(source) - 1)
    before = np.maximum(after - 1, 0)
    best = np.where(np.abs(source[before] - wanted) <= np.abs(source[after] - wanted), before, after)
    half = 0.5 * float(np.median(np.diff(wanted))) if len(wanted) > 1 else 0.5
    return np.where(np.abs(source[best] - wanted) <= half, best, -1)


def _within(times: Values, event: Event) -> Mask:
    """The frames of an event; the nearest one when it is shorter than a frame."""
    inside = (times >= event.onset_s) & (times <= event.offset_s)
    if not inside.any():
        inside[np.argmin(np.abs(times - event.apex_s))] = True
    return inside
