"""Identity-disjoint splits: a person, or a clip whose person is unknown, is in one split only."""

import hashlib
from collections.abc import Iterable

from cot_engine.engine.rows import Row

SPLITS = ("train", "validation", "test")
# Shares of what has no split of its own.
_UP_TO = {"train": 0.8, "validation": 0.9, "test": 1.0}


class Splits:
    """Assigns by the data set's own split where it has one, so that its test part is never trained on, and else by a hash.

    Where the official parts share a person, or hold the same clip twice, all of that goes to the most guarded part: test, then
    validation, then train. Folds are no split here.
    """

    def __init__(self, corpus: str, rows: Iterable[Row]) -> None:
        self._corpus = corpus
        self._guarded: dict[str, int] = {}
        for row in rows:
            if row.split in SPLITS:
                for group in _groups(row):
                    self._guarded[group] = max(self._guarded.get(group, 0), SPLITS.index(row.split))

    def of(self, row: Row) -> str:
        """The split of an accepted row."""
        known = [self._guarded[group] for group in _groups(row) if group in self._guarded]
        if known:
            return SPLITS[max(known)]
        digest = hashlib.sha256(f"{self._corpus} {_groups(row)[0]}".encode()).digest()
        share = int.from_bytes(digest[:8], "big") / 2**64
        return next(name for name, bound in _UP_TO.items() if share < bound)


def _groups(row: Row) -> list[str]:
    """What ties rows together: the person where there is one, and the content."""
    content = f"clip {row.key}"
    return [content] if row.subject is None else [f"person {row.subject}", content]
