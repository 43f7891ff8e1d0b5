"""What the tables of the known toolkits look like: which columns they have, in which unit, and how far to trust them.

A toolkit is recognised by its header. Two kinds of values are kept apart: intensities on the FACS 0-5 scale, and presence,
a probability or a 0/1 in 0-1, which says nothing about strength. Trust is, where one is known, the figure of py-feat's
comparison on DISFA+ (``cosanlab/py-feat: docs/benchmarks/competitors``, May and June 2026), on which no toolkit was trained.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.people import by_identity, by_place
from cot_engine.action_units.tables import Table, bad_table
from cot_engine.errors import Refusal
from cot_engine.facs import au_code
from cot_engine.report import Note

Source = Literal["OpenFace 2", "OpenFace 3", "LibreFace", "py-feat"]
Values = NDArray[np.float64]

# The order is stated in OpenFace 3's demo only, and agrees with its training code: that picks entries 0 4 8 10 11 1 6 7 of
# DISFA's twelve labels, which are these eight AUs when the label files are sorted by name (au1, au12, au15, ...).
OPENFACE_3_ORDER = ("AU1", "AU2", "AU4", "AU6", "AU9", "AU12", "AU25", "AU26")


def _trust(text: str) -> dict[str, float]:
    return {f"AU{number}": float(value) for number, value in (pair.split(":") for pair in text.split())}


# No figure on the same benchmark: three steps after the agreement that the OpenFace 2.0 paper (Baltrusaitis et al., FG 2018)
# reports on DISFA, highest for 12 and 25, lowest for 15, 17, 20; the presence-only 28 with the lowest.
_OPENFACE_2 = _trust("1:.6 2:.6 4:.6 5:.6 6:.6 7:.6 9:.6 10:.6 12:.8 14:.6 15:.4 17:.4 20:.4 23:.4 25:.8 26:.6 28:.4 45:.6")
# F1. A user reports clear smiles without any AU12 (OpenFace-3.0 issue 9).
_OPENFACE_3 = _trust("1:.85 2:.69 4:.84 6:.42 9:.80 12:.74 25:.93 26:.59")
# Mean of F1 and correlation, because its intensities follow the coder better than they reach the coder's level; the AUs that
# it only detects were trained on BP4D and are not in the comparison: 0.4.
_LIBREFACE = _trust(
    "1:.72 2:.71 4:.82 5:.74 6:.43 7:.4 9:.81 10:.4 12:.70 14:.4 15:.33 17:.34 20:.13 23:.4 24:.4 25:.92 26:.53"
)
# F1; the AUs outside the comparison a little below the mean of those inside.
_PYFEAT_1 = _trust("1:.34 2:.24 4:.43 5:0 6:.32 9:.13 12:.39 15:.12 17:.14 20:.10 25:.68 26:.12") | _trust(
    "7:.2 10:.2 11:.2 14:.2 23:.2 24:.2 28:.2 43:.2"
)
_PYFEAT_2 = _trust("1:.78 2:.57 4:.71 5:.58 6:.59 9:.83 12:.56 15:.65 17:.28 20:.01 25:.67 26:.26") | _trust(
    "7:.4 10:.4 11:.4 14:.4 23:.4 24:.4 28:.4 43:.4"
)


@dataclass
class Reading:
    """A table in one form: row by row, N rows.

    Attributes:
        person: (N,) number of the face, -1 for a row without one.
        intensity: AU -> (N,) on the 0-5 scale as written, NaN where not measured.
        presence: AU -> (N,) in 0-1, NaN where not measured.
        frame: (N,) frame numbers, counted from ``first_frame``; None when the table has none.
        times_s: (N,) seconds by the table's own clock; None when it has none.
    """

    source: Source
    trust: dict[str, float]
    person: NDArray[np.int64]
    intensity: dict[str, Values] = field(default_factory=dict)
    presence: dict[str, Values] = field(default_factory=dict)
    frame: Values | None = None
    first_frame: int = 0
    times_s: Values | None = None
    notes: list[Note] = field(default_factory=list)


def source_of(name: str, header: tuple[str, ...]) -> Source:
    """The toolkit that wrote a table with this header.

    Raises:
        Refusal: ``bad_table`` when no known toolkit writes such a header.
    """
    if "action_units" in header:
        return "OpenFace 3"
    if _aus_in(header, r"au_(\d+)_intensity"):
        return "LibreFace"
    if _aus_in(header, r"AU(\d+)_[rc]"):
        return "OpenFace 2"
    if "FaceRectX" in header and _aus_in(header, r"AU(\d+)"):
        return "py-feat"
    raise bad_table(
        name,
        f"no known toolkit writes a header with action units that begins {', '.join(header[:4])[:60]!r}",
        "Tables of OpenFace 2, OpenFace 3, LibreFace and py-feat are understood, with the header they were written with.",
    )


_OTHER_COLUMNS: dict[Source, set[str]] = {
    "OpenFace 2": {"frame", "face_id", "face", "timestamp", "success"},
    "OpenFace 3": {"frame_index", "face_id", "action_units"},
    "LibreFace": {"frame_idx", "frame_time_in_ms"},
    "py-feat": {"frame", "Identity", "input", "FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight"},
}
_AU_COLUMN = re.compile(r"AU\d+(_[rc])?|au_\d+(_intensity)?")


def columns_of(name: str, header: tuple[str, ...]) -> set[str]:
    """The columns that are read from a table with this header; raises as ``source_of``."""
    return _OTHER_COLUMNS[source_of(name, header)] | {column for column in header if _AU_COLUMN.fullmatch(column)}


def reading_of(table: Table) -> Reading:
    """The table in one form.

    Raises:
        Refusal: ``bad_table`` naming the line and column that cannot be right.
    """
    readers: dict[Source, Callable[[Table], Reading]] = {
        "OpenFace 2": _openface_2,
        "OpenFace 3": _openface_3,
        "LibreFace": _libreface,
        "py-feat": _pyfeat,
    }
    return readers[source_of(table.name, table.header)](table)


def _openface_2(table: Table) -> Reading:
    id_column = next((column for column in ("face_id", "face") if column in table.cells), None)
    reading = Reading(
        "OpenFace 2",
        _OPENFACE_2,
        person=_whole(table, id_column) if id_column else _one_face(table),
        intensity=_au_values(table, r"AU(\d+)_r", -5, 10),
        frame=_optional(table, "frame"),
        first_frame=1,
        times_s=_optional(table, "timestamp"),
    )
    detected = _au_values(table, r"AU(\d+)_c", 0, 1)
    reading.presence = {au: values for au, values in detected.items() if au not in reading.intensity}
    if "success" in table.cells:
        lost = ~(table.numbers("success", 0, 1) >= 0.5)
        for values in (*reading.intensity.values(), *reading.presence.values()):
            values[lost] = np.nan
    return reading


def _openface_3(table: Table) -> Reading:
    values = np.full((len(table.lines), len(OPENFACE_3_ORDER)), np.nan)
    for row, text in enumerate(table.cells["action_units"]):
        if text:
            values[row] = _eight(table, row, text)
    face = _optional(table, "face_id")
    person = np.where(np.isfinite(values[:, 0]) & ((face == 0) if face is not None else True), 0, -1)
    notes = []
    if face is not None and np.nanmax(face, initial=0) > 0:
        # The command line runs the AU model once a frame, on the surest face, and writes the result to every face's row.
        message = (
            "OpenFace 3 measures the action units of one face a frame, the one it is surest of; the other rows are left out."
        )
        notes.append(Note(code="first_face_only", message=message))
    return Reading(
        "OpenFace 3",
        _OPENFACE_3,
        person.astype(np.int64),
        presence=dict(zip(OPENFACE_3_ORDER, values.T, strict=True)),
        # Its column "timestamp" holds the wall clock of the run, not the time in the clip.
        frame=_optional(table, "frame_index"),
        notes=notes,
    )


def _libreface(table: Table) -> Reading:
    reading = Reading(
        "LibreFace",
        _LIBREFACE,
        _one_face(table),
        intensity=_au_values(table, r"au_(\d+)_intensity", -5, 10),
        frame=_optional(table, "frame_idx"),
        times_s=_optional(table, "frame_time_in_ms"),
    )
    detected = _au_values(table, r"au_(\d+)", 0, 1)
    reading.presence = {au: values for au, values in detected.items() if au not in reading.intensity}
    highest = max(float(np.nanmax(values, initial=0)) for values in reading.intensity.values())
    if highest <= 1:
        message = (
            f"The strongest intensity in the table is {highest:.2f}. It is read on the 0-5 scale that LibreFace documents and "
            "its code applies; if this table was written in 0-1 (LibreFace issue 18), every strength is five times too low."
        )
        reading.notes.append(Note(code="scale_unsure", message=message))
    if reading.times_s is not None and reading.frame is not None and len(table.lines) > 1:
        # Released versions write index / fps, seconds, under this name; others write milliseconds. No clip has one frame a
        # second or less, nor a thousand or more, so one step a frame divides the two.
        step = np.median(np.diff(reading.times_s)) / max(np.median(np.diff(reading.frame)), 1)
        if step >= 1:
            reading.times_s = reading.times_s / 1000
        unit = "milliseconds" if step >= 1 else "seconds, whatever its name says"
        message = f"frame_time_in_ms grows by {step:.3g} a frame and is read as {unit}."
        reading.notes.append(Note(code="time_unit", message=message))
    return reading


def _pyfeat(table: Table) -> Reading:
    frame = _optional(table, "frame")
    boxes = np.stack([table.numbers(f"FaceRect{part}") for part in ("X", "Y", "Width", "Height")], axis=1)
    found = np.asarray(np.isfinite(boxes).all(axis=1))
    order = frame if frame is not None else np.zeros(len(found))
    if "input" in table.cells:
        clip_of: dict[float, str] = {}
        for row, (key, clip) in enumerate(zip(order.tolist(), table.cells["input"], strict=True)):
            if clip_of.setdefault(key, clip) != clip:
                raise table.refuse(row, "input", "the same frame comes from two inputs; give one table a clip")
    notes = []
    names = table.cells.get("Identity", ())
    person = by_identity(order, names, found) if names else None
    if person is None:
        person = by_place(order, boxes, found)
        if person.max() > 0:
            message = "The table does not say which rows are the same person; rows were joined by the place of the face."
            notes.append(Note(code="people_by_place", message=message))
    trust = _PYFEAT_2 if "valence" in table.header else _PYFEAT_1
    # Not its approx_time: that is cut to whole seconds.
    return Reading("py-feat", trust, person, presence=_au_values(table, r"AU(\d+)", -0.01, 1.01), frame=frame, notes=notes)


def _aus_in(header: tuple[str, ...], pattern: str) -> list[tuple[str, str]]:
    """(column, number) of the columns that match the whole pattern."""
    return [(column, match[1]) for column in header if (match := re.fullmatch(pattern, column))]


def _au_values(table: Table, pattern: str, low: float, high: float) -> dict[str, Values]:
    values: dict[str, Values] = {}
    for column, number in _aus_in(table.header, pattern):
        au = au_code(number)
        if au is None or au in values:
            problem = "names no action unit of FACS" if au is None else f"is a second column for {au}"
            raise bad_table(table.name, f"column {column!r} {problem}")
        values[au] = table.numbers(column, low, high)
    return values


def _optional(table: Table, column: str) -> Values | None:
    return table.numbers(column) if column in table.cells else None


def _one_face(table: Table) -> NDArray[np.int64]:
    return np.zeros(len(table.lines), np.int64)


def _whole(table: Table, column: str) -> NDArray[np.int64]:
    values = table.numbers(column, 0, 2**31)
    if len(bad := np.flatnonzero(values != np.round(values))):
        raise table.refuse(int(bad[0]), column, "a face number has to be a whole number")
    return values.astype(np.int64)


def _eight(table: Table, row: int, text: str) -> Values:
    """The list that OpenFace 3 writes into one cell, ``[[0.1, ...]]``: (8,) in 0-1."""
    try:
        values = np.asarray(json.loads(text), np.float64).reshape(-1)
    except (ValueError, TypeError) as error:
        raise _not_eight(table, row) from error
    if values.shape != (len(OPENFACE_3_ORDER),) or not ((values >= -0.01) & (values <= 1.01)).all():
        raise _not_eight(table, row)
    return values


def _not_eight(table: Table, row: int) -> Refusal:
    return table.refuse(row, "action_units", f"this is not a list of {len(OPENFACE_3_ORDER)} numbers in 0-1")
