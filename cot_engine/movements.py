"""Tokens of a clause -> movements: codes, words of their own, and parts with what they do."""

import re
from dataclasses import dataclass, field
from typing import Literal

from cot_engine import lexicon
from cot_engine.facs import ACTION_UNITS, Grade
from cot_engine.report import Stance
from cot_engine.timewords import Timing
from cot_engine.wording import Code, SideWord, Token

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
    sides: list[str] = field(default_factory=list)
    one_sided: bool = False
    stronger: str | None = None
    grades: list[Grade] = field(default_factory=list)
    times: list[Timing] = field(default_factory=list)


@dataclass(frozen=True)
class _Doing:
    """Part token ``part`` (None: carried over from before) doing ``move`` at token ``at``."""

    part: int | None
    name: str
    at: int
    move: str


# Where the first move is said of a part, the others say nothing more about it.
_STRONGER = (
    ("press", "tight in close pull wide thin"), ("close", "tight in inward press"), ("bite", "press pull"), ("suck", "in inward pull press tight back"),
    ("pucker", "in tight"), ("side", "pull back wide in open stretch"), ("stretch", "wide back pull open"), ("open", "down close wide"), ("slack", "open down"),
    ("up", "pull push back curl show"), ("down", "pull push back"), ("curl down", "down curl pull up"), ("forward", "push pull out show"),
    ("puff", "up in push"), ("in", "pull"), ("wide", "open show"), ("bow", "down forward"), ("wrinkle", "up"), ("dimple", "in"),
)  # fmt: skip
# Movements that may be told by where they show.
_PLACED = frozenset("wrinkle dimple deepen tight pull up down in".split())
_WEAK = frozenset("move turn tilt look fixed".split())
# Behind such a verb a particle is part of it ("tensed up", "blown out") and no direction.
_ABSORB = frozenset("tight wrinkle close open press pucker puff in bite suck flare slack show stretch funnel dimple".split())
_PARTICLES = frozenset("up down out back in forward".split())
_WAYS = frozenset(
    "up down upward upwards downward downwards leftward leftwards rightward rightwards forward forwards back backward backwards".split()
)
_REGION = {
    "brow": "brow", "eye": "eye", "cheek": "eye", "gaze": "gaze", "nose": "nose", "mouth": "mouth", "chin": "mouth", "jaw": "mouth",
    "head": "head", "neck": "neck",
}  # fmt: skip


def units(spec: str) -> tuple[tuple[str, ...], Pick]:
    """``"1/2"`` -> both, of which the measured are meant; ``"7>6"`` -> the first that was measured; ``"6+12"`` -> both."""
    pick: Pick = "measured" if "/" in spec else "first" if ">" in spec else "all"
    return tuple(f"AU{n}" for n in re.split(r"[/>+]", spec.removeprefix("!"))), pick


def movements(tokens: list[Token], sides: list[SideWord], carried: tuple[str, ...] = ()) -> list[Movement]:
    """The movements of one clause in order. ``carried`` are the parts a pronoun in it stands for."""
    found = _named(tokens)
    doings = _doings(tokens, carried)
    found += _paired(tokens, doings, sides)
    found += _regions(tokens, doings, carried, found)
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


def _doings(tokens: list[Token], carried: tuple[str, ...]) -> list[_Doing]:
    found: list[_Doing] = []
    for at, token in enumerate(tokens):
        moves = token.get("move")
        if not moves or _of_a_thing(tokens, at) or _absorbed(tokens, at) or _of_a_name(tokens, at):
            continue
        if _looks(tokens, at) and not any(t.has("part") and part_name(t) in ("gaze", "eye") for t in tokens[:at]):
            found.append(_Doing(None, "gaze", at, "look"))
            continue
        if at and _looks(tokens, at - 1) and token.text in _PARTICLES:
            continue
        # "brow raise", "the lip is raised, showing the teeth": the part before comes first.
        passive = next((t.has("part", "aux") for t in reversed(tokens[:at]) if not t.text.endswith("ly")), False)
        first = _subject(tokens, at, moves) if passive else []
        parts = first or _object(tokens, at) or _subject(tokens, at, moves) or _place(tokens, at, moves)
        if parts:
            found += [_Doing(part, name, at, move) for part, name in parts for move in moves]
        elif _fits(carried, moves) and not any(t.has("part", "thing", "subject") for t in tokens[:at]):
            found += [_Doing(None, name, at, move) for name in carried for move in moves]
    return found


def _fits(names: tuple[str, ...], moves: tuple[str, ...]) -> bool:
    return any(move in lexicon.MOVEMENTS.get(name, {}) for name in names for move in moves)


def _looks(tokens: list[Token], at: int) -> bool:
    return bool(re.match(r"(?:look|glanc|gaz|star|peer)", tokens[at].text))


def _absorbed(tokens: list[Token], at: int) -> bool:
    before = tokens[at - 1] if at else None
    return tokens[at].text in _PARTICLES and before is not None and bool(_ABSORB & set(before.get("move")))


def _of_a_name(tokens: list[Token], at: int) -> bool:
    """Whether the word only describes the name behind it: "a wide grin"."""
    return (
        at + 1 < len(tokens) and tokens[at + 1].has("named") and bool({"wide", "tight", "thin"} & set(tokens[at].get("move")))
    )


def _of_a_thing(tokens: list[Token], at: int) -> bool:
    """Whether the movement is that of a hand, a camera or the like."""
    after = at + 1
    while after < len(tokens) and tokens[after].has("det"):
        after += 1
    if after < len(tokens) and tokens[after].has("thing") and not tokens[at].has("aux"):
        return not any(t.has("part") for t in tokens[:at])
    for before in reversed(tokens[:at]):
        if before.has("thing"):
            return True
        if before.has("part", "and", "pronoun", "subject", "prep", "named") or before.text == ",":
            return False
    return False


def _name(tokens: list[Token], index: int) -> str:
    """The part at ``index``; "the lower ones" take their noun from the part named before."""
    before = next((part_name(t) for t in reversed(tokens[:index]) if t.has("part")), "")
    name = part_name(tokens[index])
    return name.replace("lid", "lip") if str(tokens[index].get("part")[0]).endswith(" one") and before.endswith("lip") else name


def part_name(token: Token) -> str:
    """The part a token names; "the lower ones" are lids, "the outer ones" brows."""
    name = str(token.get("part")[0])
    which, _, what = name.partition(" ")
    return f"{which} {'lid' if which in ('upper', 'lower') else 'brow'}" if what == "one" else name


def _object(tokens: list[Token], at: int) -> list[tuple[int, str]]:
    """Parts right behind a movement word: "raises both brows", "parted lips", "lowering of the brows"."""
    word = tokens[at].text
    if word in lexicon.INTRANSITIVE or (word.split()[0] in lexicon.INTRANSITIVE):
        return []
    index = at + 1
    while index < len(tokens):
        token = tokens[index]
        if token.has("part"):
            return _listed(tokens, index, 1)
        joined = token.has("and") or token.text == ","
        if joined and not (index + 1 < len(tokens) and tokens[index + 1].has("move") and not tokens[at].has("aux")):
            return []
        if not (
            joined
            or token.text == "of"
            or token.has("det", "strength", "only", "move")
            or token.text in ("left", "right", "both", "off")
            or token.text.endswith("ly")
        ):
            return []
        if (
            token.text in _PARTICLES
            and not token.has("prep")
            and not (index + 1 < len(tokens) and tokens[index + 1].has("det", "part"))
        ):
            return []
        index += 1
    return []


def _subject(tokens: list[Token], at: int, moves: tuple[str, ...]) -> list[tuple[int, str]]:
    """The nearest part before a movement word that can move so, with the parts it is listed with."""
    for index in range(at - 1, -1, -1):
        if tokens[index].has("part"):
            owner = _owner(tokens, index)
            index = index if owner is None else owner
            name = _name(tokens, index)
            known = lexicon.MOVEMENTS.get(name, {})
            if any(move in known or move in _WEAK for move in moves) or _directs(name, moves):
                return _listed(tokens, index, -1)
        elif tokens[index].has("thing") and index == at - 1:
            return []
    return []


def _owner(tokens: list[Token], index: int) -> int | None:
    """The part of which the part at ``index`` only tells where it is: the lid in "the upper lid of the left eye"."""
    if not tokens[index].has("part"):
        return None
    at = index - 1
    while at > 0 and (tokens[at].has("det") or tokens[at].text in ("left", "right")):
        at -= 1
    return at - 1 if at > 0 and tokens[at].text == "of" and tokens[at - 1].has("part") else None


def _place(tokens: list[Token], at: int, moves: tuple[str, ...]) -> list[tuple[int, str]]:
    """The part where something shows: "tension in the lids", "a crease forms between the brows"."""
    for index in range(at + 1, len(tokens)):
        if tokens[index].has("part"):
            name = _name(tokens, index)
            led = name == "glabella" or any(t.has("prep") for t in tokens[at + 1 : index])
            return [(index, name)] if led and set(moves) & set(lexicon.MOVEMENTS.get(name, {})) & _PLACED else []
    return []


def _directs(name: str, moves: tuple[str, ...]) -> bool:
    name = "gaze" if name == "eye" else name
    return any(move in lexicon.DIRECTIONS.get(name, {}) for move in moves)


def _listed(tokens: list[Token], index: int, step: int) -> list[tuple[int, str]]:
    """The part at ``index`` and those joined to it by "and", "or" or commas, going back (-1) or on (1)."""
    found = [(index, _name(tokens, index))]
    joined, at = False, index + step
    while 0 <= at < len(tokens):
        token = tokens[at]
        if token.has("part"):
            if not joined:
                break
            found.append((at, _name(tokens, at)))
            joined = False
        elif token.has("and") or token.text == ",":
            joined = True
        elif not (token.has("det") or token.text in ("left", "right", "both", "neither")):
            break
        at += step
    if step > 0:
        # Forward, a part with a verb of its own is the subject of something else.
        found = found[:1] + [
            item for item in found[1:] if not (item[0] + 1 < len(tokens) and tokens[item[0] + 1].has("move", "aux", "rest"))
        ]
    return found


def _paired(tokens: list[Token], doings: list[_Doing], sides: list[SideWord]) -> list[Movement]:
    found: list[Movement] = []
    by_part: dict[tuple[int | None, str], list[_Doing]] = {}
    for doing in doings:
        by_part.setdefault((doing.part, doing.name), []).append(doing)
    pulled = any(t.has("move") and {"pull", "in", "move"} & set(t.get("move")) for t in tokens)
    for (part, name), mine in by_part.items():
        known = dict(lexicon.MOVEMENTS.get(name, {}))
        if name in ("brow", "inner brow") and pulled:
            known["close"] = "4"
        said = {doing.move for doing in mine if doing.move in known}
        if name in ("eye", "lid") and "close" in said:
            said.discard("open")
        for strong, weaker in _STRONGER:
            if strong in said:
                said -= set(weaker.split())
        directed = _directions(tokens, name, mine, sides)
        if not directed and name == "head" and any(t.text in ("camera", "viewer", "front", "lens", "frontal") for t in tokens):
            said -= {"turn"}
        if directed:
            said -= {"turn", "tilt", "up", "down", "back", "forward", "look"}
            found += [_movement(tokens, spec, part, at, mine) for spec, at in directed]
        for doing in mine:
            if doing.move in said:
                found.append(_movement(tokens, known[doing.move], part, doing.at, mine))
    return found


def _movement(tokens: list[Token], spec: str, part: int | None, at: int, mine: list[_Doing]) -> Movement:
    aus, pick = units(spec)
    ends = [at, *([part] if part is not None else [])]
    after = part is not None and part < at
    nominal = not after or (
        part is not None and at == part + 1 and not tokens[at].text.endswith("s") and not tokens[part].text.endswith("s")
    )
    return Movement(
        aus,
        pick,
        min(ends),
        max(ends),
        at,
        part,
        opposite=spec.startswith("!"),
        nominal=nominal or tokens[at].text.endswith(("er", "or", "ing")),
    )


def _directions(tokens: list[Token], name: str, mine: list[_Doing], sides: list[SideWord]) -> list[tuple[str, int]]:
    """What a turning or looking part does, and the token that says so, where a direction is given."""
    table = lexicon.DIRECTIONS.get("gaze" if name == "eye" else name, {})
    for doing in mine:
        ways = table.get(doing.move)
        if not ways:
            continue
        known = dict(cell.split("=") for cell in ways.split())
        ahead = [s.side for s in sides if tokens[doing.at].start <= s.start <= tokens[-1].end]
        behind = [
            s.side for s in sides if tokens[0].start <= s.start < tokens[doing.at].start and _is_direction(tokens, s, doing)
        ]
        plain = [way for token in tokens[doing.at :] if token.text in _WAYS for way in token.get("move")]
        both = ["left", "right"]
        for named in (ahead, plain, behind):
            ways_named = [way for side in named for way in (both if side == "both" else [side]) if way in known]
            if ways_named:
                return [(known[way], doing.at) for way in dict.fromkeys(ways_named)]
    return []


def _is_direction(tokens: list[Token], side: SideWord, doing: _Doing) -> bool:
    """A side word is a direction unless it stands right before the part it belongs to ("the left eye")."""
    follows = [t for t in tokens if t.start >= side.end]
    return not (follows and follows[0].has("part") and doing.name != "head")


def _regions(tokens: list[Token], doings: list[_Doing], carried: tuple[str, ...], named: list[Movement]) -> list[Movement]:
    """Parts said to be at rest or not to move."""
    busy = {d.part for d in doings if d.move in lexicon.MOVEMENTS.get(d.name, {})}
    found: list[Movement] = []
    parts: list[tuple[int | None, str]]
    for index, token in enumerate(tokens):
        resting = (
            (token.has("rest") and _rests(tokens, index))
            or token.text.startswith(("back at", "at rest"))
            or token.text == "back in place"
        )
        fixed = "fixed" in token.get("move")
        moving = "move" in token.get("move") or ("look" in token.get("move") and not token.has("phase"))
        ending = "offset" in token.get("phase") and not token.has("hide") and not any(t.has("rest") for t in tokens[:index])
        if not (resting or fixed or moving or ending):
            continue
        parts = [*_object(tokens, index)] or next(
            ([*_listed(tokens, i, -1)] for i in range(index - 1, -1, -1) if tokens[i].has("part")), []
        )
        if not parts and moving:
            parts = next(([*_listed(tokens, i, 1)] for i in range(index + 1, len(tokens)) if tokens[i].has("part")), [])
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
    return bool(one & other) if strict else bool({_REGION[r] for r in one} & {_REGION[r] for r in other})
