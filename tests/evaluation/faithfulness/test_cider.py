import pytest

from cot_engine.evaluation.faithfulness.cider import cider_d, tokens

REFERENCES = [
    "the lip corners are drawn up and back",
    "the brows are lowered and the lids tighten",
    "both brows rise and the jaw drops wide",
    "the chin is raised while the lip corners go down",
]
CANDIDATES = [
    "the lip corners are drawn up",
    "the brows rise and the lids tighten",
    "both brows rise and the jaw drops wide",
    "nothing moves in this face at all",
]


def test_it_equals_the_reference_implementation():
    # CiderScorer(n=4, sigma=6.0) of pycocoevalcap 1.2 on these four pairs.
    expected = [7.592720594278073, 4.505578582651323, 10.0, 0.0]
    scores = cider_d([text.split() for text in CANDIDATES], [text.split() for text in REFERENCES])
    assert scores == pytest.approx(expected, abs=1e-9)


def test_words_and_numbers_are_tokens():
    assert tokens("From 0.6 s, AU12 (left) rises.") == ["from", "0.6", "s", "au", "12", "left", "rises"]


def test_one_pair_alone_has_no_frequencies():
    assert cider_d([["a", "b"]], [["a", "b"]]) == [0.0]
