"""Reading a dataset's folder: paths that stay inside it, files that must be there, tables with their columns."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NoReturn

from cot_engine.errors import Refusal

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
VIDEOS = frozenset({".mp4", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".gif"})

_MAX_TABLE_BYTES = 256 * 2**20


def card_of(corpus: str) -> str:
    """The data card that shows a corpus's layout; the three forms for people's own clips share one."""
    return f"data_cards/{'own_clips' if corpus in ('csv', 'jsonl', 'folder') else corpus}.md"


def refuse(corpus: str, what: str, hint: str | None = None) -> NoReturn:
    """Raises Refusal ``bad_corpus``."""
    raise Refusal("bad_corpus", f"{corpus}: {what}.", hint or f"The layout is described in {card_of(corpus)}.")


def need(corpus: str, root: Path, *choices: str) -> Path:
    """The first of these relative paths that exists under ``root``.

    Raises:
        Refusal: ``bad_corpus``, naming all of them, when there is none.
    """
    for choice in choices:
        if (path := root.absolute() / choice).exists():
            return path
    wanted = " or ".join(choices)
    refuse(
        corpus,
        f"{root} has no {wanted}",
        f"--root is the folder that holds {choices[0].split('/')[0]}; {card_of(corpus)} shows the whole layout.",
    )


def inside(corpus: str, root: Path, relative: str) -> Path:
    """``root/relative``, absolute.

    Raises:
        Refusal: ``bad_corpus`` when a label file names a path outside the dataset, or none at all.
    """
    path = PurePosixPath(relative.strip())
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in relative:
        refuse(corpus, f"a list names {relative!r}, which is not a path inside {root}", "Lists hold paths below their folder.")
    return root.absolute() / path


def text_of(corpus: str, path: Path) -> str:
    """A text file, with or without a byte-order mark.

    Raises:
        Refusal: ``bad_corpus`` when it is missing, is larger than 256 MiB, or is not UTF-8.
    """
    try:
        if path.stat().st_size > _MAX_TABLE_BYTES:
            refuse(corpus, f"{path} is larger than 256 MiB", "Label files are small: is this the right file?")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        refuse(corpus, f"{path} cannot be read as text ({error})", "Take the label file as released, as UTF-8 text.")


def lines_of(corpus: str, path: Path) -> list[list[str]]:
    """The words of every line that has any."""
    return [words for line in text_of(corpus, path).splitlines() if (words := line.split())]


def rows_of(corpus: str, path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by column name, stripped; cells that a short row lacks are empty.

    Raises:
        Refusal: ``bad_corpus`` when one of ``columns`` is missing or the file is no CSV.
    """
    reader = csv.DictReader(io.StringIO(text_of(corpus, path), newline=""))
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        if lacking := [column for column in columns if column not in header]:
            refuse(corpus, f"{path} has no column {', '.join(lacking)}; it has {', '.join(header) or 'none'}")
        for row in reader:
            yield {key.strip(): (value or "").strip() for key, value in row.items() if key}
    except csv.Error as error:
        refuse(corpus, f"{path} is not a CSV file ({error})")


def folders_of(path: Path) -> list[Path]:
    """The sub-folders, by name; hidden ones are left out."""
    return sorted(entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def media_of(path: Path) -> list[Path]:
    """Videos, pictures and folders of frames lying directly in ``path``, by name."""
    return sorted(
        entry
        for entry in path.iterdir()
        if not entry.name.startswith(".") and (entry.is_dir() or entry.suffix.lower() in PICTURES | VIDEOS)
    )
