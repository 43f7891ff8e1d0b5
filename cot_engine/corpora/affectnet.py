"""AffectNet as first released: pictures, CSV lists, 0-based labels; the validation list serves as the test set."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Box, Corpus, Sample
from cot_engine.corpora.labels import by_index, whole
from cot_engine.corpora.layout import inside, need, refuse, rows_of

NAME = "affectnet"
LABELS = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt")
PROTOCOL = (
    "Accuracy on the validation part (balanced, so it equals UAR). Say which: AffectNet-7 drops contempt, AffectNet-8 keeps it."
)
_LISTS = "Manually_Annotated_file_lists"
_COLUMNS = ("subDirectory_filePath", "face_x", "face_y", "face_width", "face_height", "expression", "valence", "arousal")


def read(root: Path) -> Iterator[Sample]:
    """All rows; those labelled none, uncertain or non-face (8-10) have no label, faces of negative width no box."""
    images = need(NAME, root, "Manually_Annotated_Images", "Manually_Annotated/Manually_Annotated_Images", "Manually_Annotated")
    for split in ("training", "validation"):
        for row in rows_of(NAME, need(NAME, root, f"{_LISTS}/{split}.csv"), _COLUMNS):
            path, raw = row["subDirectory_filePath"], whole(row["expression"])
            yield Sample(
                id=f"{split}/{path}",
                corpus=NAME,
                clip=inside(NAME, images, path),
                label=by_index(raw, LABELS, 0),
                raw_label=raw,
                split="train" if split == "training" else split,
                box=_box(row),
                # -2 stands for "not given".
                meta={key: row[key] for key in ("valence", "arousal") if whole(row[key]) not in ("-2", "")},
            )


def _box(row: dict[str, str]) -> Box | None:
    try:
        x, y, width, height = (float(row[f"face_{side}"]) for side in ("x", "y", "width", "height"))
    except ValueError:
        refuse(NAME, f"the face box of {row['subDirectory_filePath']} is not four numbers")
    return (x, y, width, height) if width > 0 else None


CORPUS = Corpus(NAME, "AffectNet (original)", read, LABELS, PROTOCOL, first_index=0, outside=frozenset({"8", "9", "10"}))
