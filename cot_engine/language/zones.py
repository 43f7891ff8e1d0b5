"""Movements of a clause in groups that share their words, and the group that a word belongs to."""

from cot_engine.language.lexicon import words
from cot_engine.language.movements import Movement
from cot_engine.language.wording import Token

_SEPARATORS = words(", with while ) without plus by to")


def grouped(tokens: list[Token], found: list[Movement]) -> list[list[Movement]]:
    """Movements that share their verb, and codes or names in a list, take the same sides, strengths and times."""
    groups: list[list[Movement]] = []
    reached = -1
    for movement in sorted(found, key=lambda m: (m.lo, m.hi)):
        if groups and (movement.lo <= reached or _listed(tokens, groups[-1][-1], movement, reached)):
            groups[-1].append(movement)
        else:
            groups.append([movement])
        reached = max(reached, movement.hi)
    return groups


def _listed(tokens: list[Token], one: Movement, other: Movement, reached: int) -> bool:
    between = tokens[reached + 1 : other.lo]
    if one.part is not None or other.part is not None or not 0 < len(between) <= 3:
        return False
    joined = all(t.has("and") or t.text in (",", "the", "+", "/") for t in between)
    return joined and tokens[one.lo].has("code") == tokens[other.lo].has("code")


def zone(tokens: list[Token], groups: list[list[Movement]], index: int) -> list[Movement]:
    """The group that the words at token ``index`` belong to: between two groups, "and", "with" or a comma decides."""
    reached = -1
    for n, group in enumerate(groups):
        lo, hi = min(m.lo for m in group), max(m.hi for m in group)
        if index < lo and n:
            cuts = [i for i in range(reached + 1, lo) if tokens[i].has("and") or tokens[i].text in _SEPARATORS]
            return group if not cuts or index > cuts[-1] else groups[n - 1]
        if index <= hi:
            return group
        reached = hi
    return groups[-1]


def index_at(tokens: list[Token], start: int) -> int:
    """The token that holds the character at ``start``, or the last one before it."""
    return max((i for i, t in enumerate(tokens) if t.start <= start), default=0)
