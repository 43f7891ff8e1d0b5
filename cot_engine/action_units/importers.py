"""Timelines from the tables of other toolkits: OpenFace 2 and 3, LibreFace, py-feat.

The source is recognised by the header. Strength is never made up: where a source tells only presence (a probability or a
0/1), the intensity is 0 or one nominal value, and the AU is listed in ``presence_only``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.series import Timeline
from cot_engine.action_units.tables import Table, bad_table, read_columns
from cot_engine.action_units.toolkits import Reading, Source, Values, columns_of, reading_of
from cot_engine.errors import Refusal
from cot_engine.report import Note

# What stands for "present": the least that DISFA, on which these detectors were trained or scored, counts as present (B).
PRESENT = 2.0
# An AU that a toolkit names but cannot tell is left out: having a column is not measuring.
_LEAST_TRUST = 0.1
# Values of all people together: half an hour of 40 faces.
_MAX_CELLS = 40_000_000
_GIVE_FPS = "Give the frame rate of the clip with --fps."


@dataclass(frozen=True)
class ImportedPerson:
    """One person of a table.

    Attributes:
        track: the source's number of the face where it has one, else counted by first appearance.
        timeline: both columns are equal, because none of these tables tells the sides apart; NaN where the face was lost.
        reach: trust in 0-1 for every AU of the timeline (see ``toolkits``), and for AU45 where eye closing (AU43) is measured.
        presence_only: AUs whose values are 0 or ``PRESENT``: seen or not seen, strength never measured.
        notes: what was assumed, left out or put right; the same for all people of a table.
    """

    track: int
    timeline: Timeline
    reach: dict[str, float]
    source: Source
    presence_only: frozenset[str]
    notes: list[Note]


def read_table(path: str | Path, fps: float | None = None) -> list[ImportedPerson]:
    """The people of an action-unit table, in order of their track number.

    Args:
        path: a CSV or TSV file as one of the four toolkits wrote it.
        fps: frames a second of the clip; replaces the times of the table. Needed where the table has none (py-feat,
            OpenFace 3) and more than one frame.

    Raises:
        Refusal: ``unreadable_input``, ``too_large``, ``no_face`` (no row with a measured face), or ``bad_table`` (unknown
            header, empty, ragged, not a number, no times), with the line and column where there is one.
    """
    path = Path(path)
    if fps is not None and not 0 < fps < np.inf:
        raise bad_table(path.name, f"{fps} is not a frame rate", _GIVE_FPS)
    table = read_columns(path, lambda header: columns_of(path.name, header))
    reading = reading_of(table)
    message = f"{reading.source} does not tell left from right; a movement on one side only looks like one on both."
    notes = [*reading.notes, Note(code="no_sides", message=message)]
    _leave_out_hopeless(reading, notes)
    values = {**_intensities(reading, notes), **_presences(reading, notes)}
    moments, slot = _moments(table, reading, fps, notes)

    people = []
    for track, timeline in _timelines(table, reading, values, moments, slot):
        named = {au: au for au in timeline.intensity}
        if "AU43" in named:
            # Short closings of the eyes are named AU45 when events are found.
            named["AU45"] = "AU43"
        reach = {au: reading.trust[measured] for au, measured in named.items()}
        presence_only = frozenset(au for au, measured in named.items() if measured in reading.presence)
        if reach:
            people.append(ImportedPerson(track, timeline, reach, reading.source, presence_only, notes))
    if not people:
        hint = "Check the clip that it was made from."
        raise Refusal("no_face", f"No row of the table {path.name} has a measured face.", hint)
    return people


def _timelines(
    table: Table, reading: Reading, values: dict[str, Values], moments: Values, slot: NDArray[np.int64]
) -> Iterator[tuple[int, Timeline]]:
    """Track and timeline of every face number, each from its first to its last row."""
    cells = 0
    for track in np.unique(reading.person[reading.person >= 0]).tolist():
        rows = np.flatnonzero(reading.person == track)
        _once_each(table, rows, slot[rows])
        first, last = slot[rows].min(), slot[rows].max()
        cells += (last + 1 - first) * len(values)
        if cells > _MAX_CELLS:
            raise Refusal("too_large", f"The table {table.name} holds too many faces.", "Cut it into shorter stretches.")
        intensity = {}
        for au, column in values.items():
            series = np.full(last + 1 - first, np.nan)
            series[slot[rows] - first] = column[rows]
            if np.isfinite(series).any():
                intensity[au] = np.stack([series, series], axis=1)
        yield track, Timeline(moments[first : last + 1], intensity)


def _leave_out_hopeless(reading: Reading, notes: list[Note]) -> None:
    for columns in (reading.intensity, reading.presence):
        for au in [au for au in columns if reading.trust.get(au, 0) < _LEAST_TRUST]:
            del columns[au]
            message = f"{au} is left out: {reading.source} has a column for it, but hardly ever gets it right."
            notes.append(Note(code="au_left_out", message=message))


def _intensities(reading: Reading, notes: list[Note]) -> dict[str, Values]:
    outside = sum(int(((column < 0) | (column > 5)).sum()) for column in reading.intensity.values())
    if outside:
        message = f"{outside} intensities lay outside 0-5 and were set to the nearer end."
        notes.append(Note(code="clipped", message=message))
    return {au: np.clip(column, 0, 5) for au, column in reading.intensity.items()}


def _presences(reading: Reading, notes: list[Note]) -> dict[str, Values]:
    if reading.presence:
        message = (
            f"{reading.source} tells whether {', '.join(reading.presence)} can be seen, not how strongly. "
            f"Where its value is 0.5 or more, {PRESENT:g} stands for 'present'; no strength was measured."
        )
        notes.append(Note(code="presence_only", message=message))
    return {
        au: np.where(np.isnan(column), np.nan, np.where(column >= 0.5, PRESENT, 0.0)) for au, column in reading.presence.items()
    }


def _moments(table: Table, reading: Reading, fps: float | None, notes: list[Note]) -> tuple[Values, NDArray[np.int64]]:
    """Times of all moments of the table (T,), and for each row (N,) the moment it belongs to."""
    key = next((column for column in (reading.frame, reading.times_s) if column is not None), np.zeros(len(table.lines)))
    if len(missing := np.flatnonzero(np.isnan(key))):
        raise bad_table(table.name, f"line {table.lines[missing[0]]} has no frame number or time")
    keys, first_row, slot = np.unique(key, return_index=True, return_inverse=True)
    if fps is not None and reading.frame is not None:
        times = (keys - min(reading.first_frame, keys[0])) / fps
    elif fps is not None and len(keys) > 1:
        raise bad_table(table.name, "it has times but no frame numbers, so a frame rate cannot be applied", "Leave --fps out.")
    elif reading.times_s is not None:
        times = reading.times_s[first_row]
    elif len(keys) == 1:
        times = np.zeros(1)
    else:
        raise bad_table(table.name, f"{reading.source} writes frame numbers and no usable times", _GIVE_FPS)
    steps = np.diff(times)
    if not (steps > 0).all():
        raise bad_table(table.name, "its times do not grow from frame to frame", _GIVE_FPS)
    if len(steps) and np.median(steps) < 1 / 240:
        message = f"The times of the table mean {1 / np.median(steps):.0f} frames a second; if that is not so, give --fps."
        notes.append(Note(code="suspicious_times", message=message))
    axis = _with_gaps(keys, times)
    return axis, np.searchsorted(axis, times)[slot]


def _with_gaps(keys: Values, times: Values) -> Values:
    """The times, with two more inside every gap, so that nothing is thought to go on where no row was written.

    Some tools and some users leave out the rows of frames without a face.
    """
    if len(keys) < 3:
        return times
    gaps = np.flatnonzero(np.diff(keys) > 1.5 * np.median(np.diff(keys)))
    inset = np.minimum(np.median(np.diff(times)), 0.4 * np.diff(times)[gaps])
    return np.sort(np.concatenate([times, times[gaps] + inset, times[gaps + 1] - inset]))


def _once_each(table: Table, rows: NDArray[np.int64], slots: NDArray[np.int64]) -> None:
    seen: set[int] = set()
    for row, moment in zip(rows.tolist(), slots.tolist(), strict=True):
        if moment in seen:
            raise bad_table(table.name, f"line {table.lines[row]} is a second row for the same face in the same frame")
        seen.add(moment)
