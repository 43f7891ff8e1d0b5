"""Which movements of a clause a side belongs to, and which are said to be one-sided or stronger on one side."""

import re

from cot_engine.facs import ACTION_UNITS
from cot_engine.language.lexicon import words
from cot_engine.language.movements import Movement
from cot_engine.language.pairing import part_name
from cot_engine.language.sides import SideWord
from cot_engine.language.stances import idle, narrows
from cot_engine.language.wording import Token, peek
from cot_engine.language.zones import index_at, zone

_HALVED = words("brow inner_brow outer_brow lip_corner cheek eye lid upper_lid lower_lid nostril eye_corner")
_ONE = words("a an one single just_one only_one")
_ONLY = words("only solely just exclusively alone single")


def set_sides(tokens: list[Token], sides: list[SideWord], groups: list[list[Movement]]) -> None:
    """Gives the movements of a clause the sides named in it; a direction of the head or the gaze is no side."""
    one_sided = lopsided(tokens)
    for movement in (m for group in groups for m in group):
        movement.one_sided = one_sided or (ACTION_UNITS[movement.aus[0]].sided and _single(tokens, movement.part))
    for side in sides:
        index = index_at(tokens, side.start)
        group = [m for m in zone(tokens, groups, index) if ACTION_UNITS[m.aus[0]].region not in ("head", "gaze")]
        if not group or not _is_side(tokens, side, index) or _ruled_out(tokens, index):
            continue
        if side.side != "both" and _compares(tokens, index):
            for movement in group:
                movement.stronger = movement.stronger or side.side
        elif not (side.side == "both" and one_sided):
            for movement in _meant(tokens, sides, group, index):
                movement.sides.append(side.side)
    for index, token in enumerate(tokens):
        if token.has("only") and _restricts(token, sides):
            for movement in zone(tokens, groups, index):
                movement.one_sided = True


def _ruled_out(tokens: list[Token], index: int) -> bool:
    """Whether a side is named only to say that it is another one: "rather than both"."""
    return any(tokens[i].has("no") and narrows(tokens, i) for i in range(max(0, index - 3), index))


def lopsided(tokens: list[Token]) -> bool:
    """Whether a clause says that a movement is not symmetrical."""
    return any(
        t.has("no") and idle(tokens, i) and any(n.has("symmetry") for n in tokens[i + 1 : i + 5]) for i, t in enumerate(tokens)
    )


def _single(tokens: list[Token], part: int | None) -> bool:
    """Whether the part is a single one of two: "an eyebrow", "one corner of the mouth"."""
    if part is None or part_name(tokens[part]) not in _HALVED:
        return False
    singular = not re.search(r"s\b", tokens[part].text.split(" of ")[0])
    before, after = tokens[max(0, part - 3) : part], peek(tokens, part + 1)
    article = any(t.text in _ONE for t in before) and before[-1].has("det", "move", "strength", "only", "word")
    compound = after.has("move") and not after.text.endswith(("s", "ed", "n"))
    return singular and article and not compound


def _compares(tokens: list[Token], index: int) -> bool:
    """ "stronger on the left", "the left more than the right"; not "the left corner is raised higher"."""
    compared = any(t.text == "than" for t in tokens)
    leads = [i for i, t in enumerate(tokens) if t.has("lead")]
    return any(abs(i - index) <= 4 and (i < index or compared) for i in leads)


def _meant(tokens: list[Token], sides: list[SideWord], group: list[Movement], index: int) -> list[Movement]:
    """All of a group, or the next part only where each has a side of its own ("the left brow and the right lid")."""
    own = [m.part for m in group if m.part is not None and m.part >= index]
    near = [s for s in sides if s.start >= tokens[group[0].lo].start - 8]
    if len(set(own)) > 1 and len(near) > 1:
        return [m for m in group if m.part == min(own)]
    return group


def _is_side(tokens: list[Token], side: SideWord, index: int) -> bool:
    """ "both" is a side before or behind a plural part; before codes and lists it counts them."""
    token, before = tokens[index], peek(tokens, index - 1)
    if side.side != "both" or side.end - side.start > len("both"):
        return True
    inside = token.start < side.start and token.has("part", "named")
    if inside or token.has("part") or token.text.startswith("both of them"):
        return True
    if [i for i, t in enumerate(tokens[:index]) if t.has("part")] == [index - 1]:
        return re.search(r"s\b", before.text) is not None  # "the brows both rise"
    after = tokens[index + 1 : index + 8]
    for n, follower in enumerate(after):
        if follower.has("part"):
            rest = after[n + 1 :]
            return not (peek(rest, 0).has("and") and any(t.has("part") for t in rest[1:]))
        if follower.has("code") or (follower.has("aux", "punct", "time") and not n):
            return False
        if follower.has("named"):
            return follower.text.endswith("s")
    return False


def _restricts(token: Token, sides: list[SideWord]) -> bool:
    """Whether an "only" restricts the side, not the time or the strength."""
    if token.text not in _ONLY:
        return True
    near = [s for s in sides if s.side != "both" and -40 <= s.start - token.start <= 24]
    if token.text == "alone":
        return any(s.start < token.start for s in near)
    return any(0 < s.start - token.end <= 12 or 0 <= token.start - s.end <= 2 for s in near)
