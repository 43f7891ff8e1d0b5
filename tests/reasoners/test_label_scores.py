import json
from math import log

import pytest

from cot_engine.reasoners.label_scores import from_logprobs, from_votes, read_vote

TEXT = '{"interpretation": "Über B.", "runner_up": "B", "answer": "A"}'


def rows(pieces, alternatives):
    """One row a piece of text; the piece that holds the answer has ``alternatives``."""
    found = []
    for piece in pieces:
        top = [{"token": token, "logprob": log(p)} for token, p in alternatives.items()]
        found.append(
            {"token": piece, "logprob": log(alternatives.get(piece, 1)), "top_logprobs": top if piece in alternatives else []}
        )
    return found


def split(piece):
    """``TEXT`` in pieces, the answer's letter in ``piece``."""
    before, after = TEXT[: TEXT.rindex("A")], TEXT[TEXT.rindex("A") + 1 :]
    at = piece.index("A")
    return [before[: len(before) - at], piece, after[len(piece) - at - 1 :]]


@pytest.mark.parametrize("piece", ["A", '"A', 'A"', '"A"', '"A"}', ' "A'])
def test_the_letter_is_found_however_the_text_is_cut_into_tokens(piece):
    alternatives = {piece: 0.5, piece.replace("A", "B"): 0.25, piece.replace("A", "C"): 0.25}
    assert from_logprobs(TEXT, rows(split(piece), alternatives), "ABC") == pytest.approx({"A": 0.5, "B": 0.25, "C": 0.25})


def test_the_last_answer_counts_not_a_letter_before_it():
    pieces = split("A")
    found = rows(pieces, {"A": 0.9, "B": 0.1})
    assert from_logprobs(TEXT, found, "AB")["A"] == pytest.approx(0.9)


def test_words_and_other_letters_are_not_taken_for_labels():
    found = rows(split("A"), {"A": 0.5, "An": 0.2, "a": 0.1, "B": 0.2})
    assert from_logprobs(TEXT, found, "AB") == pytest.approx({"A": 0.5 / 0.7, "B": 0.2 / 0.7})


def test_a_letter_out_of_sight_gets_at_most_what_is_left_over_and_less_than_any_in_sight():
    found = from_logprobs(TEXT, rows(split("A"), {"A": 0.9, "B": 0.06}), "ABCD")
    assert found["C"] == found["D"] == pytest.approx(0.02)
    found = from_logprobs(TEXT, rows(split("A"), {"A": 0.5, "B": 0.01}), "ABCD")
    assert found["C"] == pytest.approx(0.01 / 0.53)
    assert sum(found.values()) == pytest.approx(1)


def test_bytes_are_read_where_a_token_is_half_a_character():
    pieces = [TEXT[:20].encode()[:19], TEXT.encode()[19 : TEXT.encode().rindex(b"A")], b"A", b'"}']
    found = [{"token": "?", "bytes": list(piece), "logprob": 0.0, "top_logprobs": []} for piece in pieces]
    found[2] |= {"logprob": log(0.8), "top_logprobs": [{"token": "B", "bytes": [66], "logprob": log(0.2)}]}
    assert from_logprobs(TEXT, found, "AB") == pytest.approx({"A": 0.8, "B": 0.2})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no answer", rows(["no answer"], {})),
        (TEXT, []),
        (TEXT, rows(["something else"], {})),
        (TEXT, rows(split("A"), {})),
        (json.dumps({"answer": "AB"}), rows(['{"answer": "AB"}'], {})),
    ],
)
def test_what_cannot_be_found_is_no_probability(text, found):
    assert from_logprobs(text, found, "AB") is None


def test_votes_are_shares_with_one_vote_spread_over_all():
    assert from_votes(["A", "A", "B"], "ABCD") == pytest.approx({"A": 2.25 / 4, "B": 1.25 / 4, "C": 0.25 / 4, "D": 0.25 / 4})


@pytest.mark.parametrize(
    ("text", "letter"), [("B", "B"), (" b.\n", "B"), ('"C"', "C"), ("(A)", "A"), ("D", None), ("A B", None), ("", None)]
)
def test_a_vote_is_one_letter_of_the_list(text, letter):
    assert read_vote(text, ("A", "B", "C")) == letter
