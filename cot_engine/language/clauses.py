"""Tokens of a sentence -> clauses: stretches that say one thing, so that a "not" in one does not reach into the next.

A clause ends at a semicolon, a dash, most colons and at words like "but" or "while" (``opener`` of the next clause); and at a
comma or "and" behind which a new subject with its own verb follows.
"""

from dataclasses import dataclass

from cot_engine.language.lexicon import words
from cot_engine.language.wording import Token, peek


@dataclass(frozen=True)
class Clause:
    """``opener`` is the word that began it ("but", "which", "and", "" for the first); ``tokens`` do not hold it."""

    opener: str
    tokens: list[Token]


_LABEL = ("part", "move", "code", "named", "det", "and", "strength", "punct", "word", "number", "unknown_code")
_PREDICATES = ("aux", "move", "named", "exist", "rest", "phase", "absent", "strength", "number")
_VERBS = ("aux", "no", "phase", "rest", "hedge", "hide", "absent", "exist")
_HEADS = ("part", "code", "named", "thing", "subject", "pronoun", "others")
_SIDES = ("left", "right", "both")
_PLURALS = ("are", "were", "do", "have", "remain", "stay")
_DO = ("do", "does", "did")
_ADVERBS = words("then also too still again already later so now just next soon finally")


def clauses(tokens: list[Token]) -> list[Clause]:
    """The clauses of one sentence; together they hold all its tokens but the separators."""
    found: list[Clause] = []
    opener, start, depth = "", 0, 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        here = tokens[start:index]
        if token.text in "—–" or (depth <= 0 and _ends(tokens, index, here)):
            if here:
                found.append(Clause(opener, here))
            if here or token.has("break") or not opener:
                opener = token.text
            start = index + 1
    if tokens[start:]:
        found.append(Clause(opener, tokens[start:]))
    return found


def _ends(tokens: list[Token], index: int, here: list[Token]) -> bool:
    """Whether the token at ``index`` ends the clause that holds the tokens ``here``."""
    token = tokens[index]
    if token.text == ":":
        # "AU12: 0.6-2.4 s", "Brows: relaxed", "Absent: AU4" are one statement each.
        heading = len(here) <= 3 and all(t.has("no", "absent", "exist") for t in here)
        label = all(t.has(*_LABEL) and not t.has("exist") for t in here)
        return not (heading or label or peek(tokens, index + 1).has("time"))
    if token.text == ";":
        return True
    if token.has("break"):
        return _breaks(tokens, index, here)
    listing = token.has("and") and not token.has("sep")
    return (listing or token.text == ",") and _new_statement(tokens, index, here)


def _breaks(tokens: list[Token], index: int, here: list[Token]) -> bool:
    word, after, before = tokens[index].text, peek(tokens, index + 1), peek(here, len(here) - 1)
    if word == "but":
        return not any(t.has("not_no") for t in here)  # "not only ... but also"
    if word in ("since", "until", "till", "before", "after"):
        timed = any(t.has("time") for t in tokens[index + 1 : index + 4] if not t.has("part", "aux"))
        return after.has("pronoun") or not timed
    if word == "as" and (after.text in ("a", "an", "well", "in") or before.text in ("much", "such", "same", "so")):
        return False
    if word in ("once", "as"):
        return after.has(*_HEADS, "det") or after.text in _SIDES  # "nods once" goes on
    return not (word == "yet" and before.has("no"))


def _new_statement(tokens: list[Token], index: int, here: list[Token]) -> bool:
    """Whether a new subject with its own verb follows the comma or "and" at ``index``."""
    if not _has_predicate(here) or (tokens[index].text == "and" and _shares_verb(tokens, index, here)):
        return False
    at, inverted = index, False
    while at < len(tokens):
        token = tokens[at]
        turned = token.text in _DO or (token.has("aux") and tokens[at - 1].text == "so")
        if token.text in ("or", "nor", "/", "+") or token.has("or"):
            return False
        if not (turned or token.has("and") or token.text == "," or _adverb(token)):
            break
        inverted |= turned
        at += 1
    if peek(tokens, at).text == "with" and any(t.has("no") for t in here):
        return True
    head = _head(tokens, at)
    if head is None:
        return False
    if inverted or peek(tokens, head + 1).has("too"):
        return True  # "and so do the cheeks", "the cheeks too"
    subject, verb = tokens[head], peek(tokens, _skip(tokens, head + 1 + _compound(tokens, head)))
    if verb.has("and"):
        return False
    if verb.has("subject") and peek(tokens, head + 2).has("no", "aux"):
        return True  # "mouth I cannot see"
    if verb.has(*_VERBS) or (subject.has("code", "named") and verb.has("strength")):
        return True
    if subject.has("subject", "pronoun") and verb.has("named", "word"):
        return True
    if verb.has("move"):
        form = verb.text.split()[0]
        finite = not subject.has("part") or _plural(subject) or form.endswith(("s", "ed", "n", "t"))
        return finite and not form.endswith("ing")
    return verb.has("word") and verb.text.endswith(("s", "ed")) and subject.has("part", "thing")


def _shares_verb(tokens: list[Token], index: int, here: list[Token]) -> bool:
    """ "Dimpler and lip tightener are not active": two names of movements with one verb."""
    names = any(t.has("named") or (t.has("move") and i and _compound(here, i - 1)) for i, t in enumerate(here))
    bare = all(t.has("named", "part", "move", "code", "det", "strength") or t.text in ("(", ")", ",") for t in here)
    at = index + 1
    while peek(tokens, at).has("det", "strength"):
        at += 1
    plural = next((t.text for t in tokens[at:] if t.has("aux")), "") in _PLURALS
    return names and bare and plural and (peek(tokens, at).has("named") or _compound(tokens, at))


def _plural(subject: Token) -> bool:
    return subject.text.endswith("s") or subject.text.split()[0].endswith("s")


def _has_predicate(here: list[Token]) -> bool:
    depth = 0
    for index, token in enumerate(here):
        depth += (token.text == "(") - (token.text == ")")
        agent = token.has("move") and ((index and _compound(here, index - 1)) or token.text.endswith(("er", "or")))
        if depth <= 0 and not agent and token.text != "none" and token.has(*_PREDICATES):
            return True
    return False


def _compound(tokens: list[Token], head: int) -> bool:
    """Whether a part and the movement word behind it are one noun: "brow raiser", "jaw drop"."""
    part, move = tokens[head], peek(tokens, head + 1)
    if not (part.has("part") and move.has("move")):
        return False
    verbal = part.text.endswith("s") or move.text.endswith(("s", "ed", "n", "t")) or " " in move.text
    return move.text.endswith(("er", "or", "ing")) or not verbal


def _adverb(token: Token) -> bool:
    return token.text in _ADVERBS or (token.text.endswith("ly") and not token.has("part"))


def _head(tokens: list[Token], at: int) -> int | None:
    """The head of the noun phrase at ``at``, when it is something that moves, is covered, or stands for it."""
    for step in range(at, min(at + 5, len(tokens))):
        token, after = tokens[step], peek(tokens, step + 1)
        if token.text in ("left", "right"):
            if after.text in ("one", "side", "half"):
                return step + 1
            if after.has("aux", "no", "phase", "rest", "exist"):
                return step
        counts = token.text in ("this", "both", "each", "these") and after.has("part", "det", "move", "code", "named")
        if token.has(*_HEADS) and not counts:
            return step
        unknown = token.has("word") and step > at
        if not (token.has("det", "strength", "only", "move") or counts or unknown or token.text in _SIDES):
            return None
        if token.has("move") and not after.has("part"):
            return None
    return None


def _skip(tokens: list[Token], at: int) -> int:
    """Past what may stand between a subject and its verb: brackets, "on the left", further subjects, adverbs."""
    while at < len(tokens):
        token, after = tokens[at], peek(tokens, at + 1)
        if token.text == "(":
            while at < len(tokens) and tokens[at].text != ")":
                at += 1
            at += 1
        elif token.has("prep") and after.has("det", "part"):
            at += 2
            while peek(tokens, at).has("part", "det") or peek(tokens, at).text in ("left", "right", "side"):
                at += 1
        elif token.has("and") and after.has("part", "code"):
            at += 2
        elif token.has("and") and after.has("det") and peek(tokens, at + 2).has("part"):
            at += 3
        elif _adverb(token) or token.text in ("both", "all", "each", "here", "alone", ","):
            at += 1
        else:
            break
    return at
