"""What a dataset's card in ``data_cards/`` says, by heading: its terms travel with everything made from it."""

import re
from pathlib import Path

from cot_engine.corpora.layout import card_of

# In a wheel the cards travel inside the package; in a checkout they lie beside it.
_PACKAGED, _CHECKOUT = Path(__file__).parents[1] / "card_files", Path(__file__).parents[2] / "data_cards"


def cards_folder() -> Path:
    """The folder that holds every card of the datasets and models."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def said_on_card(corpus: str, heading: str) -> str:
    """The text of the bullet ``**heading**`` of a corpus's card, on one line.

    Raises:
        KeyError: the card has no such bullet.
    """
    text = (cards_folder() / Path(card_of(corpus)).name).read_text(encoding="utf-8")
    match = re.search(rf"^- \*\*{re.escape(heading)}\*\*:(.*?)(?=^- \*\*|\Z)", text, re.MULTILINE | re.DOTALL)
    if match is None:
        raise KeyError(f"the card of {corpus} has no bullet {heading!r}")
    return " ".join(match[1].split())
