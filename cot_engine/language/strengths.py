"""Stated strengths: words ("slight"), FACS letters ("grade D") and numbers from 0 to 5."""

import re
from collections.abc import Iterator

from cot_engine.facs import Grade, grade
from cot_engine.language.lexicon import words
from cot_engine.language.stances import idle
from cot_engine.language.wording import Token, peek
from cot_engine.language.zones import index_at

_SCALE = r"(?:grade|level|intensity|strength)"
_LETTER = re.compile(
    rf"\b(?:{_SCALE}|at)\s*(?:of\s+|=\s*|:\s*)?(?P<a>[A-E])\b(?!['’])|\b(?P<b>[A-E])[- ]{_SCALE}\b"
    r"|\((?P<c>[A-E])\)|(?<=[(,;])\s*(?P<d>[A-E])(?=\s*[,);])|(?<=[0-9])\s(?P<e>[A-E])(?=\s*(?:[,.;:)+]|$))"
)
_MEASURING = words("= : reaches reach reached reaching of at intensity is strength level hits to scores around about")


def strengths(text: str, tokens: list[Token]) -> Iterator[tuple[int, Grade]]:
    """The strengths of a clause with the index of the token they stand at."""
    for index, token in enumerate(tokens):
        if token.has("strength") and not _other_sense(tokens, index):
            for letter in token.get("strength"):
                yield index, letter
        if token.has("number") and _measures(tokens, index):
            value = float(token.get("number")[0])
            if 0 < value <= 5 and (letter := grade(value)):
                yield index, letter
    for match in _LETTER.finditer(text, tokens[0].start, tokens[-1].end):
        group = match.lastgroup or "a"
        yield index_at(tokens, match.start(group)), match[group]  # type: ignore[misc]


def _other_sense(tokens: list[Token], index: int) -> bool:
    """ "reaches its maximum at 1.2 s" is a peak, "slightly later" a time, "not strong" no strength at all."""
    token, after = tokens[index], peek(tokens, index + 1)
    peak = token.has("phase") and not (after.has("move", "named", "code", "part") or after.text in ("strength", "intensity"))
    denied = peek(tokens, index - 1).has("no") and idle(tokens, index - 1)
    return peak or denied or after.text in ("later", "earlier", "before", "after", "ahead")


def _measures(tokens: list[Token], index: int) -> bool:
    """Whether a number is a strength: "= 3.4", "reaches 3.4", "intensity 3", "3/5"."""
    before = peek(tokens, index - 1)
    after = [t.text for t in tokens[index + 1 : index + 4]]
    if after[:2] == ["/", "5"] or after in (["out", "of", "5"], ["out", "of", "five"]):
        return True
    scaled = before.text in _MEASURING or before.has("code")
    return scaled and ("." in tokens[index].text or before.text in ("=", "intensity", "strength", "level"))
