"""Reading a finished captioning run: rows one by one, all or chosen ones, never all in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from cot_engine.captioning.rows import Caption, Duplicate, Entry, Reject
from cot_engine.captioning.settings import DATA, read_manifest
from cot_engine.captioning.tables import NAMES
from cot_engine.errors import Refusal
from cot_engine.report import Verdict

_BATCH = 64

E = TypeVar("E", bound=Entry)


def manifest_of(out: Path) -> dict[str, Any]:
    """The manifest of a finished run.

    Raises:
        Refusal: ``unreadable_input`` when there is none or its run has not finished; ``config_mismatch`` for other files.
    """
    manifest = read_manifest(out)
    if manifest is None or not manifest["complete"]:
        hint = "Give the folder of a 'cot-engine caption' run; one that was cut off goes on with the same command."
        raise Refusal("unreadable_input", f"{out} holds no finished run.", hint)
    return manifest


def captions(
    out: Path, *, label: str | None = None, verdict: Verdict | None = None, disagreeing: bool = False
) -> Iterator[Caption]:
    """The captions of a finished run, in the order of its input.

    Args:
        label: only those that conclude this.
        verdict: only those with a claim of this verdict.
        disagreeing: only those whose label is not the one that was given.

    Raises:
        Refusal: as ``manifest_of``.
    """
    for row in _rows(out, Caption):
        if label is not None and row.label != label:
            continue
        if verdict is not None and all(claim.verdict != verdict for claim in row.claims):
            continue
        if disagreeing and not row.disagrees:
            continue
        yield row


def rejects(out: Path) -> Iterator[Reject]:
    """The rejected clips of a finished run. Raises as ``captions``."""
    return _rows(out, Reject)


def duplicates(out: Path) -> Iterator[Duplicate]:
    """The clips of a finished run whose content came before. Raises as ``captions``."""
    return _rows(out, Duplicate)


def _rows(out: Path, kind: type[E]) -> Iterator[E]:
    import pyarrow.parquet as pq

    path = out / DATA / f"v{manifest_of(out)['version']}" / f"{NAMES[kind]}.parquet"
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                for row in batch.to_pylist():
                    yield kind.model_validate(row)
    except OSError as error:
        raise Refusal("unreadable_input", f"{path} cannot be read ({error}).", "Give the command of the run again.") from error
