"""The card of a captioning run, generated from its manifest and its rows."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from cot_engine.captioning.read import captions, duplicates, rejects
from cot_engine.captioning.stats import gather
from cot_engine.corpora.cards import said_on_card
from cot_engine.corpora.catalogue import CORPORA
from cot_engine.engine.hub_card import write_hub_card

_TEMPLATE = Path(__file__).with_name("caption_card.md.j2")
# What ``load_dataset`` takes when no config is named comes first.
_CONFIGS = {"captions": "default", "rejects": "rejects", "duplicates": "duplicates"}


def write_card(out: Path, manifest: Mapping[str, Any]) -> None:
    """Writes ``<out>/README.md`` of a finished run: what it holds, how it was made, how it did, and whose terms bind it."""
    stats = gather(chain(captions(out), rejects(out), duplicates(out)))
    config, files = manifest["config"], {Path(name).stem: name for name in manifest["files"]}
    corpus = CORPORA.get(config["input"])
    source = corpus.title if corpus else config["input"]
    write_hub_card(
        out / "README.md",
        _TEMPLATE,
        title=f"Captions of {source}",
        source=config["input"],
        rows=manifest["counts"]["captioned"],
        files={config_name: {"train": files[table]} for table, config_name in _CONFIGS.items()},
        said=stats.as_dict(),
        manifest=manifest,
        origin=source,
        terms=said_on_card(corpus.name, "Terms") if corpus else None,
        shareable=corpus is not None and corpus.shareable,
    )
