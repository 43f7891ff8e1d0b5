"""The cells of a spreadsheet's first sheet as text, with the standard library alone.

An .xlsx file is a zip of XML parts (ECMA-376): ``xl/worksheets/sheet1.xml`` holds cells, ``xl/sharedStrings.xml`` their texts.
"""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from cot_engine.corpora.layout import refuse

_MAX_PART_BYTES = 64 * 2**20
_MAX_COLUMNS = 1024


def read_xlsx(corpus: str, path: Path) -> list[list[str]]:
    """The rows of the first sheet, with empty text for empty cells; numbers as they stand in the file (``12``).

    Raises:
        Refusal: ``bad_corpus`` when the file is no plain .xlsx.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            strings = [_text(item) for item in _part(archive, "xl/sharedStrings.xml")]
            return [_row(row, strings) for row in _part(archive, "xl/worksheets/sheet1.xml").iter("row")]
    except (OSError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, RuntimeError) as error:
        refuse(corpus, f"{path} cannot be read as .xlsx ({error})", "Save the sheet as CSV with the same name beside it.")


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if name not in archive.namelist() and name.endswith("sharedStrings.xml"):
        return ElementTree.Element("sst")
    with archive.open(name) as file:
        data = file.read(_MAX_PART_BYTES + 1)
    if len(data) > _MAX_PART_BYTES:
        raise ValueError(f"{name} is larger than 64 MiB")
    text = data.decode("utf-8")
    # Entities are declared in a DOCTYPE; spreadsheets have none, so what could expand or reach out is never parsed.
    if "<!" in text:
        raise ValueError(f"{name} holds declarations")
    return ElementTree.fromstring(re.sub(r'\sxmlns="[^"]*"', "", text))  # noqa: S314 - no DOCTYPE can be in it


def _text(item: ElementTree.Element) -> str:
    # Phonetic hints (rPh) also hold texts; they are not part of the cell.
    runs = [run for run in item if run.tag in ("t", "r")]
    return "".join(node.text or "" for run in runs for node in run.iter("t"))


def _row(row: ElementTree.Element, strings: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iter("c"):
        at = _column(cell.get("r", "")) if cell.get("r") else len(cells)
        if not 0 <= at < _MAX_COLUMNS:
            raise ValueError(f"a row has a cell outside the first {_MAX_COLUMNS} columns")
        cells.extend([""] * (at + 1 - len(cells)))
        cells[at] = _value(cell, strings).strip()
    return cells


def _column(reference: str) -> int:
    # "A1" -> 0, "AB3" -> 27.
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ElementTree.Element, strings: list[str]) -> str:
    inline = cell.find("is")
    if inline is not None:
        return _text(inline)
    value = cell.findtext("v") or ""
    return strings[int(value)] if cell.get("t") == "s" else value
