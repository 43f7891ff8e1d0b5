"""Asserted, denied or hedged: how far a "not" and a "perhaps" reach in a clause, and which sentences claim nothing."""

from cot_engine.movements import Movement
from cot_engine.timewords import TimeWords
from cot_engine.wording import Token

_ADVERBS = frozenset(
    "very really particularly especially so that too quite all at be been being yet even any is are was were actually clearly also to able".split()
)
# "Instead of a smile there is a frown": these deny what they stand before, not the statement that follows.
_FOR = frozenset(("instead of", "rather than", "without", "in place of", "in the absence of", "absence of", "lack of"))
_LINKS = frozenset(
    "with in during behind alongside beside after before under accompanies accompany follows precedes joins under".split()
)


def is_question(text: str, tokens: list[Token]) -> bool:
    """Whether a sentence asks; a code with a question mark is a doubt, not a question."""
    if "?" not in text or not any(t.text == "?" for t in tokens[-2:]):
        return False
    words = [t for t in tokens if not t.has("punct", "code", "and", "strength")]
    return len(words) > 3 or bool(
        words and words[0].text in ("is", "are", "do", "does", "did", "has", "was", "were", "what", "which", "why", "can")
    )


def is_general(opener: str, tokens: list[Token], found: list[Movement]) -> bool:
    """Whether a clause speaks of faces in general, of what would be, or of what a code means."""
    texts = [t.text for t in tokens]
    if opener in ("if", "unless", "whenever"):
        return True
    for index, token in enumerate(tokens):
        if token.has("generic") and not (token.text in ("expected", "expect") and "as" in texts[max(0, index - 1) : index]):
            return True
        if token.has("elsewhere"):
            return True
        if token.has("often") and any(
            t.has("means", "exist")
            or t.text in ("signal", "signals", "indicate", "indicates", "express", "expresses", "suggest")
            for t in tokens[index:]
        ):
            return True
        if token.has("emotion") and _typical(tokens, index):
            return True
        if token.has("means") and index and tokens[index - 1].has("code", "named", "move", "part"):
            return True
    # "AU12 is the lip corner puller": a definition.
    codes = [m for m in found if tokens[m.lo].has("code")]
    return any(
        texts[m.lo + 1 : m.lo + 3] in (["is", "the"], ["=", "the"]) and any(o.lo in range(m.lo + 3, m.lo + 6) for o in found)
        for m in codes
    )


def _typical(tokens: list[Token], index: int) -> bool:
    """ "Anger lowers the brows", "in sadness the lip corners go down": an emotion, not this face."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if index == 0:
        return after is not None and after.has("shows")
    return index == 1 and tokens[0].text in ("in", "for", "with", "during") and (after is None or not after.has("and"))


def set_stances(tokens: list[Token], found: list[Movement], *, doubted: bool = False) -> None:
    """Gives every movement of a clause its stance. ``doubted``: the clause hangs on a doubt ("it could be that ...")."""
    reach = denials(tokens, found)
    for movement in found:
        denied = movement.key in reach or tokens[movement.key].has("negated")
        if movement.pick == "present":
            movement.stance = "asserted"
        elif movement.region:
            denied = movement.still or denied
            movement.stance = "denied" if denied else "asserted"
        elif movement.opposite:
            movement.stance = "asserted" if denied else "denied"
        else:
            movement.stance = "denied" if denied else "asserted"
    hedges = [i for i, t in enumerate(tokens) if _doubts(tokens, i)]
    for movement in found:
        if movement.stance != "asserted":
            continue
        before = [i for i in hedges if i < movement.key]
        behind = [
            i
            for i in hedges
            if i > movement.key and not any(m.key > i for m in found) and not tokens[i].text.startswith(("suggest", "hint"))
        ]
        if doubted or before or behind or _alternative(tokens, movement) or _queried(tokens, movement):
            movement.stance = "hedged"


def _doubts(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.has("hedge"):
        return not (after is not None and after.has("no")) or token.text in ("seems", "seem")
    # "appear raised", but not "appears at 0.6 s".
    return (
        token.text in ("appear", "appears", "appeared") and after is not None and after.has("move", "rest", "strength", "named")
    )


def _alternative(tokens: list[Token], movement: Movement) -> bool:
    if not tokens[movement.lo].has("code") and not tokens[movement.key].has("code"):
        return False
    spots = (movement.key - 1, movement.key + 1)
    return any(
        0 < i < len(tokens) - 1
        and (tokens[i].has("or") or tokens[i].text == "or")
        and tokens[i - 1].has("code")
        and tokens[i + 1].has("code")
        for i in spots
    )


def _queried(tokens: list[Token], movement: Movement) -> bool:
    return any(t.text == "?" for t in tokens[movement.hi + 1 : movement.hi + 3])


def denials(tokens: list[Token], found: list[Movement]) -> set[int]:
    """Keys of the movements that the clause denies."""
    reach: set[int] = set()
    keys = sorted(m.key for m in found)
    for index, token in enumerate(tokens):
        if token.has("no"):
            if idle(tokens, index):
                continue
            following = _next(tokens, index)
            existence = following is not None and tokens[following].has("exist") and not _passive_link(tokens, following)
            if token.text == "neither" and following is not None and tokens[following].text in ("left", "right"):
                # "turned neither left nor right"
                reach.update(k for k in keys if k < index)
            ahead = [k for k in keys if k > index]
            behind = [k for k in keys if k < index]
            if existence and behind and not any(k == following for k in ahead):
                reach.update(_subjects(tokens, found, index))
                continue
            if tokens[0].text in ("apart", "except", "besides", "beyond", "aside"):
                continue
            if not ahead and behind and token.text in ("no", "none", "never", "not", "nothing", "neither"):
                reach.update(_subjects(tokens, found, index))
            reach.update(_forward(tokens, index, ahead))
        if token.has("absent") or (token.text == "gone" or "gone" in token.get("phase")) or _zero(tokens, index):
            if not (index and tokens[index - 1].has("no")):
                if (
                    "gone" in token.get("phase")
                    and not any(t.has("aux") for t in tokens[:index])
                    and token.text in ("over", "done")
                ):
                    continue
                behind = [k for k in keys if k < index]
                bracket = [t.text for t in tokens[:index] if t.text in "()"][-1:] == ["("]
                if bracket or _zero(tokens, index):
                    reach.update(behind[-1:])
                else:
                    reach.update(_subjects(tokens, found, index) if behind else [k for k in keys if k > index])
    return reach


def _subjects(tokens: list[Token], found: list[Movement], index: int) -> list[int]:
    return [
        m.key for m in found if m.key < index and (m.nominal or m.region or m.opposite or tokens[index].has("absent", "phase"))
    ]


def _zero(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    if not token.has("number") or token.get("number")[0] != 0:
        return False
    return index > 0 and (tokens[index - 1].text in ("=", ":", "at", "is", "of", "was") or tokens[index - 1].has("code"))


def _next(tokens: list[Token], index: int) -> int | None:
    for at in range(index + 1, len(tokens)):
        if not (tokens[at].text in _ADVERBS or tokens[at].text.endswith("ly")):
            return at
    return None


def _passive_link(tokens: list[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text == "by"


def _forward(tokens: list[Token], index: int, ahead: list[int]) -> list[int]:
    """Keys a "no" reaches: all behind it, but "no AU6 accompanies the smile" leaves the smile alone."""
    reached: list[int] = []
    for key in ahead:
        between = tokens[(reached[-1] if reached else index) + 1 : key]
        if reached and tokens[index].text in _FOR and not any(t.has("and") or t.text in (",", "(") for t in between):
            break
        if (
            reached
            and any(t.text in _LINKS or t.text == "but" for t in between)
            and any(t.text in ("the", "her", "his", "this", "but", "that", "their") for t in between)
        ):
            break
        reached.append(key)
    return reached


def idle(tokens: list[Token], index: int) -> bool:
    """A "no" that denies no movement: "not until 1 s", "does not fade", "not strong", "not symmetrical"."""
    following = _next(tokens, index)
    if following is None:
        return False
    word = tokens[following]
    if tokens[index].text == "no" and tokens[index + 1].text == ",":
        return True
    if begins_late(tokens, index):
        return True
    if (
        tokens[index].text != "no"
        and word.has("symmetry")
        or (
            word.text in ("a", "an", "fully", "entirely", "perfectly", "the")
            and following + 1 < len(tokens)
            and tokens[following + 1].has("symmetry")
        )
    ):
        return True
    if word.has("phase") and tokens[index].text not in ("no", "without") and not word.has("exist"):
        return not {"onset", "gone"} & set(word.get("phase"))
    if (
        word.text == "a"
        and following + 2 < len(tokens)
        and tokens[following + 1].has("strength")
        and any(t.text == "it" for t in tokens[:index])
    ):
        return True
    if word.has("strength") and tokens[index].text not in ("no", "without", "never"):
        rest = tokens[following + 1] if following + 1 < len(tokens) else None
        return rest is None or not rest.has("move", "named", "part", "code")
    return word.has("only") and tokens[index].text in ("not",)


def ends_not(tokens: list[Token], index: int) -> bool:
    """ "does not last until the end": the time is denied, not the movement."""
    following = _next(tokens, index)
    return (
        following is not None and bool({"hold", "offset", "apex"} & set(tokens[following].get("phase"))) and idle(tokens, index)
    )


def begins_late(tokens: list[Token], index: int) -> bool:
    """ "not until 1 s ..." and "does not begin until 1 s" assert a beginning."""
    following = _next(tokens, index)
    if following is None:
        return False
    word = tokens[following]
    timed = any(t.has("time") for t in tokens[following:])
    if word.text in ("until", "till", "before", "earlier") and following == index + 1:
        return timed
    later = [t.text for t in tokens[following:]]
    return timed and "onset" in word.get("phase") and any(w in ("until", "till", "before") for w in later)


def late_time(tokens: list[Token]) -> TimeWords | None:
    """The time of a beginning told as "not until"."""
    for index, token in enumerate(tokens):
        if token.has("no") and begins_late(tokens, index):
            found = next((t.get("time")[0] for t in tokens[index:] if t.has("time")), None)
            return found if isinstance(found, TimeWords) else None
    return None
