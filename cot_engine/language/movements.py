"""Tokens of a clause -> movements: codes, words of their own, and parts with what they do."""

import re
from dataclasses import dataclass, field
from typing import Literal

from cot_engine.facs import ACTION_UNITS, Grade, Side
from cot_engine.language import lexicon
from cot_engine.language.codes import Code
from cot_engine.language.pairing import Doing, doings, listed, object_of, part_name, told
from cot_engine.language.sides import SideWord
from cot_engine.language.timewords import Timing
from cot_engine.language.wording import Token
from cot_engine.report import Stance

# Which of several action units a mention stands for: all; those that were measured, or all where none was (raised
# eyebrows); the first that was measured (narrowed eyes); those that were measured and no others (the brows relax).
Pick = Literal["all", "measured", "first", "present"]


@dataclass
class Movement:
    """A movement named in tokens ``lo``..``hi``; negation must reach ``key``. The rest is filled in from the words around it.

    ``part`` is the token of the part that moves; ``opposite``: the words describe the opposite ("lips closed"); ``still``: a
    part said to be at rest; ``region``: a part of which any movement is spoken of; ``nominal``: named by a noun or code.
    """

    aus: tuple[str, ...]
    pick: Pick
    lo: int
    hi: int
    key: int
    part: int | None = None
    opposite: bool = False
    still: bool = False
    region: bool = False
    nominal: bool = False
    code: Code | None = None
    stance: Stance = "asserted"
    sides: list[Side] = field(default_factory=list)
    one_sided: bool = False
    stronger: Side | None = None
    grades: list[Grade] = field(default_factory=list)
    times: list[Timing] = field(default_factory=list)


# "Instead of a smile there is a frown", "pressed rather than parted": what follows is not there.
CONTRASTS = lexicon.words("instead_of rather_than in_place_of")
# Regions whose codes and words may mean the same movement.
_NEIGHBOURS = {"cheek": "eye", "chin": "mouth", "jaw": "mouth"}


def units(spec: str) -> tuple[tuple[str, ...], Pick]:
    """``"1/2"``: both, of which the measured are meant; ``"7>6"``: the first that was measured; ``"6+12"``: both."""
    pick: Pick = "measured" if "/" in spec else "first" if ">" in spec else "all"
    return tuple(f"AU{n}" for n in re.split(r"[/>+]", spec.removeprefix("!"))), pick


def movements(tokens: list[Token], sides: list[SideWord], carried: tuple[str, ...] = ()) -> list[Movement]:
    """The movements of one clause in order. ``carried`` are the parts a pronoun in it stands for."""
    found = _named(tokens)
    pairs = doings(tokens, carried)
    found += [_movement(tokens, spec, doing) for spec, doing in told(tokens, pairs, sides)]
    found += _regions(tokens, pairs, carried, found)
    found.sort(key=lambda m: (m.lo, m.hi))
    return _without_glosses(tokens, found)


def _named(tokens: list[Token]) -> list[Movement]:
    found = []
    for index, token in enumerate(tokens):
        for code in token.get("code"):
            found.append(Movement((code.au,), "all", index, index, index, nominal=True, code=code))
        for spec in token.get("named"):
            aus, pick = units(spec)
            found.append(Movement(aus, pick, index, index, index, nominal=True, opposite=spec.startswith("!")))
        # "cheek raiser (6)": a bare number in brackets behind a name repeats it as a code.
        if (
            token.has("number")
            and 0 < index < len(tokens) - 1
            and tokens[index - 1].text == "("
            and tokens[index + 1].text == ")"
        ):
            au = f"AU{token.get('number')[0]:g}"
            if au in ACTION_UNITS and index > 1 and tokens[index - 2].has("move", "part", "named"):
                found.append(Movement((au,), "all", index, index, index, nominal=True))
    return found


def _movement(tokens: list[Token], spec: str, doing: Doing) -> Movement:
    aus, pick = units(spec)
    at, part = doing.at, doing.part if doing.part is not None else doing.at
    verb = tokens[at].text
    compound = at == part + 1 and not verb.endswith("s") and not tokens[part].text.endswith("s")
    nominal = part >= at or compound or verb.endswith(("er", "or", "ing"))
    return Movement(
        aus, pick, min(at, part), max(at, part), at, doing.part, opposite=spec.startswith("!"), nominal=nominal
    )  # fmt: skip


def _regions(tokens: list[Token], pairs: list[Doing], carried: tuple[str, ...], named: list[Movement]) -> list[Movement]:
    """Parts said to be at rest or not to move."""
    busy = {d.part for d in pairs if d.move in lexicon.MOVEMENTS.get(d.name, {})}
    found: list[Movement] = []
    parts: list[tuple[int | None, str]]
    for index, token in enumerate(tokens):
        resting = token.has("rest") and _rests(tokens, index)
        fixed = "fixed" in token.get("move")
        moving = "move" in token.get("move") or ("look" in token.get("move") and not token.has("phase"))
        ending = "offset" in token.get("phase") and not token.has("hide") and not any(t.has("rest") for t in tokens[:index])
        if not (resting or fixed or moving or ending):
            continue
        parts = [*object_of(tokens, index)] or next(
            ([*listed(tokens, i, -1)] for i in range(index - 1, -1, -1) if tokens[i].has("part")), []
        )
        if not parts and moving:
            parts = next(([*listed(tokens, i, 1)] for i in range(index + 1, len(tokens)) if tokens[i].has("part")), [])
        if not parts and not any(t.has("part", "thing", "subject") for t in tokens[:index]):
            parts = [(None, name) for name in carried if resting or fixed or moving]
        for part, name in parts:
            gazing = "look" in token.get("move") and "move" not in token.get("move")
            if name == "eye" and token.text in ("rest", "rests"):
                name = "gaze"
            if (fixed or gazing) and not resting:
                if name not in ("gaze", "eye"):
                    continue
                name = "gaze"
            pick: Pick = "all" if resting or fixed or moving else "present"
            spoken_of = any(m.part == part for m in (*named, *found) if m.part is not None)
            if part in busy or spoken_of or (pick == "present" and named) or not (aus := lexicon.still(name)):
                continue
            lo, hi = (index, index) if part is None else (min(part, index), max(part, index))
            found.append(Movement(aus, pick, lo, hi, index, part, still=resting or fixed, region=pick == "all"))
    return found


def _rests(tokens: list[Token], index: int) -> bool:
    """ "still" is rest after "stay" or "is" at the end of a statement, but not in "is still raised" or "still there"."""
    word = tokens[index]
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    before = tokens[index - 1] if index else None
    if word.text == "still":
        return (
            before is not None
            and before.has("aux", "phase", "and", "part")
            and (after is None or not after.has("move", "exist", "part", "aux", "phase", "named", "det", "no", "word"))
        )
    if word.text in ("rest", "rests") and after is not None and after.text == "on":
        return any(t.has("part") and part_name(t) in ("gaze", "eye") for t in tokens[:index])
    if word.text in ("rest", "rests", "put"):
        return before is not None and (
            before.has("part", "phase", "aux", "pronoun") or before.text.endswith("ly") or before.text == "at"
        )
    return True


def _without_glosses(tokens: list[Token], found: list[Movement]) -> list[Movement]:
    """A name and the code beside it are one movement; where they differ the code counts."""
    codes = [m for m in found if m.nominal and (tokens[m.lo].has("code") or tokens[m.lo].has("number"))]
    kept = []
    for movement in found:
        if movement in codes or movement.region:
            kept.append(movement)
            continue
        others = [c for c in codes if _beside(tokens, movement, c, codes)]
        if others and not any(set(c.aus) & set(movement.aus) for c in others):
            others = [c for c in others if _alike(c, movement, strict=tokens[others[0].lo - 1].text != "(")]
        if others:
            # The code takes over the words said of the name: its span reaches over both.
            for code in others:
                code.lo, code.hi = min(code.lo, movement.lo), max(code.hi, movement.hi)
                code.part = code.part if code.part is not None else movement.part
                code.opposite = movement.opposite and code.aus == movement.aus
                if not movement.nominal:
                    code.key, code.nominal = max(code.key, movement.key), False
            continue
        kept.append(movement)
    if any(m.aus == ("AU46",) for m in kept):
        # "The right eye is shut in a wink": the wink is all that is meant.
        shut = [m for m in kept if m.aus == ("AU43",) and m.part is not None]
        for movement in kept:
            if shut and movement.aus == ("AU46",):
                movement.lo, movement.part = min(movement.lo, shut[0].lo), shut[0].part
        kept = [m for m in kept if m not in shut]
    definite = {au for m in kept if m.pick == "all" and not m.region for au in m.aus}
    return [m for m in kept if m.pick == "all" or m.region or not definite & set(m.aus)]


def _beside(tokens: list[Token], movement: Movement, code: Movement, codes: list[Movement]) -> bool:
    """Whether only a bracket, a comma or further codes stand between the two."""
    lo, hi = (movement.hi, code.lo) if code.lo > movement.hi else (code.hi, movement.lo)
    if movement.lo < code.key < movement.hi:
        # A part, the code and what the part does: the code belongs to the nearer one, and not across "rather than".
        lo, hi = min((movement.lo, code.key), (code.key, movement.hi), key=lambda gap: gap[1] - gap[0])
        if any(t.text in CONTRASTS for t in tokens[code.key : movement.hi]):
            return False
    spots = {c.key for c in codes}
    between = [tokens[i] for i in range(lo + 1, hi) if i not in spots]
    return len(between) <= 4 and all(
        t.text in ("(", ")", ",", "the", "i.e", ".", "or", "a", "/", "[", "]", ":", "-", "+", "and", "=", "aka")
        or t.has("and", "strength")
        or t.text.endswith("ly")
        for t in between
    )


def _alike(code: Movement, movement: Movement, *, strict: bool) -> bool:
    one, other = ({ACTION_UNITS[au].region for au in m.aus} for m in (code, movement))
    return bool(one & other) if strict else bool({_NEIGHBOURS.get(r, r) for r in one} & {_NEIGHBOURS.get(r, r) for r in other})
