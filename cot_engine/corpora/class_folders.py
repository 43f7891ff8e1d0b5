"""Anyone's own clips sorted into one folder a class, with or without a folder a split around them."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import canonical
from cot_engine.corpora.layout import folders_of, media_of, refuse

NAME = "folder"
_SPLITS = {"train": "train", "training": "train", "val": "validation", "valid": "validation", "dev": "validation"}
_SPLITS |= {"validation": "validation", "test": "test"}


def read(root: Path) -> Iterator[Sample]:
    """``<class>/<clip>``, or ``<split>/<class>/<clip>`` when every folder of the root has the name of a split."""
    tops = folders_of(root.absolute()) if root.is_dir() else []
    if not tops:
        refuse(NAME, f"{root} has no folders", "Sort the clips into one folder a class: <root>/happiness/clip.mp4.")
    if all(top.name.casefold() in _SPLITS for top in tops):
        for top in tops:
            for folder in folders_of(top):
                yield from _samples(folder, _SPLITS[top.name.casefold()])
    else:
        for folder in tops:
            yield from _samples(folder, None)


def _samples(folder: Path, split: str | None) -> Iterator[Sample]:
    for clip in media_of(folder):
        yield Sample(
            id="/".join(filter(None, (split, folder.name, clip.name))),
            corpus=NAME,
            clip=clip,
            # A name that no label set knows is the user's own and stays as it is.
            label=canonical(folder.name) or folder.name,
            raw_label=folder.name,
            split=split,
        )


CORPUS = Corpus(
    NAME, "A folder a class", read, (), "Yours. Print n, majority, accuracy, UAR and per-class recall.", shareable=True
)
