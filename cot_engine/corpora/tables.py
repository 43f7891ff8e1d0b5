"""Anyone's own clips in one table: ``csv`` (with a header) and ``jsonl`` (one object a line)."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.au_strings import parse_aus
from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import canonical
from cot_engine.corpora.layout import inside, refuse, rows_of, text_of

COLUMNS = ("clip", "id", "label", "split", "subject", "aus", "start_s", "end_s")
_HINT = f"Columns are {', '.join(COLUMNS)}; only clip is needed, as a path below the table's folder. Others are ignored."


def read_csv(root: Path) -> Iterator[Sample]:
    """The rows of ``root``, or of the one .csv file in it."""
    path = _table("csv", root)
    for number, row in enumerate(rows_of("csv", path, ("clip",)), start=2):
        yield _sample("csv", path, number, row)


def read_jsonl(root: Path) -> Iterator[Sample]:
    """The objects of ``root``, or of the one .jsonl file in it."""
    path = _table("jsonl", root)
    for number, line in enumerate(text_of("jsonl", path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            refuse("jsonl", f"line {number} of {path} is not JSON ({error})", _HINT)
        if not isinstance(row, dict):
            refuse("jsonl", f"line {number} of {path} is not an object", _HINT)
        yield _sample("jsonl", path, number, {k: "" if row[k] is None else str(row[k]) for k in COLUMNS if k in row})


def _table(corpus: str, root: Path) -> Path:
    if root.is_file():
        return root.absolute()
    found = sorted(root.absolute().glob(f"*.{corpus}"))
    if len(found) != 1:
        refuse(corpus, f"{root} holds {len(found)} files *.{corpus}, and one is needed", "Give the table itself as --root.")
    return found[0]


def _sample(corpus: str, path: Path, number: int, row: dict[str, str]) -> Sample:
    where = f"line {number} of {path}"
    if not row.get("clip"):
        refuse(corpus, f"{where} has no clip", _HINT)
    raw = row.get("label") or None
    try:
        aus, error = parse_aus(row.get("aus", "")), {}
    except ValueError as reason:
        aus, error = (), {"au_error": str(reason)}
    start, end = (_seconds(corpus, where, row.get(key, "")) for key in ("start_s", "end_s"))
    if start is not None and end is not None and end <= start:
        refuse(corpus, f"{where} ends at {end} s, before it starts", _HINT)
    return Sample(
        id=row.get("id") or f"{row['clip']}:{number}",
        corpus=corpus,
        clip=inside(corpus, path.parent, row["clip"]),
        # A name that no label set knows is the user's own and stays as it is.
        label=raw and (canonical(raw) or raw),
        raw_label=raw,
        split=row.get("split") or None,
        subject=row.get("subject") or None,
        aus=aus,
        start_s=start,
        end_s=end,
        meta=error,
    )


def _seconds(corpus: str, where: str, text: str) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        value = math.nan
    if value is not None and not 0 <= value < math.inf:
        refuse(corpus, f"{where} has the time {text!r}, which is not a number of seconds", _HINT)
    return value


_PROTOCOL = "Yours. Print n, majority, accuracy, UAR and per-class recall."
CSV = Corpus("csv", "Table of clips (CSV)", read_csv, (), _PROTOCOL, shareable=True)
JSONL = Corpus("jsonl", "Table of clips (JSON lines)", read_jsonl, (), _PROTOCOL, shareable=True)
