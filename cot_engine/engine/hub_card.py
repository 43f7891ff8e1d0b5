"""A data set card as the Hub reads it: what every data set we generate says of itself in YAML, and a template of our own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cot_engine.engine.journal import write_atomically

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

# Config -> split -> path of its file below the card.
Files = Mapping[str, Mapping[str, str]]


def write_hub_card(path: Path, template: Path, *, title: str, source: str, rows: int, files: Files, **said: Any) -> None:
    """Writes a card; ``huggingface_hub`` refuses YAML that breaks the format.

    Args:
        template: Jinja, with ``card_data`` (the YAML), ``title`` and ``said``.
        source: name of the data set that ours is made from.
        files: the first config is the one that is loaded when none is named.
    """
    from huggingface_hub import DatasetCard, DatasetCardData

    data = DatasetCardData(
        language="en",
        license="other",
        license_name="terms-of-the-source",
        annotations_creators="machine-generated",
        language_creators="machine-generated",
        multilinguality="monolingual",
        size_categories=next((name for bound, name in _SIZES if rows < bound), "n>1M"),
        source_datasets=[f"extended|other-{source}"],
        task_categories=["image-text-to-text"],
        pretty_name=title,
        tags=["facial-expression", "action-units", "chain-of-thought"],
        configs=[
            {"config_name": name, "data_files": [{"split": split, "path": file} for split, file in splits.items()]}
            for name, splits in files.items()
        ],
    )
    card = DatasetCard.from_template(data, template_path=str(template), title=title, **said)
    write_atomically(path, str(card).encode())
