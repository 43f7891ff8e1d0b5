"""Which clip it is: a hash of its bytes, so that a renamed copy is the same clip and a changed file another."""

import hashlib
from pathlib import Path

from cot_engine.corpora.base import Sample
from cot_engine.errors import Refusal


class Identities:
    """Hashes each file once, however many samples lie in it."""

    def __init__(self) -> None:
        self._digests: dict[Path, str] = {}

    def of(self, sample: Sample) -> str:
        """SHA-256 over the clip's content and the part of it that the sample is about.

        Raises:
            Refusal: ``unreadable_input`` when the clip is missing or cannot be read.
        """
        if sample.clip not in self._digests:
            self._digests[sample.clip] = content_hash(sample.clip)
        return _of(self._digests[sample.clip], sample)


def embedded_identity(sample: Sample, content: bytes) -> str:
    """The same for a clip that is no file of its own."""
    return _of(hashlib.sha256(content).hexdigest(), sample)


def _of(digest: str, sample: Sample) -> str:
    part = (sample.start_s, sample.end_s, sample.meta.get("frame"))
    return hashlib.sha256(f"{digest} {part}".encode()).hexdigest()


def content_hash(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of the files of a folder, in order of name.

    Raises:
        Refusal: ``unreadable_input``.
    """
    try:
        if not path.is_dir():
            return _file_hash(path)
        digest = hashlib.sha256()
        for file in sorted(entry for entry in path.iterdir() if entry.is_file()):
            digest.update(f"{file.name} {_file_hash(file)}\n".encode())
        return digest.hexdigest()
    except OSError as error:
        raise Refusal(
            "unreadable_input",
            f"{path.name} cannot be read ({error.strerror}).",
            "Complete the copy of the data set; 'cot-engine corpora check' lists what is missing.",
        ) from error


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
