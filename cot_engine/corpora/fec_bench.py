"""FEC-Bench ``test.json``: descriptions of movement over time for clips of other datasets; no labels."""

import json
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.layout import inside, need, refuse, text_of

NAME = "fec-bench"


def read(root: Path) -> Iterator[Sample]:
    """Every entry; ``meta`` holds the caption and the dataset the clip comes from (the first part of its path)."""
    path = need(NAME, root, "test.json")
    try:
        entries = json.loads(text_of(NAME, path))
    except (ValueError, RecursionError) as error:
        refuse(NAME, f"{path} is not JSON ({error})")
    if not isinstance(entries, list):
        refuse(NAME, f"{path} is not a list")
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("id", "video", "caption")):
            refuse(NAME, f"entry {number} of {path} has no id, video and caption as text")
        yield Sample(
            id=entry["id"],
            corpus=NAME,
            clip=inside(NAME, root, entry["video"]),
            split="test",
            meta={"source": entry["video"].split("/")[0].removesuffix("_mp4"), "caption": entry["caption"]},
        )


CORPUS = Corpus(
    NAME,
    "FEC-Bench (DFEC)",
    read,
    (),
    "Judge scores 1-5, CIDEr, ROUGE-L, AutoDQ, TEM. Most clips are in the training lists of their source: exclude those.",
    totals={"test": 800},
)
