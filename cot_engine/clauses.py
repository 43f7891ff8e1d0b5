"""Tokens of a sentence -> clauses: stretches that say one thing, so that a "not" in one does not reach into the next.

A clause ends at a semicolon, a dash, most colons and at words like "but" or "while" (``opener`` of the next clause); and at a
comma or "and" behind which a new subject with its own verb follows.
"""

from dataclasses import dataclass

from cot_engine.wording import Token


@dataclass(frozen=True)
class Clause:
    """``opener`` is the word that began it ("but", "which", "and", "" for the first); ``tokens`` do not hold it."""

    opener: str
    tokens: list[Token]


_DASHES = frozenset("—–")
_LABEL = ("part", "move", "code", "named", "det", "and", "strength", "punct", "word", "number", "unknown_code")
_PREDICATES = ("aux", "move", "named", "exist", "rest", "phase", "absent", "strength", "number")
_TIMED = frozenset("since until till before after".split())
_CLAUSAL = ("det", "pronoun", "subject", "part", "code", "named", "thing")


def clauses(tokens: list[Token]) -> list[Clause]:
    """The clauses of one sentence; together they hold all its tokens but the separators."""
    found: list[Clause] = []
    opener, start, depth = "", 0, 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        depth += (token.text == "(") - (token.text == ")")
        here = tokens[start:index]
        length = 0
        if depth <= 0 and token.has("punct") and token.text in ",;:" or token.text in _DASHES:
            if token.text != ":" and token.text != ",":
                length = 1
            elif token.text == ":":
                timed = index + 1 < len(tokens) and tokens[index + 1].has("time")
                heading = len(here) <= 3 and all(t.has("no", "absent", "exist") for t in here)
                length = 0 if timed or heading or all(t.has(*_LABEL) and not t.has("exist") for t in here) else 1
            elif _new_statement(tokens, index, here):
                length = 1
        elif depth <= 0 and token.has("break") and _breaks(tokens, index, here):
            length = 1
        elif depth <= 0 and token.has("and") and not token.has("sep") and _new_statement(tokens, index, here):
            length = 1
        if length:
            if here:
                found.append(Clause(opener, here))
                opener = token.text
            elif token.has("break") or opener == "":
                opener = token.text
            start = index + 1
        index += 1
    if tokens[start:]:
        found.append(Clause(opener, tokens[start:]))
    return found


def _breaks(tokens: list[Token], index: int, here: list[Token]) -> bool:
    token = tokens[index]
    after = tokens[index + 1 : index + 4]
    if token.text == "but":
        return not any(t.has("not_no") for t in here)
    if token.text in _TIMED:
        return not any(t.has("time") for t in after[:3] if not t.has("part", "aux")) or bool(after and after[0].has("pronoun"))
    if token.text in ("once", "as"):
        if not after or (
            token.text == "as"
            and (after[0].text in ("a", "an", "well", "in") or (here and here[-1].text in ("much", "such", "same", "so")))
        ):
            return False
        return after[0].has(*_CLAUSAL) or after[0].text in ("both", "left", "right")
    return not (token.text == "yet" and here and here[-1].has("no"))


def _new_statement(tokens: list[Token], index: int, here: list[Token]) -> bool:
    """Whether a new subject with its own verb follows the comma or "and" at ``index``."""
    if not _has_predicate(here):
        return False
    denied = any(t.has("no") for t in here)
    at, inverted = index, False
    while at < len(tokens) and (tokens[at].has("and") or tokens[at].text in (",", "do", "does", "did") or _adverb(tokens[at])):
        if tokens[at].text in ("or", "nor", "/", "+") or tokens[at].has("or"):
            return False
        inverted |= tokens[at].text in ("do", "does", "did")
        at += 1
    if denied and at < len(tokens) and tokens[at].text == "with":
        return True
    head = _head(tokens, at)
    if head is None:
        return False
    plural = tokens[head].text.endswith("s") or any(w.endswith("s") for w in tokens[head].text.split()[:1])
    if inverted or (head + 1 < len(tokens) and tokens[head + 1].has("too")):
        return True
    verb = _skip(tokens, head + 1 + _compound(tokens, head))
    if verb >= len(tokens):
        return False
    word = tokens[verb]
    if word.has("and"):
        return False
    if word.has("aux", "no", "phase", "rest", "hedge", "hide", "absent", "exist") or (
        tokens[head].has("code", "named") and word.has("strength")
    ):
        return True
    if tokens[head].has("subject", "pronoun") and word.has("named", "word"):
        return True
    if word.has("move"):
        form = word.text.split()[0]
        if form.endswith("ing"):
            return False
        return plural or not tokens[head].has("part") or form.endswith(("s", "ed", "n", "wn", "t"))
    return word.has("word") and word.text.endswith(("s", "ed")) and (tokens[head].has("part") or tokens[head].has("thing"))


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
    if head + 1 >= len(tokens) or not tokens[head].has("part") or not tokens[head + 1].has("move"):
        return False
    part, move = tokens[head].text, tokens[head + 1].text
    return move.endswith(("er", "or", "ing")) or not (part.endswith("s") or move.endswith(("s", "ed", "n", "t")) or " " in move)


def _adverb(token: Token) -> bool:
    return token.text in (
        "then",
        "also",
        "too",
        "still",
        "again",
        "already",
        "later",
        "so",
        "now",
        "just",
        "next",
        "soon",
        "finally",
    ) or (token.text.endswith("ly") and not token.has("part"))


def _head(tokens: list[Token], at: int) -> int | None:
    """The head of the noun phrase at ``at``, when it is something that moves, is covered, or stands for it."""
    for step in range(at, min(at + 5, len(tokens))):
        token = tokens[step]
        after = tokens[step + 1] if step + 1 < len(tokens) else None
        if (
            token.text in ("left", "right")
            and after is not None
            and (after.text in ("one", "side", "half") or after.has("aux", "no", "phase", "rest", "exist"))
        ):
            return step + (after.text in ("one", "side", "half"))
        if token.has("part", "code", "named", "thing", "subject", "pronoun", "others"):
            if (
                token.text in ("this", "both", "each", "these")
                and step + 1 < len(tokens)
                and tokens[step + 1].has("part", "det", "move", "code", "named")
            ):
                continue
            return step
        sided = token.text in ("left", "right", "both")
        if not (token.has("det", "strength", "only", "move") or sided or (token.has("word") and step > at)):
            return None
        if token.has("move") and not (step + 1 < len(tokens) and tokens[step + 1].has("part")):
            return None
    return None


def _skip(tokens: list[Token], at: int) -> int:
    """Past what may stand between a subject and its verb: brackets, "on the left", further subjects, adverbs."""
    while at < len(tokens):
        token = tokens[at]
        if token.text == "(":
            while at < len(tokens) and tokens[at].text != ")":
                at += 1
            at += 1
        elif token.has("prep") and at + 1 < len(tokens) and tokens[at + 1].has("det", "part"):
            at += 2
            while at < len(tokens) and (tokens[at].has("part", "det") or tokens[at].text in ("left", "right", "side")):
                at += 1
        elif (
            token.has("and")
            and at + 1 < len(tokens)
            and (
                tokens[at + 1].has("part", "code")
                or (tokens[at + 1].has("det") and at + 2 < len(tokens) and tokens[at + 2].has("part"))
            )
        ):
            at += 2 if tokens[at + 1].has("part", "code") else 3
        elif _adverb(token) or token.text in ("both", "all", "each", "here", "alone", ","):
            at += 1
        else:
            break
    return at
