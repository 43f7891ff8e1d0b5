"""The studio's own data sets: rendered clips with exact action units, as ``cot-engine studio render`` writes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cot_engine.corpora.base import AUAnnotation, Corpus, Sample
from cot_engine.corpora.layout import inside, refuse
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS

NAME = "studio"
# Every AU whose truth is known; one that has no event in a clip was not there.
AUS = tuple(
    f"AU{n}"
    for n in (
        *(1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22, 23, 24, 25, 26, 27, 28, 30, 34, 43, 45, 46),
        *(51, 52, 53, 54, 55, 56, 61, 62, 63, 64),
    )
)
LABELS = tuple(dict.fromkeys((*LABEL_SETS["basic-8"].names, *LABEL_SETS["compound-23"].names)))
# The label of a clip that was drawn from no expression.
NO_EXPRESSION = "none"

_CLIP_COLUMNS = ("clip", "file", "subject", "split", "label", "kind")
_EVENT_COLUMNS = ("clip", "au", "side", "grade")


def read(root: Path) -> Iterator[Sample]:
    """One sample a clip; ``root`` is one rendered folder, or holds several (training and test)."""
    for folder in folders(root.absolute()):
        events: dict[str, list[dict[str, Any]]] = {}
        for row in table_rows(folder / "events.parquet", _EVENT_COLUMNS):
            events.setdefault(row["clip"], []).append(row)
        for row in table_rows(folder / "clips.parquet", _CLIP_COLUMNS):
            raw = str(row["label"])
            yield Sample(
                id=row["clip"],
                corpus=NAME,
                clip=inside(NAME, folder, row["file"]),
                label=raw if raw in LABELS else None,
                raw_label=raw,
                split=row["split"],
                subject=row["subject"],
                aus=_annotations(events.get(row["clip"], [])),
                meta={"kind": row["kind"]},
            )


def folders(root: Path) -> list[Path]:
    """The rendered sets in ``root``: itself, or the folders in it. Raises Refusal ``bad_corpus`` when there is none."""
    found = [path.parent for path in (root / "clips.parquet", *sorted(root.glob("*/clips.parquet"))) if path.is_file()]
    if not found:
        refuse(
            NAME,
            f"{root} has no clips.parquet, and neither has a folder in it",
            "Give a folder that 'cot-engine studio render' has finished; run it again to complete one that was cut off.",
        )
    return found


def _annotations(rows: list[dict[str, Any]]) -> tuple[AUAnnotation, ...]:
    """The strongest event of each AU and side, and the AUs that did not move."""
    strongest: dict[tuple[str, str], AUAnnotation] = {}
    for row in sorted(rows, key=lambda row: str(row["grade"])):
        strongest[row["au"], row["side"]] = AUAnnotation(row["au"], row["side"], row["grade"])
    moved = {au for au, _ in strongest}
    return (*strongest.values(), *(AUAnnotation(au, state="absent") for au in AUS if au not in moved))


def table_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows of a table.

    Raises:
        Refusal: ``bad_corpus`` when it is missing, damaged or lacks a column; ``backend_missing`` without pyarrow.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise Refusal(
            "backend_missing", "Parquet is read with pyarrow, which is not installed.", "pip install pyarrow"
        ) from error
    try:
        table = pq.read_table(path, columns=list(columns))
    except (OSError, pa.ArrowException) as error:
        refuse(NAME, f"{path} cannot be read ({error})")
    if lacking := [column for column in columns if column not in table.column_names]:
        refuse(NAME, f"{path} has no column {', '.join(lacking)}")
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


CORPUS = Corpus(
    NAME,
    "Studio (rendered)",
    read,
    LABELS,
    "Test on unseen people (split test): F1 of each AU at grade B, intensity PCC, onset error, sides; real faces beside it.",
    outside=frozenset({NO_EXPRESSION}),
    aus=frozenset(AUS),
    shareable=True,
)
