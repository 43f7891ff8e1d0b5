import pytest

from cot_engine.corpora.cards import said_on_card
from cot_engine.corpora.catalogue import CORPORA


@pytest.mark.parametrize("name", CORPORA)
def test_terms_and_content_of_every_corpus_can_be_quoted(name):
    for heading in ("What", "Terms"):
        said = said_on_card(name, heading)
        assert said
        assert "**" not in said
        assert "\n" not in said


def test_a_heading_that_is_not_there_is_an_error():
    with pytest.raises(KeyError, match="Colour"):
        said_on_card("mafw", "Colour")
