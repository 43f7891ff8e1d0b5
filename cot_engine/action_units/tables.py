"""Reading a comma- or tab-separated table, column by column, with refusals that name the line and the column."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal

# A py-feat row has about 2,200 columns (20 kB); a gigabyte is some half an hour of them.
_MAX_BYTES = 1 << 30


@dataclass(frozen=True)
class Table:
    """The kept columns of a table as text. ``lines[i]`` is the line of the file that row ``i`` came from."""

    name: str
    header: tuple[str, ...]
    lines: tuple[int, ...]
    cells: dict[str, tuple[str, ...]]

    def numbers(self, column: str, low: float = -np.inf, high: float = np.inf) -> NDArray[np.float64]:
        """(N,) values of a column, NaN where a cell is empty or says so.

        Raises:
            Refusal: ``bad_table`` when a cell is not a number, or lies outside ``low``..``high``.
        """
        values = np.empty(len(self.lines))
        for row, text in enumerate(self.cells[column]):
            # Tools compiled with Visual C++ write "-nan(ind)" where nothing was measured.
            if not text or text.lstrip("-").lower().startswith("nan"):
                values[row] = np.nan
                continue
            try:
                values[row] = float(text)
            except ValueError:
                raise self.refuse(row, column, f"{_short(text)} is not a number") from None
            if not (low <= values[row] <= high and np.isfinite(values[row])):
                raise self.refuse(row, column, f"{_short(text)} cannot be right here")
        return values

    def refuse(self, row: int, column: str, what: str) -> Refusal:
        """A ``bad_table`` refusal that points at one cell."""
        return bad_table(self.name, f"column {column!r}, line {self.lines[row]}: {what}")


def bad_table(name: str, what: str, hint: str = "Give the file as the tool wrote it.") -> Refusal:
    """A ``bad_table`` refusal for the table file ``name``."""
    return Refusal("bad_table", f"The table {name} cannot be used: {what}.", hint)


def read_columns(path: Path, keep: Callable[[tuple[str, ...]], set[str]]) -> Table:
    """Reads the columns that ``keep`` chooses from the header; the others cost no memory.

    Names and cells are stripped: OpenFace 2 writes a space before every name but the first, and CR LF line ends.

    Raises:
        Refusal: ``unreadable_input``, ``too_large``, or ``bad_table`` (not text, empty, ragged, a column twice, and
            whatever ``keep`` refuses).
    """
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "no such file")
        if path.stat().st_size > _MAX_BYTES:
            raise Refusal("too_large", f"The table {path.name} is larger than 1 GB.", "Cut it into shorter stretches.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = "\t" if "\t" in file.readline() else ","
            file.seek(0)
            return _read(path.name, csv.reader(file, delimiter=delimiter, strict=True), keep)
    except OSError as error:
        raise Refusal("unreadable_input", f"The table {path} cannot be read ({error.strerror}).", "Check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise bad_table(path.name, f"it is not a text table ({error})") from error


def _read(name: str, reader: "Iterator[list[str]]", keep: Callable[[tuple[str, ...]], set[str]]) -> Table:
    header = tuple(cell.strip() for cell in next(reader, []))
    if not any(header):
        raise bad_table(name, "it is empty")
    wanted = keep(header)
    kept = [(index, column) for index, column in enumerate(header) if column in wanted]
    names = [column for _, column in kept]
    if twice := {column for column in names if names.count(column) > 1}:
        raise bad_table(name, f"column {min(twice)!r} stands in it twice")
    lines: list[int] = []
    rows: list[tuple[str, ...]] = []
    for row in reader:
        if not row:
            continue
        line: int = reader.line_num  # type: ignore[attr-defined]
        if len(row) != len(header):
            raise bad_table(name, f"line {line} has {len(row)} cells where the header has {len(header)}")
        lines.append(line)
        rows.append(tuple(row[index].strip() for index, _ in kept))
    if not rows:
        raise bad_table(name, "it has a header and no rows")
    return Table(name, header, tuple(lines), dict(zip(names, zip(*rows, strict=True), strict=True)))


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "...")
