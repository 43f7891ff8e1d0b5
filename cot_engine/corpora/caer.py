"""CAER (clips) and CAER-S (stills): a folder a split, inside it a folder a class."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import by_name
from cot_engine.corpora.layout import folders_of, media_of, need

LABELS = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
_PROTOCOL = "Accuracy on the test part, with UAR."


def read(root: Path, *, name: str, optional: tuple[str, ...] = ()) -> Iterator[Sample]:
    """Every file of every class folder. Numbers repeat across folders, so the id holds split and class."""
    for split in ("train", "validation", "test"):
        if split in optional and not (root / split).exists():
            continue
        for folder in folders_of(need(name, root, split)):
            for clip in media_of(folder):
                yield Sample(
                    id=f"{split}/{folder.name}/{clip.stem}",
                    corpus=name,
                    clip=clip,
                    label=by_name(folder.name, LABELS),
                    raw_label=folder.name,
                    split=split,
                )


CAER = Corpus("caer", "CAER", partial(read, name="caer"), LABELS, _PROTOCOL)
# Copies of the stills without a validation part are in use.
CAER_S = Corpus("caer-s", "CAER-S", partial(read, name="caer-s", optional=("validation",)), LABELS, _PROTOCOL)
