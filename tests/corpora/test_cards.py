from pathlib import Path

import pytest

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.corpora.layout import card_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_has_a_card_with_terms_layout_labels_protocol_and_limits(name):
    text = (ROOT / card_of(name)).read_text(encoding="utf-8")
    assert 15 <= len(text.splitlines()) <= 30
    for part in ("What", "Terms", "Layout", "Labels", "Protocol", "Limits"):
        assert f"- **{part}**" in text
    assert "Not redistributed here" in " ".join(text.split())
    assert f"`{name}`" in text


@pytest.mark.parametrize("name", [name for name, corpus in CORPORA.items() if corpus.labels])
def test_the_card_gives_the_labels_in_the_readers_order(name):
    text = " ".join((ROOT / card_of(name)).read_text(encoding="utf-8").split())
    assert ", ".join(CORPORA[name].labels) in text
