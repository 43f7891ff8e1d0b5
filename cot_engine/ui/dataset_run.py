"""A captioning run of one visitor: made in a folder of its own, looked at row by row, taken away as one zip file."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from cot_engine.captioning.read import captions, duplicates, rejects
from cot_engine.captioning.rows import Entry
from cot_engine.captioning.run import Plan, Status, run
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.report import Verdict
from cot_engine.ui.dataset_input import from_archive, from_folder

NOT_SURE = "?"
"""Stands for "no expression was concluded" among the labels of ``Filter``; no label is called so."""


@dataclass(frozen=True)
class Filter:
    """Which rows to show: ``show`` is one of captions, rejects, duplicates; the rest is about captions alone."""

    show: str = "captions"
    label: str | None = None
    verdict: Verdict | None = None
    disagreeing: bool = False


@dataclass(frozen=True)
class DatasetRun:
    """A finished run. Its files are deleted with it."""

    folder: "tempfile.TemporaryDirectory[str]"
    manifest: dict[str, Any]

    @property
    def out(self) -> Path:
        return Path(self.folder.name) / "out"

    def rows(self, chosen: Filter) -> Iterator[Entry]:
        """The rows in the order of the input."""
        if chosen.show == "rejects":
            yield from rejects(self.out)
        elif chosen.show == "duplicates":
            yield from duplicates(self.out)
        else:
            label = None if chosen.label == NOT_SURE else chosen.label
            for row in captions(self.out, label=label, verdict=chosen.verdict, disagreeing=chosen.disagreeing):
                if chosen.label != NOT_SURE or row.abstained:
                    yield row

    def write_zip(self, path: Path) -> Path:
        """The tables of this run, their manifest and their card, ready to be loaded; nothing else of the folder."""
        with zipfile.ZipFile(path, "w") as zipped:
            for name in ("README.md", "manifest.json", *self.manifest["files"]):
                zipped.write(self.out / name, f"captions/{name}", zipfile.ZIP_DEFLATED)
        return path


def caption_all(
    *,
    archive: Path | None,
    root: Path | None,
    name: str | None,
    labels: str,
    model: str,
    stop: Event,
    progress: Callable[[Status], None] | None = None,
) -> DatasetRun:
    """Captions the clips of ``archive``, or else of the folder ``name`` below ``root``; clips are kept no longer than the run.

    Args:
        stop: ends the run within a second or two.
        progress: called after each clip.

    Raises:
        Refusal: as ``from_archive``, ``from_folder`` and ``run``.
        Cancelled: ``stop`` was set.
    """
    folder = tempfile.TemporaryDirectory(prefix="cot-engine-dataset-", ignore_cleanup_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix="clips-", dir=folder.name, ignore_cleanup_errors=True) as clips:
            if archive is not None:
                source = from_archive(archive, Path(clips))
            elif root is not None and name:
                source = from_folder(root, name, Path(clips))
            else:
                raise Refusal("unreadable_input", "Nothing was given.", "Choose an archive of clips first.")
            if progress:
                progress(Status(len(source.samples)))
            plan = Plan(source, Path(folder.name) / "out", model, LABEL_SETS[labels])
            manifest = run(plan, progress, stop)
    except BaseException:
        folder.cleanup()
        raise
    return DatasetRun(folder, manifest)
