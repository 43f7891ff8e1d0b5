"""The same media in two splits, found by content."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Of a larger file only both ends are read: media that agree there and in size are the same for our purpose.
_END = 2 * 2**20
# Most files have a size of their own and are never opened; this bounds the rest.
LIMIT = 50_000


@dataclass(frozen=True)
class Duplicates:
    """Groups of equal media across splits, as (split, path) each, and how many candidates were left unread."""

    groups: tuple[tuple[tuple[str, Path], ...], ...]
    unread: int


def find_duplicates(media: Iterable[tuple[str, Path]], limit: int = LIMIT) -> Duplicates:
    """Media of equal content that stand in more than one split.

    Args:
        media: (split, existing file or folder of frames), each once.
        limit: how many are read at most, in the given order.
    """
    by_size: dict[tuple[int, ...], list[tuple[str, Path]]] = defaultdict(list)
    for split, path in media:
        by_size[_size(path)].append((split, path))
    candidates = [item for group in by_size.values() if len({split for split, _ in group}) > 1 for item in group]
    by_content: dict[bytes, list[tuple[str, Path]]] = defaultdict(list)
    for split, path in candidates[:limit]:
        by_content[_digest(path)].append((split, path))
    same = (group for group in by_content.values() if len({split for split, _ in group}) > 1)
    return Duplicates(tuple(map(tuple, same)), max(0, len(candidates) - limit))


def _files(path: Path) -> list[Path]:
    return sorted(entry for entry in path.iterdir() if entry.is_file()) if path.is_dir() else [path]


def _size(path: Path) -> tuple[int, ...]:
    sizes = [file.stat().st_size for file in _files(path)]
    return (path.is_dir(), len(sizes), sum(sizes))


def _digest(path: Path) -> bytes:
    # Of a folder, the frame in the middle: the first ones of different clips may all be black.
    files = _files(path)
    digest = hashlib.sha256(repr([file.stat().st_size for file in files]).encode())
    with files[len(files) // 2].open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        digest.update(file.read(2 * _END if size <= 2 * _END else _END))
        if size > 2 * _END:
            file.seek(-_END, 2)
            digest.update(file.read(_END))
    return digest.digest()
