"""What is to be captioned, as samples: a folder, a pattern, a table of paths, a Hugging Face dataset, or a known dataset."""

import glob
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.layout import PICTURES, VIDEOS, refuse
from cot_engine.corpora.tables import CSV, JSONL, read_csv, read_jsonl
from cot_engine.errors import Refusal

INPUT = "input"
_TABLES = {".csv": read_csv, ".jsonl": read_jsonl}


@dataclass(frozen=True)
class Source:
    """Samples in order. ``name`` stands for the input in what is written. ``bytes_of``: the content of a sample whose clip lies
    inside a dataset and not in a file of its own."""

    name: str
    samples: Sequence[Sample]
    bytes_of: Callable[[Sample], bytes] | None = None


def from_corpus(corpus: Corpus, root: Path) -> Source:
    """A dataset that there is a reader for.

    Raises:
        Refusal: ``bad_corpus``.
    """
    return _checked(corpus.name, corpus.read(root))


def from_input(given: str, cache: Path) -> Source:
    """A folder (its videos and pictures, by suffix, at any depth), a pattern (what it matches: files, and folders of frames), a
    CSV or JSONL table of paths, or a Hugging Face dataset: saved on disk, or Parquet files (or a folder of them).

    Args:
        cache: folder for what reading a Parquet file leaves.

    Raises:
        Refusal: ``unreadable_input`` when there is nothing; ``bad_corpus`` when a table or dataset breaks its form.
    """
    path = Path(given)
    name = path.absolute().name
    if path.is_file() and path.suffix.lower() in _TABLES:
        return _checked(name, _TABLES[path.suffix.lower()](path))
    if path.is_dir() and any((path / state).exists() for state in ("state.json", "dataset_dict.json")):
        from cot_engine.captioning.hub_data import from_disk

        return from_disk(path)
    if path.is_dir():
        clips = _below(path.absolute())
        tables = [] if clips else sorted(path.rglob("*.parquet"))
    else:
        # A name that holds wildcards itself is a file before it is a pattern.
        found = [path] if path.is_file() else sorted(map(Path, glob.glob(given, recursive=True)))
        if not found:
            hint = "Give a folder, a pattern in quotes, a CSV or JSONL table, or a Hugging Face dataset."
            raise Refusal("unreadable_input", f"{given!r} is no file or folder, and as a pattern it matches nothing.", hint)
        root = Path(os.path.commonpath([entry.absolute().parent for entry in found]))
        clips = [_sample(entry.absolute(), root) for entry in found]
        tables = found if all(entry.suffix.lower() == ".parquet" for entry in found) else []
    if tables:
        from cot_engine.captioning.hub_data import from_parquet

        return from_parquet(tables, cache)
    return _checked(name, clips)


def _below(root: Path) -> list[Sample]:
    """Every entry with the suffix of a video or picture; links to nowhere too, so that they are counted."""
    found = []
    for folder, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for file in sorted(files):
            if not file.startswith(".") and Path(file).suffix.lower() in PICTURES | VIDEOS:
                found.append(_sample(Path(folder) / file, root))
    return found


def _sample(path: Path, root: Path) -> Sample:
    relative = path.relative_to(root)
    # Names are bytes: those that are no UTF-8 are written with their escapes.
    return Sample(id=os.fsencode(relative).decode("utf-8", "backslashreplace"), corpus=INPUT, clip=path)


def source_of(sample: Sample) -> str | None:
    """The dataset that a sample is from, or the folder that it lies in below the input."""
    if sample.corpus not in (INPUT, CSV.name, JSONL.name):
        return sample.corpus
    return (sample.id.rpartition("/")[0] if sample.corpus == INPUT else sample.clip.parent.name) or None


def _checked(name: str, samples: Iterable[Sample]) -> Source:
    return checked(Source(name, list(samples)))


def checked(source: Source) -> Source:
    """The source itself.

    Raises:
        Refusal: ``unreadable_input`` without samples; ``bad_corpus`` when two samples have one id.
    """
    if not source.samples:
        hint = "Videos and pictures of a folder are found by their suffix; a pattern takes anything."
        raise Refusal("unreadable_input", f"{source.name} holds no clips.", hint)
    twice = next((name for name, count in Counter(s.id for s in source.samples).items() if count > 1), None)
    if twice is not None:
        refuse(source.samples[0].corpus, f"two samples are called {twice!r}", "Give every row an id of its own.")
    return source
