"""Finished rows in an append-only file: one checksummed line a row, on disk before the next one is begun."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from pydantic import BaseModel

from cot_engine.engine.rows import Row
from cot_engine.errors import Refusal

M = TypeVar("M", bound=BaseModel)


class Journal:
    """Writes rows to a file that no other process writes to meanwhile. A torn last line is cut away on opening.

    Raises:
        Refusal: ``folder_in_use`` when another process writes to it.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        try:
            # Held until the file is closed, which the end of the process does, however it ends.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            hint = "Wait until it has ended, or give another --out."
            raise Refusal("folder_in_use", f"Another run is writing to {path.parent}.", hint) from error
        if cut := _torn(path):
            self._file.truncate(path.stat().st_size - cut)

    def append(self, row: BaseModel) -> None:
        """Writes one row; it is on disk when this returns.

        Raises:
            Refusal: ``unwritable_output``; what was written of the row is taken away again.
        """
        body = row.model_dump_json(by_alias=True)
        line = f'{{"sha256":"{_checksum(body)}","row":{body}}}\n'.encode()
        before = os.fstat(self._file.fileno()).st_size
        with writing(Path(self._file.name)):
            try:
                # One write: a kill leaves the whole line or a torn last one. A full disk takes a part of it, and says so only
                # to the next write.
                rest = line[self._file.write(line) :]
                while rest:
                    rest = rest[self._file.write(rest) :]
                os.fsync(self._file.fileno())
            except OSError:
                with suppress(OSError):  # a torn last line is cut away on opening too
                    self._file.truncate(before)
                raise

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


class Rows:
    """The rows of a journal, read from disk one by one each time they are iterated over.

    Where an id was finished twice (a missing clip came), the last counts. Lines that do not agree with their checksum, a torn
    last one included, are left out and counted in ``damaged``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = 0

    def __iter__(self) -> Iterator[Row]:
        self.damaged = 0
        last: dict[str, int] = {}
        with self.path.open("rb") as file:
            for number, line in enumerate(file):
                if (row := read_line(line, Row)) is None:
                    self.damaged += 1
                else:
                    last[row.id] = number
            file.seek(0)
            for number, line in enumerate(file):
                row = read_line(line, Row)
                if row is not None and last[row.id] == number:
                    yield row


def _torn(path: Path) -> int:
    """How many bytes stand behind the last line end."""
    with path.open("rb") as file:
        last = b""
        for line in file:
            last = line
    return 0 if last.endswith(b"\n") else len(last)


def read_line(line: bytes, model: type[M]) -> M | None:
    """The row of a line, None when the line is damaged."""
    try:
        text = line.decode()
        entry: Any = json.loads(text)
        body = text[text.index('"row":') + len('"row":') : -2]
        return model.model_validate_json(body) if entry["sha256"] == _checksum(body) else None
    except (ValueError, KeyError, TypeError):
        return None


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file so that a reader sees the old content or the new, never a part.

    Raises:
        Refusal: ``unwritable_output``.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with scratch.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
        finally:
            scratch.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the operating system says while ``path`` is written (disk full, quota, no permission) into a refusal.

    Raises:
        Refusal: ``unwritable_output``.
    """
    try:
        yield
    except OSError as error:
        raise Refusal(
            "unwritable_output",
            f"{path} cannot be written ({error.strerror or error}).",
            "Make room or allow writing, then give the same command again: it goes on with what is finished.",
        ) from error
