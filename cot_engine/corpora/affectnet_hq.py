"""AffectNet, HQ release: one picture and one small array file a sample, 0-based labels."""

from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.affectnet import LABELS, PROTOCOL
from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import by_index, whole
from cot_engine.corpora.layout import need, refuse

NAME = "affectnet-hq"


def read(root: Path) -> Iterator[Sample]:
    """Every ``<id>_exp.npy`` with its picture."""
    for folder, split in (("train_set", "train"), ("val_set", "validation")):
        images = need(NAME, root, f"{folder}/images")
        for path in sorted(need(NAME, root, f"{folder}/annotations").glob("*_exp.npy")):
            number = path.name.removesuffix("_exp.npy")
            raw = _value(path)
            yield Sample(
                id=f"{split}/{number}",
                corpus=NAME,
                clip=images / f"{number}.jpg",
                label=by_index(raw, LABELS, 0),
                raw_label=raw,
                split=split,
            )


def _value(path: Path) -> str:
    import numpy as np

    try:
        # Pickled arrays can run code: they are refused, not loaded.
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        refuse(NAME, f"{path} is not a plain array ({error})", "Each _exp.npy holds one number, without pickling.")
    if not isinstance(array, np.ndarray) or array.size != 1:
        refuse(NAME, f"{path} does not hold one value", "Each _exp.npy holds one number, without pickling.")
    return whole(str(array.reshape(-1)[0]))


CORPUS = Corpus(NAME, "AffectNet (HQ)", read, LABELS, PROTOCOL, first_index=0)
