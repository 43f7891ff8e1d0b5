"""An uploaded archive, unpacked into a folder: only clips and tables come out, and only below that folder.

Refused as a whole: names that lead elsewhere, links, devices, archives within, encryption, too many entries, too much content.
Content is counted while it is written, so that a header which lies about a size gains nothing.
"""

import bz2
import gzip
import lzma
import mmap
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, NoReturn

from cot_engine.corpora.layout import PICTURES, VIDEOS
from cot_engine.errors import Refusal

# What is taken out; the rest (notes, checksums) stays in the archive.
_WANTED = PICTURES | VIDEOS | {".csv", ".jsonl"}
_ARCHIVES = frozenset({".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".jar", ".whl"})
_PIECE = 2**18
_OPENERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
_HINT = "Pack the clips, in folders if you like, into one plain zip or tar file and upload that."


@dataclass(frozen=True)
class ArchiveLimits:
    """``entries``: everything listed. ``total_bytes``: unpacked. ``ratio``: unpacked over packed; clips hardly shrink."""

    entries: int = 2_000
    total_bytes: int = 500 * 2**20
    ratio: int = 20


@dataclass(frozen=True)
class _Entry:
    """``plain``: a file and no link, device or pipe. ``member``: the archive's own object for it."""

    name: str
    folder: bool
    plain: bool
    member: Any


def unpack(archive: Path, into: Path, limits: ArchiveLimits | None = None) -> None:
    """Writes the clips and tables of a zip or tar file (plain, gzip, bzip2, xz) below the empty folder ``into``.

    Raises:
        Refusal: ``refused_archive``; ``into`` may hold a part of it then. ``unreadable_input`` when it is no such archive.
    """
    limits = limits or ArchiveLimits()
    # A few pictures of one colour shrink a lot and harm nobody.
    most = min(limits.total_bytes, max(limits.ratio * archive.stat().st_size, 2**20))
    try:
        with _opened(archive, limits, most) as (entries, reader):
            _take_out(entries, reader, into, limits, most)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError) as error:
        _refuse(f"it is damaged ({error})")
    except (NotImplementedError, RuntimeError, ValueError) as error:
        # What the standard library says to a compression that it does not know, and to headers made of nonsense.
        _refuse(f"it cannot be unpacked ({error})")
    except OSError as error:
        if error.errno is not None:
            raise
        # Without a number it does not come from the system: a damaged bzip2 stream.
        _refuse(f"it is damaged ({error})")


def _take_out(entries: Iterator[_Entry], reader: Any, into: Path, limits: ArchiveLimits, most: int) -> None:
    written = 0
    seen: set[PurePosixPath] = set()
    for number, entry in enumerate(entries, 1):
        if number > limits.entries:
            _refuse(f"it has more than {limits.entries} entries")
        path = None if entry.folder else _safe(entry)
        if path is None:
            continue
        if path in seen:
            _refuse("two of its entries have the same name")
        seen.add(path)
        target = into / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with reader(entry.member) as source, target.open("xb") as file:
                written = _copied(source, file, written, most)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            _refuse("one of its entries is a file and a folder at once")


def _safe(entry: _Entry) -> PurePosixPath | None:
    """Where an entry goes, None for what is left out."""
    path = PurePosixPath(entry.name)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.name or re.match("[A-Za-z]:", entry.name):
        _refuse("it holds a name that leads out of its folder")
    if not entry.plain:
        _refuse("it holds links or other things that are not plain files")
    if path.suffix.lower() in _ARCHIVES:
        _refuse("it holds another archive")
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts) or path.suffix.lower() not in _WANTED:
        return None
    if "\0" in entry.name or len(path.parts) > 16 or any(len(part.encode("utf-8", "replace")) > 200 for part in path.parts):
        _refuse("it holds a name that is too long, or folders too deep within each other")
    return path


def _copied(source: IO[bytes], file: IO[bytes], written: int, most: int) -> int:
    while piece := source.read(_PIECE):
        written += len(piece)
        if written > most:
            _too_much(most)
        file.write(piece)
    return written


@contextmanager
def _opened(archive: Path, limits: ArchiveLimits, most: int) -> Iterator[tuple[Iterator[_Entry], Any]]:
    """The entries of an archive, and what opens one of them for reading."""
    if zipfile.is_zipfile(archive):
        _few_listed(archive, limits)
        with zipfile.ZipFile(archive) as zipped:
            yield _zip_entries(zipped, most), zipped.open
        return
    with archive.open("rb") as file:
        start = file.read(6)
    opener = next((opener for magic, opener in _OPENERS.items() if start.startswith(magic)), open)
    with opener(archive, "rb") as stream:
        # Told of no compression: the one reader below has the bound.
        bounded: Any = _Bounded(stream, most + 2**20)
        try:
            tar = tarfile.TarFile(fileobj=bounded)
        except tarfile.ReadError:
            hint = "Upload a zip file or a tar file (.zip, .tar, .tar.gz, .tar.bz2, .tar.xz)."
            raise Refusal("unreadable_input", "This is no archive that can be unpacked here.", hint) from None
        with tar:
            yield (_Entry(member.name, member.isdir(), member.isreg(), member) for member in tar), tar.extractfile


def _zip_entries(zipped: zipfile.ZipFile, most: int) -> Iterator[_Entry]:
    infos = zipped.infolist()
    if sum(info.file_size for info in infos) > most:
        _too_much(most)
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.flag_bits & 1:
            _refuse("it is encrypted")
        yield _Entry(info.filename, info.is_dir(), kind in (0, stat.S_IFREG), info)


def _few_listed(archive: Path, limits: ArchiveLimits) -> None:
    """Before the list is read into memory, which takes many times its size on disk."""
    with archive.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for number, _ in enumerate(re.finditer(rb"PK\x01\x02", content)):
            if number > 2 * limits.entries:
                _refuse(f"it has more than {limits.entries} entries")


class _Bounded:
    """A stream for ``tarfile`` that ends the reading beyond ``most`` bytes, and never hands out a large piece at once (headers
    of a tar file name the size of what follows them)."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream, self._most = stream, most

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > 2**20 or self._stream.tell() + size > self._most:
            _too_much(self._most)
        return self._stream.read(size)

    def seek(self, position: int) -> int:
        if position > self._most:
            _too_much(self._most)
        return self._stream.seek(position)

    def tell(self) -> int:
        return self._stream.tell()


def _too_much(most: int) -> NoReturn:
    _refuse(f"unpacked it would be larger than the {most / 2**20:.0f} MiB that an archive of its size may come to")


def _refuse(why: str) -> NoReturn:
    raise Refusal("refused_archive", f"The archive was not unpacked: {why}.", _HINT)
