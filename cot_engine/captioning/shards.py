"""The journals of one version of a run, a shard for each process that works on it, read as one."""

from dataclasses import dataclass
from pathlib import Path

from cot_engine.captioning.rows import Outcome
from cot_engine.engine.journal import Journal, read_line
from cot_engine.errors import Refusal


@dataclass(frozen=True)
class _Place:
    """Where an outcome lies, and its code."""

    shard: Path
    offset: int
    code: str | None


class Shards:
    """Every outcome that is on disk, by key. In memory is only where each of them lies; ``damaged`` counts lines not taken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self._places: dict[str, _Place] = {}
        self.damaged = 0

    def refresh(self) -> None:
        """Reads what was appended since, by any process."""
        for shard in sorted(self._folder.glob("*.jsonl")):
            offset = self._read.get(shard, 0)
            if shard.stat().st_size <= offset:
                continue
            with shard.open("rb") as file:
                file.seek(offset)
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # being written, or torn by a kill: its process, or the next one, will see to it
                    outcome = read_line(line, Outcome)
                    if outcome is None:
                        self.damaged += 1
                    else:
                        self._places.setdefault(outcome.key, _Place(shard, offset, outcome.code))
                    offset += len(line)
            self._read[shard] = offset

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def code(self, key: str) -> str | None:
        """The code of a rejected clip, None of a captioned one. Raises KeyError."""
        return self._places[key].code

    def read(self, key: str) -> Outcome:
        """An outcome, from disk.

        Raises:
            KeyError: there is none.
            Refusal: ``unreadable_input`` when it was damaged since it was first read.
        """
        place = self._places[key]
        with place.shard.open("rb") as file:
            file.seek(place.offset)
            outcome = read_line(file.readline(), Outcome)
        if outcome is None or outcome.key != key:
            hint = "Give the same command again: it is made anew."
            raise Refusal("unreadable_input", f"{place.shard} was changed while it was read.", hint)
        return outcome


def own_shard(folder: Path) -> tuple[int, Journal]:
    """The first shard that no running process writes to, and its number: a killed run's, or a new one."""
    number = 0
    while True:
        try:
            return number, Journal(folder / f"{number}.jsonl")
        except Refusal as refusal:
            if refusal.code != "folder_in_use":
                raise
            number += 1
