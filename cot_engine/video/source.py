"""From what the user gave to opened local bytes: no address is fetched, no name is interpreted."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cot_engine.errors import Refusal
from cot_engine.video.sniff import HEAD_BYTES, sniff

# Two letters or more, so that a drive letter is not an address.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_MAX_PICTURES = 200_000


@dataclass(frozen=True)
class Source:
    """Opened input.

    Attributes:
        path: as the user gave it.
        kind: ``video``, ``image`` (one file, perhaps animated) or ``frames`` (a folder).
        format: FFmpeg's name of the only demuxer that may read the file.
        fd: descriptor of the file, -1 for a folder. It serves every pass, so that a file replaced meanwhile is never mixed in.
        pictures: paths of the pictures of a folder, in natural order.
    """

    path: str
    kind: Literal["video", "image", "frames"]
    format: str = ""
    fd: int = -1
    pictures: tuple[str, ...] = ()

    def close(self) -> None:
        """Release the descriptor."""
        if self.fd >= 0:
            os.close(self.fd)


def open_source(path: str | Path) -> Source:
    """Open a local file or folder and decide from its content what it is.

    Raises:
        Refusal: ``unreadable_input``, ``refused_reference``, ``not_a_video``, ``no_video_stream``, ``too_long`` (folder).
    """
    name = str(path)
    if name.startswith(("//", "\\\\")):
        raise _reference(name)
    try:
        status = os.stat(name)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        if _ADDRESS.match(name) and not os.path.lexists(name.replace("\0", "")):
            raise _reference(name) from None
        raise _unreadable(name, error) from None
    if stat.S_ISDIR(status.st_mode):
        return Source(name, "frames", pictures=_pictures(name))
    if not stat.S_ISREG(status.st_mode):
        raise Refusal("unreadable_input", f"{name!r} is not a regular file.", "Give a video or picture file.")
    try:
        # Not blocking: should the name turn into a pipe after the check above, opening it must not wait for a writer.
        fd = os.open(name, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise _unreadable(name, error) from None
    try:
        content = sniff(os.pread(fd, HEAD_BYTES, 0))
    except OSError as error:
        os.close(fd)
        raise _unreadable(name, error) from None
    except Refusal:
        os.close(fd)
        raise
    return Source(name, content.kind, content.format, fd)


def _pictures(folder: str) -> tuple[str, ...]:
    """Paths of a folder's pictures in natural order (2 before 10); hidden files, folders and other files are passed over."""
    found = []
    try:
        with os.scandir(os.path.abspath(folder)) as entries:
            for count, entry in enumerate(entries):
                if count >= _MAX_PICTURES:
                    raise Refusal("too_long", f"The folder holds more than {_MAX_PICTURES} files.", "Give a smaller folder.")
                if not entry.name.startswith(".") and entry.is_file() and _is_picture(entry.path):
                    found.append(entry)
    except OSError as error:
        raise _unreadable(folder, error) from None
    if not found:
        raise Refusal(
            "unreadable_input", f"The folder {folder!r} holds no pictures.", "Give a video file or a folder of pictures."
        )
    return tuple(entry.path for entry in sorted(found, key=lambda entry: _natural(entry.name)))


def _is_picture(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return sniff(file.read(HEAD_BYTES)).kind == "image"
    except (OSError, Refusal):
        return False


def _natural(name: str) -> list[tuple[int, str]]:
    parts = re.split(r"([0-9]+)", name)
    return [(int(part), "") if i % 2 else (-1, part) for i, part in enumerate(parts)]


def _reference(name: str) -> Refusal:
    return Refusal(
        "refused_reference",
        f"{name!r} is an address, not a local file; nothing was fetched.",
        "Download the clip and give its path.",
    )


def _unreadable(name: str, error: Exception) -> Refusal:
    reason = getattr(error, "strerror", None) or str(error)
    return Refusal("unreadable_input", f"{name!r} cannot be read: {reason}.", "Check the path and the permissions.")
