"""Asserted, denied or hedged: how far a "not" and a "perhaps" reach in a clause."""

from cot_engine.language.lexicon import words
from cot_engine.language.movements import CONTRASTS, Movement
from cot_engine.language.timewords import TimeWords
from cot_engine.language.wording import Token, peek

_ADVERBS = words(
    """
    very really particularly especially so that too quite all at be been being yet even any is are was were actually clearly
    also to able
    """
)
# "Instead of a smile there is a frown": these deny what they stand before, not the statement that follows.
_BEFORE_NOUNS = words("instead_of rather_than without in_place_of in_the_absence_of absence_of lack_of")
# "No AU6 accompanies the smile": behind these something is spoken of that is there.
_LINKS = words("with in during behind alongside beside after before under accompanies accompany follows precedes joins but")
_DEFINITE = words("the her his this that their but")
_WHICH = words("left right both one ones side sides")
_CAUSES = words("from by due out of because")
_UNTIL = words("until till before earlier")


def set_stances(tokens: list[Token], found: list[Movement]) -> None:
    """Gives every movement of a clause its stance; a denial wins over a doubt."""
    denied = _denied(tokens, found)
    doubts = [i for i in range(len(tokens)) if _doubts(tokens, i)]
    for movement in found:
        no = movement.key in denied or tokens[movement.key].has("negated")
        if movement.pick == "present":
            no = False
        elif movement.region:
            no = no or movement.still
        elif movement.opposite:
            no = not no
        movement.stance = "denied" if no else "hedged" if _doubted(tokens, movement, found, doubts) else "asserted"


def _doubts(tokens: list[Token], index: int) -> bool:
    token, after = tokens[index], peek(tokens, index + 1)
    if token.has("hedge"):
        return not after.has("no") or token.text in ("seems", "seem")
    # "appear raised", but not "appears at 0.6 s".
    return token.text in ("appear", "appears", "appeared") and after.has("move", "rest", "strength", "named")


def _doubted(tokens: list[Token], movement: Movement, found: list[Movement], doubts: list[int]) -> bool:
    """Whether a doubt stands before the movement, or behind it at the end of the clause."""
    last = all(other.key <= movement.key for other in found)
    for index in doubts:
        after = _next(tokens, index)
        if peek(tokens, after).has("exist") and peek(tokens, after + 1).text != "by" and any(m.key < index for m in found):
            # "AU6 may accompany AU12" doubts AU6
            if movement.key < index:
                return True
            continue
        trailing = not any(other.key > index for other in found) and not tokens[index].text.startswith(("suggest", "hint"))
        if index < movement.key or (trailing and (last or index > movement.key)):
            return True
    queried = any(t.text == "?" for t in tokens[movement.hi + 1 : movement.hi + 3])
    return queried or _alternative(tokens, movement.key)


def _alternative(tokens: list[Token], key: int) -> bool:
    """ "AU6 or AU7": the coder could not decide."""
    if not tokens[key].has("code"):
        return False
    joints = [(peek(tokens, at), peek(tokens, at - 1), peek(tokens, at + 1)) for at in (key - 1, key + 1)]
    return any(
        (joint.has("or") or joint.text == "or") and one.has("code") and other.has("code") for joint, one, other in joints
    )


def _denied(tokens: list[Token], found: list[Movement]) -> set[int]:
    """Keys of the movements that a clause denies."""
    reach: set[int] = set()
    for index, token in enumerate(tokens):
        if token.has("no") and not idle(tokens, index):
            reach.update(_reach_of_no(tokens, found, index))
        if not peek(tokens, index - 1).has("no"):
            reach.update(_reach_of_absence(tokens, found, index))
    return reach


def _reach_of_no(tokens: list[Token], found: list[Movement], index: int) -> list[int]:
    token = tokens[index]
    ahead = sorted(m.key for m in found if m.key > index)
    behind = [m.key for m in found if m.key < index]
    following = _next(tokens, index)
    after = peek(tokens, following)
    if token.text == "neither" and after.text in ("left", "right"):
        return behind  # "turned neither left nor right"
    exists = after.has("exist") and peek(tokens, following + 1).text != "by"
    if exists and behind and following not in ahead:
        return _subjects(tokens, found, index)  # "AU4 is not seen"
    if narrows(tokens, index):
        return []
    if token.text == "not" and behind and peek(tokens, index + 1).text == ",":
        return behind[-1:]  # "AU12 not, AU6 yes"
    if tokens[0].text in ("apart", "except", "besides", "beyond", "aside"):
        return []  # "apart from a smile nothing moves"
    if not ahead and token.text in ("no", "none", "never", "not", "nothing", "neither"):
        return _subjects(tokens, found, index)  # "AU4: no"
    return _forward(tokens, index, ahead)


def _reach_of_absence(tokens: list[Token], found: list[Movement], index: int) -> list[int]:
    """What "absent", "gone" or a zero behind a movement denies."""
    token = tokens[index]
    behind = [m.key for m in found if m.key < index]
    if _zero(tokens, index):
        return behind[-1:]
    if "gone" in token.get("phase"):
        # "over" and "done" tell an end only in "is over".
        if token.text in ("over", "done") and not any(t.has("aux") for t in tokens[:index]):
            return []
    elif not token.has("absent"):
        return []
    if [t.text for t in tokens[:index] if t.text in ("(", ")")][-1:] == ["("]:
        return behind[-1:]
    return _subjects(tokens, found, index) if behind else [m.key for m in found if m.key > index]


def _subjects(tokens: list[Token], found: list[Movement], index: int) -> list[int]:
    """Movements named by a noun before ``index``; a verb before it stays said ("the lips part and do not close")."""
    loose = tokens[index].has("absent", "phase")
    return [m.key for m in found if m.key < index and (m.nominal or m.region or m.opposite or loose)]


def _zero(tokens: list[Token], index: int) -> bool:
    token, before = tokens[index], peek(tokens, index - 1)
    return (
        token.has("number")
        and token.get("number")[0] == 0
        and (before.has("code") or before.text in ("=", ":", "at", "is", "of", "was"))
    )


def _next(tokens: list[Token], index: int) -> int:
    """The next token that is no adverb or auxiliary."""
    at = index + 1
    while at < len(tokens) and (tokens[at].text in _ADVERBS or tokens[at].text.endswith("ly")):
        at += 1
    return at


def _forward(tokens: list[Token], index: int, ahead: list[int]) -> list[int]:
    """Keys a "no" reaches: all behind it, up to something that is spoken of as being there."""
    reached: list[int] = []
    for key in ahead:
        if reached:
            between = tokens[reached[-1] + 1 : key]
            listed = any(t.has("and") or t.text in (",", "(") for t in between)
            linked = any(t.text in _LINKS for t in between) and any(t.text in _DEFINITE for t in between)
            opposed = index == 0 and tokens[0].text in CONTRASTS and [t.text for t in between[:1]] == [","]
            if opposed or linked or (tokens[index].text in _BEFORE_NOUNS and not listed):
                break
        reached.append(key)
    return reached


def narrows(tokens: list[Token], index: int) -> bool:
    """ "Instead of both eyes, just the right one ...", "the left rather than the right brow": only the side is denied."""
    at = index + 1
    while peek(tokens, at).has("det", "part") or peek(tokens, at).text in _WHICH:
        at += 1
    after = peek(tokens, at)
    sided = any(t.text in ("left", "right", "both") for t in tokens[index + 1 : at])
    ends = at == len(tokens) or after.has("punct", "aux", "prep") or (after.has("move") and after.text.endswith("s"))
    return tokens[index].text in CONTRASTS and sided and ends


def causal(tokens: list[Token], index: int) -> bool:
    """ "They come from speech, not from an emotion", "..., not because": a cause is denied, no movement."""
    if index and index == len(tokens) - 1:
        return tokens[index - 1].text == ","
    rest = tokens[index + 1 :]
    to = rest[0].text == "to" and any(t.text == "due" for t in tokens[:index]) if rest else False
    cause = bool(rest) and (to or rest[0].text in _CAUSES)
    return cause and not any(t.has("time", "part", "code", "named") or t.text in _WHICH for t in rest)


def idle(tokens: list[Token], index: int) -> bool:
    """Whether a "no" denies no movement: "not until 1 s", "does not fade", "not strong", "not symmetrical"."""
    no, following = tokens[index].text, _next(tokens, index)
    word, then = peek(tokens, following), peek(tokens, following + 1)
    if no in ("hardly", "scarcely"):
        return "move" not in word.get("move")
    determiner = no in ("no", "without")
    if no == "not" and causal(tokens, index):
        return True
    if (no == "no" and peek(tokens, index + 1).text == ",") or begins_late(tokens, index):
        return True
    if word.has("symmetry") and no != "no":
        return True
    if word.text in ("a", "an", "the", "fully", "entirely", "perfectly") and then.has("symmetry"):
        return True
    if word.text == "a" and then.has("strength"):
        return any(t.text == "it" for t in tokens[:index])  # "it is not a strong smile"
    if word.has("phase") and not determiner and not word.has("exist"):
        return not {"onset", "gone"} & set(word.get("phase"))
    if word.has("strength") and not determiner and no != "never":
        return not then.has("move", "named", "part", "code")
    return word.has("only") and no == "not"


def ends_not(tokens: list[Token], index: int) -> bool:
    """ "does not last until the end": the time is denied, not the movement."""
    told = peek(tokens, _next(tokens, index)).get("phase")
    return bool({"hold", "offset", "apex"} & set(told)) and idle(tokens, index)


def begins_late(tokens: list[Token], index: int) -> bool:
    """ "not until 1 s ..." and "does not begin until 1 s" assert a beginning."""
    following = _next(tokens, index)
    rest = tokens[following:]
    if not any(t.has("time") for t in rest):
        return False
    if rest[0].text in _UNTIL and following == index + 1:
        return True
    return "onset" in rest[0].get("phase") and any(t.text in _UNTIL for t in rest)


def late_time(tokens: list[Token]) -> TimeWords | None:
    """The time of a beginning told as "not until"."""
    for index, token in enumerate(tokens):
        if token.has("no") and begins_late(tokens, index):
            told: TimeWords = next(t for t in tokens[index:] if t.has("time")).get("time")[0]
            return told
    return None
