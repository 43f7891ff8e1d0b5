"""Which part does what in a clause: movement words joined to the parts they are said of."""

import re
from dataclasses import dataclass

from cot_engine.language import lexicon
from cot_engine.language.lexicon import words
from cot_engine.language.sides import SideWord
from cot_engine.language.wording import Token


@dataclass(frozen=True)
class Doing:
    """Part ``name`` at token ``part`` (None: named in an earlier clause) doing ``move``, told by token ``at``."""

    part: int | None
    name: str
    at: int
    move: str


# Where the first move is said of a part, the others say nothing more about it.
_STRONGER = (
    ("press", "tight in close pull wide thin"), ("close", "tight in inward press"), ("bite", "press pull"),
    ("pucker", "in tight"),
    ("suck", "in inward pull press tight back"), ("side", "pull back wide in open stretch"), ("stretch", "wide back pull open"),
    ("open", "down close wide"), ("slack", "open down"), ("up", "pull push back curl show"), ("down", "pull push back"),
    ("curl down", "down curl pull up"), ("forward", "push pull out show"), ("puff", "up in push"), ("in", "pull"),
    ("wide", "open show"), ("bow", "down forward"), ("wrinkle", "up"), ("dimple", "in"),
)  # fmt: skip
# Movements that may be told by where they show.
_PLACED = words("wrinkle dimple deepen tight pull up down in")
# Movements that only one part makes.
_OWNERS = {"pucker": "lip", "puff": "cheek", "flare": "nostril"}
_WEAK = words("move turn tilt look fixed")
# Behind such a verb a particle is part of it ("tensed up", "blown out") and no direction.
_ABSORB = words("tight wrinkle close open press pucker puff in bite suck flare slack show stretch funnel dimple")
_PARTICLES = words("up down out back in forward")
_WAYS = words(
    "up down upward upwards downward downwards leftward leftwards rightward rightwards forward forwards back backward backwards"
)


def doings(tokens: list[Token], carried: tuple[str, ...]) -> list[Doing]:
    """Every movement word of a clause with the parts it is said of; ``carried`` are the parts a pronoun stands for."""
    found: list[Doing] = []
    for at, token in enumerate(tokens):
        moves = token.get("move")
        if not moves or _of_a_thing(tokens, at) or _absorbed(tokens, at) or _of_a_name(tokens, at):
            continue
        if _looks(tokens, at) and not any(t.has("part") and part_name(t) in ("gaze", "eye") for t in tokens[:at]):
            found.append(Doing(None, "gaze", at, "look"))
            continue
        if at and _looks(tokens, at - 1) and token.text in _PARTICLES:
            continue
        # "brow raise", "the lip is raised, showing the teeth": the part before comes first.
        passive = next((t.has("part", "aux") for t in reversed(tokens[:at]) if not t.text.endswith("ly")), False)
        first = _subject(tokens, at, moves) if passive else []
        parts = first or object_of(tokens, at) or _subject(tokens, at, moves) or _place(tokens, at, moves)
        if parts:
            found += [Doing(part, name, at, move) for part, name in parts for move in moves]
        elif _fits(carried, moves) and not any(t.has("part", "thing", "subject") for t in tokens[:at]):
            found += [Doing(None, name, at, move) for name in carried for move in moves]
        elif _is_noun(tokens, at):
            found += [Doing(None, _OWNERS[move], at, move) for move in moves if move in _OWNERS]
    return found


def _is_noun(tokens: list[Token], at: int) -> bool:
    """ "No pucker", "a flare": the movement as a noun in its plain form."""
    before = tokens[at - 1] if at else None
    return tokens[at].text in _OWNERS and (before is None or before.text == "," or before.has("no", "det", "and", "strength"))


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


def object_of(tokens: list[Token], at: int) -> list[tuple[int, str]]:
    """Parts right behind a movement word: "raises both brows", "parted lips", "lowering of the brows"."""
    word = tokens[at].text
    if word in lexicon.INTRANSITIVE or (word.split()[0] in lexicon.INTRANSITIVE):
        return []
    index = at + 1
    while index < len(tokens):
        token = tokens[index]
        if token.has("part"):
            return listed(tokens, index, 1)
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
                return listed(tokens, index, -1)
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


def listed(tokens: list[Token], index: int, step: int) -> list[tuple[int, str]]:
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


def told(tokens: list[Token], found: list[Doing], sides: list[SideWord]) -> list[tuple[str, Doing]]:
    """What the doings of a clause come to: entries of ``lexicon.MOVEMENTS`` with the doing that tells them."""
    result: list[tuple[str, Doing]] = []
    by_part: dict[tuple[int | None, str], list[Doing]] = {}
    for doing in found:
        by_part.setdefault((doing.part, doing.name), []).append(doing)
    pulled = any({"pull", "in", "move"} & set(t.get("move")) for t in tokens)
    for (_, name), mine in by_part.items():
        known = dict(lexicon.MOVEMENTS.get(name, {}))
        if name in ("brow", "inner brow") and pulled:
            known["close"] = "4"  # "pulled down and together"
        said = {doing.move for doing in mine if doing.move in known}
        if name in ("eye", "lid") and "close" in said:
            said.discard("open")  # "close and open again"
        for strong, weaker in _STRONGER:
            if strong in said:
                said -= set(weaker.split())
        directed = _directions(tokens, name, mine, sides)
        if directed:
            said -= {"turn", "tilt", "up", "down", "back", "forward", "look"}
        elif name == "head" and any(t.text in ("camera", "viewer", "front", "lens", "frontal") for t in tokens):
            said -= {"turn"}
        result += directed + [(known[doing.move], doing) for doing in mine if doing.move in said]
    return result


def _directions(tokens: list[Token], name: str, mine: list[Doing], sides: list[SideWord]) -> list[tuple[str, Doing]]:
    """What a turning or looking part does where a direction is given."""
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
                return [(known[way], doing) for way in dict.fromkeys(ways_named)]
    return []


def _is_direction(tokens: list[Token], side: SideWord, doing: Doing) -> bool:
    """A side word is a direction unless it stands right before the part it belongs to ("the left eye")."""
    follows = [t for t in tokens if t.start >= side.end]
    return not (follows and follows[0].has("part") and doing.name != "head")
