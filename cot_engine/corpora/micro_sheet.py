"""The coding sheet of a micro-expression dataset (.xlsx or its CSV export) as rows by column name."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.au_strings import parse_aus
from cot_engine.corpora.base import AUAnnotation
from cot_engine.corpora.labels import whole
from cot_engine.corpora.layout import refuse, text_of
from cot_engine.corpora.xlsx import read_xlsx

COLUMNS = ("subject", "filename", "onsetframe", "apexframe", "offsetframe", "actionunits", "estimatedemotion")


def sheet_rows(corpus: str, root: Path, pattern: str) -> Iterator[dict[str, str]]:
    """Rows below the line that names the columns, wherever it stands; names without blanks and capitals.

    The newest of several sheets (by name) is read; a CSV export comes before the .xlsx of the same name.

    Raises:
        Refusal: ``bad_corpus`` when there is no such sheet or it lacks a column.
    """
    files = sorted(path for ending in ("xlsx", "csv") for path in root.absolute().glob(f"{pattern}.{ending}"))
    if not files:
        refuse(corpus, f"{root} has no {pattern}.xlsx", "Put the coding sheet, or its export as CSV, into --root.")
    path = min((path for path in files if path.stem == files[-1].stem), key=lambda path: path.suffix)
    table = (
        list(csv.reader(io.StringIO(text_of(corpus, path), newline=""))) if path.suffix == ".csv" else read_xlsx(corpus, path)
    )
    header: list[str] | None = None
    for cells in table:
        names = ["".join(cell.split()).casefold() for cell in cells]
        if header is None:
            header = names if set(COLUMNS) <= set(names) else None
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if row.get("subject") and row.get("filename"):
            yield {column: row.get(column, "") for column in COLUMNS}
    if header is None:
        refuse(corpus, f"{path} has no line with the columns {', '.join(COLUMNS)}", "Take the coding sheet as released.")


def moments(row: dict[str, str]) -> dict[str, str]:
    """Frame numbers ``onset``, ``apex`` and ``offset`` where the sheet gives them; a few rows have no apex (``/``)."""
    numbers = {name: whole(row[f"{name}frame"]) for name in ("onset", "apex", "offset")}
    return {name: number for name, number in numbers.items() if number.isdecimal()}


def coded_aus(row: dict[str, str]) -> tuple[tuple[AUAnnotation, ...], dict[str, str]]:
    """The annotations of a row; a cell that is no AU string comes back as ``au_error`` for the check to list."""
    try:
        return parse_aus(row["actionunits"]), {}
    except ValueError as error:
        return (), {"au_error": str(error)}
