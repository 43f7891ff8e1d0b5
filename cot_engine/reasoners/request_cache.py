"""Every answer that was paid for, kept under the hash of what was asked, so that it is never paid for again."""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from cot_engine.errors import Refusal

Kept = dict[str, Any]


def request_key(url: str, payload: dict[str, Any]) -> str:
    """SHA-256 of the address and the whole request: model, messages, sampling, schema."""
    text = json.dumps({"url": url, "payload": payload}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


class RequestCache:
    """One file an answer in ``folder``, written beside its place and moved there; without a folder, in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, Kept] = {}

    def get(self, key: str) -> Kept | None:
        """What was kept under ``key``.

        Raises:
            Refusal: ``unreadable_input`` when its file is damaged; it was whole when it was written.
        """
        if self._folder is None:
            return self._memory.get(key)
        path = self._path(key)
        try:
            kept = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            hint = "Delete it: the request will be sent, and paid for, again."
            raise Refusal("unreadable_input", f"The kept answer {path} is damaged.", hint) from error
        return kept if isinstance(kept, dict) else None

    def put(self, key: str, kept: Kept) -> None:
        """Keeps an answer; it is on disk when this returns."""
        if self._folder is None:
            self._memory[key] = kept
            return
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".unfinished-", delete=False) as file:
            file.write(json.dumps(kept).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)

    def _path(self, key: str) -> Path:
        assert self._folder is not None, "a cache in memory has no paths"
        return self._folder / key[:2] / f"{key}.json"
