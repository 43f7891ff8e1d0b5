"""Statements on the whole face: at rest, nothing else moves, what is hidden, talking."""

from dataclasses import replace

from cot_engine.language.lexicon import words
from cot_engine.language.mention import Mention, Topic, one_of
from cot_engine.language.movements import CONTRASTS
from cot_engine.language.pairing import part_name
from cot_engine.language.qualifiers import Words
from cot_engine.language.stances import causal
from cot_engine.language.timewords import START, Timing
from cot_engine.language.wording import Token, peek
from cot_engine.report import Stance

_OPENING = words("opens starts begins opening initial")


def about_face(said: Words, start: int, end: int) -> Mention | None:
    """What a clause without a movement of its own says of the whole face; None where it says nothing of the kind."""
    tokens, times = said.tokens, said.times
    parts = tuple(dict.fromkeys(part_name(t) for t in tokens if t.has("part")))
    texts = {t.text for t in tokens}
    topic, stance = _topic(tokens, parts)
    if topic is None and times and "everything" in texts and any({"offset", "gone"} & set(t.get("phase")) for t in tokens):
        # "Everything relaxes by 1.7 s": rest from then on.
        topic, times = "rest", tuple(replace(t, kind="after") for t in times)
    if topic is None:
        return None
    if topic == "rest" and not times and texts & _OPENING:
        times = (Timing("at", START, START),)
    side = one_of([s.side for s in said.sides]) if topic == "hidden" else None
    return Mention((), "all", stance, start, end, side, times=times, topic=topic, parts=parts)


def _contrast(tokens: list[Token], index: int) -> bool:
    """ "Talking, not laughing", "talking rather than laughing": what is denied is the other thing."""
    aside = tokens[index].text in CONTRASTS or (tokens[index].text == "not" and peek(tokens, index - 1).text == ",")
    return aside and peek(tokens, index + 1).has("word") and any(t.has("talk") for t in tokens[:index])


def _topic(tokens: list[Token], parts: tuple[str, ...]) -> tuple[Topic | None, Stance]:
    roles = {role for token in tokens for role in token.tags}
    denied = "no" in roles
    if "others" in roles:
        none = any(t.has("others") and t.text.startswith(("no ", "nothing")) for t in tokens)
        return ("others" if none or denied or {"rest", "absent"} & roles else None), "denied"
    if any(t.has("talk") and not t.has("not_talk") for t in tokens):
        silent = any(t.has("no") and not (causal(tokens, i) or _contrast(tokens, i)) for i, t in enumerate(tokens))
        return "talking", "denied" if silent else "asserted"
    if parts not in ((), ("face",)):
        unseen = denied and "visible" in roles
        hidden = unseen or ("hide" in roles) != denied
        return ("hidden" if {"hide", "visible"} & roles else None), "asserted" if hidden else "denied"
    moves = "exist" in roles or any("move" in t.get("move") for t in tokens)
    still = denied and moves and not {"pronoun", "thing"} & roles
    none = any(t.has("all") and t.text.startswith("no ") for t in tokens)
    return ("rest" if still or none or (parts and "rest" in roles) else None), "asserted"
