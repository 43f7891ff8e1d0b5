"""Sentences and clauses that claim nothing about this face: questions, generalities, definitions, counterfactuals."""

from cot_engine.language.lexicon import words
from cot_engine.language.movements import Movement
from cot_engine.language.wording import Token, peek

_SIGNS = ("generic", "often", "means", "elsewhere", "emotion")
_ASKING = words("is are do does did has was were what which why can")
_SIGNALS = words("signal signals indicate indicates express expresses suggest")


def is_question(tokens: list[Token]) -> bool:
    """Whether a sentence asks; a code with a question mark is a doubt, not a question."""
    if not any(t.text == "?" for t in tokens[-2:]):
        return False
    said = [t for t in tokens if not t.has("punct", "code", "and", "strength")]
    return len(said) > 3 or (bool(said) and said[0].text in _ASKING)


def is_general(opener: str, tokens: list[Token], found: list[Movement]) -> bool:
    """Whether a clause speaks of faces in general, of another face, of what would be, or of what a code means."""
    signs = [i for i, t in enumerate(tokens) if t.has(*_SIGNS)]
    return opener in ("if", "unless", "whenever") or any(_general(tokens, i) for i in signs) or _defines(tokens, found)


def not_judged(tokens: list[Token]) -> bool:
    """Whether a clause says that something cannot be judged."""
    for index, token in enumerate(tokens):
        if token.has("judge") and any(
            t.has("no") or t.text in ("impossible", "hard", "difficult", "unable") for t in tokens[:index]
        ):
            return True
    return False


def _general(tokens: list[Token], index: int) -> bool:
    token, before = tokens[index], peek(tokens, index - 1)
    if token.has("generic"):
        return not (token.text in ("expected", "expect") and before.text == "as")
    if token.has("often"):
        return any(t.has("means", "exist") or t.text in _SIGNALS for t in tokens[index:])
    if token.has("means"):
        return before.has("code", "named", "move", "part")
    return token.has("elsewhere") or (token.has("emotion") and _typical(tokens, index))


def _typical(tokens: list[Token], index: int) -> bool:
    """ "Anger lowers the brows", "in sadness the lip corners go down": an emotion, not this face."""
    after = peek(tokens, index + 1)
    if index == 0:
        return after.has("shows")
    return index == 1 and tokens[0].text in ("in", "for", "with", "during") and not after.has("and")


def _defines(tokens: list[Token], found: list[Movement]) -> bool:
    """ "AU12 is the lip corner puller"."""
    texts = [t.text for t in tokens]
    codes = [m.lo for m in found if tokens[m.lo].has("code")]
    return any(
        texts[lo + 1 : lo + 3] in (["is", "the"], ["=", "the"]) and any(lo + 3 <= other.lo < lo + 6 for other in found)
        for lo in codes
    )
