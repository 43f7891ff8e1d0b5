"""Hugging Face datasets as samples: saved on disk (Arrow) or Parquet, with clips inside or as paths beside them."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cot_engine.captioning.inputs import Source, checked
from cot_engine.corpora.base import Sample
from cot_engine.corpora.labels import canonical
from cot_engine.corpora.layout import inside, refuse
from cot_engine.errors import Refusal

NAME = "hugging face"
# Where a clip may stand, the first that is there; the others are read as text.
CLIP_COLUMNS = ("video", "image", "clip", "path", "file")
_TEXT_COLUMNS = ("id", "label", "split", "subject")
_HINT = f"The clip stands in a column {', '.join(CLIP_COLUMNS)}: media, or a path below the dataset's folder."


def from_disk(folder: Path) -> Source:
    """What ``Dataset.save_to_disk`` or ``DatasetDict.save_to_disk`` wrote; split names of the latter are kept.

    Raises:
        Refusal: ``bad_corpus``, ``backend_missing``.
    """
    _need_datasets()
    from datasets import DatasetDict, load_from_disk

    try:
        found = load_from_disk(str(folder))
    except Exception as error:  # the library raises anything on damaged folders
        refuse(NAME, f"{folder} cannot be read ({type(error).__name__}: {error})", "Save the dataset again.")
    parts = dict(found) if isinstance(found, DatasetDict) else {None: found}
    return _source(folder.absolute().name, folder, parts)


def from_parquet(files: Sequence[Path], cache: Path) -> Source:
    """Parquet files of one dataset, as the Hub holds them.

    Raises:
        Refusal: ``bad_corpus``, ``backend_missing``.
    """
    _need_datasets()
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    try:
        found = Dataset.from_parquet([str(file) for file in files], cache_dir=str(cache))
    except Exception as error:  # the library raises anything on damaged files
        refuse(NAME, f"{files[0]} cannot be read ({type(error).__name__}: {error})", "Export the dataset again.")
    name = files[0].stem if len(files) == 1 else files[0].absolute().parent.name
    return _source(name, files[0].parent, {None: found})


def _source(name: str, folder: Path, parts: dict[str | None, Any]) -> Source:
    media: dict[str, Any] = {}
    samples: list[Sample] = []
    for split, data in parts.items():
        column = next((c for c in CLIP_COLUMNS if c in data.column_names), None)
        if column is None:
            refuse(NAME, f"{name} has no column with clips; it has {', '.join(data.column_names) or 'none'}", _HINT)
        paths, media[split or ""] = _clips(data, column)
        text = data.select_columns([c for c in _TEXT_COLUMNS if c in data.column_names])
        names = getattr(data.features.get("label"), "names", None)
        for row in range(len(data)):
            said = dict(text[row]) if text.column_names else {}
            part = {"row": str(row), "part": split or ""} if paths is None else {}
            clip = Path(f"{row:06d}") if paths is None else _beside(folder, str(paths[row]))
            samples.append(_sample(said, "/".join(filter(None, (split, f"{row:06d}"))), clip, split, names, part))

    def bytes_of(sample: Sample) -> bytes:
        cell = media[sample.meta["part"]][int(sample.meta["row"])]["clip"]
        if cell is None or cell["bytes"] is None:
            raise Refusal("unreadable_input", f"Row {sample.meta['row']} holds no clip.", _HINT)
        return bytes(cell["bytes"])

    return checked(Source(name, samples, bytes_of))


def _clips(data: Any, column: str) -> tuple[Sequence[str | None] | None, Any]:
    """The paths of all clips; or None, and the dataset that holds their bytes in its column ``clip``."""
    from datasets import Image, Video

    feature = data.features[column]
    if not isinstance(feature, Image | Video):
        return data[column], None
    # Only our own decoder, in its own process, reads what came from outside.
    held = data.select_columns([column]).rename_column(column, "clip").cast_column("clip", type(feature)(decode=False))
    if len(held) and held[0]["clip"] and held[0]["clip"]["bytes"] is None:
        return held.flatten()["clip.path"], None
    return None, held


def _sample(
    said: dict[str, Any], place: str, clip: Path, split: str | None, names: list[str] | None, meta: dict[str, str]
) -> Sample:
    label = said.get("label")
    if names is not None and isinstance(label, int):
        # A label that is not given is -1 there.
        label = names[label] if 0 <= label < len(names) else None
    raw = None if label is None else str(label)
    subject, stated = said.get("subject"), said.get("split") or split
    return Sample(
        id=str(said.get("id") or place),
        corpus=NAME,
        clip=clip,
        label=raw and (canonical(raw) or raw),
        raw_label=raw,
        split=stated and str(stated),
        subject=None if subject is None else str(subject),
        meta=meta,
    )


def _beside(folder: Path, path: str) -> Path:
    """A path that a dataset names: below its folder."""
    if Path(path).is_absolute() and Path(path).is_relative_to(folder.absolute()):
        return Path(path)
    return inside(NAME, folder, path)


def _need_datasets() -> None:
    if importlib.util.find_spec("datasets") is None:
        raise Refusal("backend_missing", "datasets must be installed to read this input.", "pip install 'cot-engine[caption]'")
