"""Probabilities of a closed label set from how an endpoint answers with a letter; never from a number that a model writes.

Two ways. Where the endpoint gives log-probabilities, those of the letters at the place of the answer, made to sum to 1: P(label
given the observations and the interpretation before the letter). Where it gives none, the same from short samples: the share of
votes.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

_ANSWER = re.compile(r'"answer"\s*:\s*"(?P<letter>[A-Z])"')


def from_logprobs(text: str, tokens: Sequence[Mapping[str, Any]], letters: Sequence[str]) -> dict[str, float] | None:
    """Letter -> probability; None when the answer's token cannot be found in ``tokens``.

    Args:
        text: a JSON answer with ``"answer": "<letter>"``.
        tokens: the rows of ``logprobs.content`` for it: ``token`` or ``bytes``, ``logprob``, ``top_logprobs``.

    A letter that is not among the alternatives has at most the probability of the least likely one, and at most its share of
    what all of them leave over: the smaller of the two is taken.
    """
    places = [match.start("letter") for match in _ANSWER.finditer(text)]
    if not places:
        return None
    pieces = [_bytes(row) for row in tokens]
    # The text may have lost white space at its ends.
    offset = b"".join(pieces).find(text.encode())
    place = offset + len(text[: places[-1]].encode())
    if offset < 0:
        return None
    start = 0
    for row, piece in zip(tokens, pieces, strict=True):
        if start <= place < start + len(piece):
            return _normalised(row, piece[: place - start], letters)
        start += len(piece)
    return None


def _normalised(row: Mapping[str, Any], prefix: bytes, letters: Sequence[str]) -> dict[str, float] | None:
    alternatives = {_bytes(other): math.exp(other["logprob"]) for other in (row, *(row.get("top_logprobs") or ()))}
    if len(alternatives) < 2:
        return None
    found = dict.fromkeys(letters, 0.0)
    for piece, probability in alternatives.items():
        rest = piece[len(prefix) :].decode(errors="replace")
        # A letter alone, or with the quotation mark that closes it; "An" begins another word.
        if piece.startswith(prefix) and rest[:1] in found and rest[1:2] in ("", '"'):
            found[rest[0]] += probability
    unseen = [letter for letter in letters if not found[letter]]
    left_over = max(0.0, 1.0 - sum(alternatives.values()))
    for letter in unseen:
        found[letter] = min(left_over / len(unseen), min(alternatives.values()))
    total = sum(found.values())
    return {letter: probability / total for letter, probability in found.items()} if total > 0 else None


def from_votes(votes: Sequence[str], letters: Sequence[str]) -> dict[str, float]:
    """Letter -> share of ``votes``, with one vote more that is spread over all letters: few samples never make certainty."""
    return {letter: (votes.count(letter) + 1 / len(letters)) / (len(votes) + 1) for letter in letters}


def read_vote(text: str, letters: Sequence[str]) -> str | None:
    """The letter that a short answer consists of, or None."""
    letter = text.strip().strip("\"'().*:").upper()
    return letter if letter in letters else None


def _bytes(row: Mapping[str, Any]) -> bytes:
    return bytes(row["bytes"]) if row.get("bytes") is not None else str(row["token"]).encode("utf-8", "replace")
