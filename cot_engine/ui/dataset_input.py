"""What a visitor may have captioned: the clips of an archive, or of a folder below the one that the operator opened."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cot_engine.captioning.inputs import Source, from_corpus, from_input
from cot_engine.corpora.class_folders import CORPUS as CLASS_FOLDERS
from cot_engine.corpora.labels import canonical
from cot_engine.errors import Refusal
from cot_engine.ui.archive import unpack

MAX_CLIPS = 1_000
"""A page is no place for a long run: ``cot-engine caption`` goes on after a cut."""

# Folders offered, and how deep below the operator's they are looked for.
_MAX_FOLDERS, _DEPTH = 200, 2


def from_archive(archive: Path, into: Path) -> Source:
    """The clips of an uploaded archive, unpacked below the empty folder ``into``.

    Raises:
        Refusal: as ``unpack``; ``unreadable_input`` without clips; ``bad_corpus`` for a table that breaks its form;
            ``too_large`` beyond ``MAX_CLIPS``.
    """
    unpack(archive, into)
    with _paths_hidden(into):
        return _bounded(replace(_source(_inner(into), into), name="upload"))


def from_folder(root: Path, name: str, cache: Path) -> Source:
    """The clips of the folder ``name``, as ``folders`` lists it.

    Raises:
        Refusal: ``unreadable_input`` for anything that does not lie below ``root``, else as ``from_archive``.
    """
    if name not in folders(root):
        raise Refusal("unreadable_input", "This is none of the folders that are offered.", "Choose one from the list.")
    with _paths_hidden(root):
        return _bounded(_source(root.resolve() / name, cache))


def folders(root: Path) -> list[str]:
    """Folders below ``root`` as visitors may name them, ``.`` for itself. What a link leads to elsewhere is not among them."""
    root = root.resolve()
    found = ["."]
    for folder, below, _ in os.walk(root):
        relative = Path(folder).relative_to(root)
        below[:] = sorted(name for name in below if not name.startswith("."))
        if relative.parts:
            found.append(str(relative))
        if len(relative.parts) == _DEPTH or len(found) >= _MAX_FOLDERS:
            below.clear()
    return found[:_MAX_FOLDERS]


def _inner(folder: Path) -> Path:
    """The folder that matters: many archives hold one folder with everything in it."""
    while len(entries := list(folder.iterdir())) == 1 and entries[0].is_dir() and not canonical(entries[0].name):
        folder = entries[0]
    return folder


def _source(folder: Path, cache: Path) -> Source:
    """With given labels where there are some: in a table beside the clips, or as names of the folders."""
    tables = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in (".csv", ".jsonl")]
    if len(tables) == 1:
        return from_input(str(tables[0]), cache)
    tops = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    if tops and all(canonical(top.name) for top in tops):
        return from_corpus(CLASS_FOLDERS, folder)
    return from_input(str(folder), cache)


def _bounded(source: Source) -> Source:
    if len(source.samples) > MAX_CLIPS:
        what = f"{len(source.samples)} clips are more than the {MAX_CLIPS} that are captioned here at once."
        raise Refusal("too_large", what, "Take a part of them, or use the command: cot-engine caption --input DIR --out DIR.")
    return source


@contextmanager
def _paths_hidden(folder: Path) -> Iterator[None]:
    """Refusals without the folders of this server in them."""
    try:
        yield
    except Refusal as refusal:
        hidden = [said.replace(f"{folder.resolve()}{os.sep}", "").replace(str(folder.resolve()), folder.name)
                  for said in (refusal.message, refusal.hint)]  # fmt: skip
        raise Refusal(refusal.code, *hidden) from None
