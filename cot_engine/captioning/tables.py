"""Captions, rejects and duplicates as Parquet files, written row by row and put in place as a whole."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from cot_engine.captioning.rows import Caption, Duplicate, Entry, Reject
from cot_engine.engine.journal import writing

# Rows in memory at once; with its report a row takes some ten kilobytes.
_BATCH = 256
NAMES: dict[type[Entry], str] = {Caption: "captions", Reject: "rejects", Duplicate: "duplicates"}


class Tables:
    """Writes the three tables of one version below ``folder``; none of them is there before ``close``. One process at a time.

    Args:
        labels: columns of the probabilities.
    """

    def __init__(self, folder: Path, labels: tuple[str, ...]) -> None:
        self._folder = folder
        self._schemas = _schemas(labels)
        self._rows: dict[type[Entry], list[dict[str, Any]]] = {kind: [] for kind in NAMES}
        self._writers: dict[type[Entry], Any] = {}
        self._counts = dict.fromkeys(NAMES, 0)

    def __enter__(self) -> "Tables":
        import pyarrow.parquet as pq

        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            for kind in NAMES:
                self._writers[kind] = pq.ParquetWriter(self._scratch(kind), self._schemas[kind])
        return self

    def add(self, row: Entry) -> None:
        """Raises Refusal ``unwritable_output``."""
        kind = type(row)
        self._rows[kind].append(row.model_dump(mode="json"))
        self._counts[kind] += 1
        if len(self._rows[kind]) == _BATCH:
            self._flush(kind)

    def close(self) -> tuple[dict[str, int], dict[str, str]]:
        """Puts the files in place; returns rows and SHA-256 of each by its name.

        Raises:
            Refusal: ``unwritable_output``; what was in place before may be replaced in part, and the next run does it again.
        """
        hashes = {}
        for kind, name in NAMES.items():
            self._flush(kind)
            with writing(self._folder):
                self._writers[kind].close()
                with self._scratch(kind).open("rb+") as file:
                    os.fsync(file.fileno())
                    hashes[f"{name}.parquet"] = hashlib.file_digest(file, "sha256").hexdigest()
                self._scratch(kind).replace(self._folder / f"{name}.parquet")
        return {NAMES[kind]: count for kind, count in self._counts.items()}, hashes

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for table, writer in self._writers.items():
            if writer.is_open:
                with suppress(OSError):  # the disk is full, which was said already
                    writer.close()
            self._scratch(table).unlink(missing_ok=True)

    def _scratch(self, kind: type[Entry]) -> Path:
        return self._folder / f".{NAMES[kind]}.parquet"

    def _flush(self, kind: type[Entry]) -> None:
        import pyarrow as pa

        if self._rows[kind]:
            with writing(self._folder):
                self._writers[kind].write_table(pa.Table.from_pylist(self._rows[kind], schema=self._schemas[kind]))
            self._rows[kind] = []


def _schemas(labels: tuple[str, ...]) -> dict[type[Entry], Any]:
    import pyarrow as pa

    text = pa.string()
    entry = [(name, text) for name in Entry.model_fields]
    claim = pa.struct(
        [
            *((name, text) for name in ("text", "au", "side", "stance")),
            ("times_s", pa.list_(pa.float64())),
            ("grades", pa.list_(text)),
            *((name, text) for name in ("verdict", "reason")),
            *((name, pa.int32()) for name in ("event", "start", "end")),
        ]
    )
    caption = [
        ("caption", text),
        ("label", text),
        ("abstained", pa.bool_()),
        ("probabilities", pa.struct([(label, pa.float64()) for label in labels])),
        ("claims", pa.list_(claim)),
        ("omissions", pa.list_(text)),
        ("report_json", text),
    ]
    return {
        Caption: pa.schema([*entry, *caption]),
        Reject: pa.schema([*entry, ("code", text), ("message", text)]),
        Duplicate: pa.schema([*entry, ("first", text)]),
    }
