"""Text -> sentences -> tokens: every word with the roles it can play in a statement about a face.

A token's ``tags`` maps a role to its values: ``part`` -> the face part, ``move`` -> what a part does, ``code`` -> a ``Code``,
``named`` -> action units, ``time`` -> a ``TimeWords``, ``strength`` -> a grade, and the roles of ``function_words``.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from cot_engine.language import lexicon as lex
from cot_engine.language.codes import CODE, CODED, NEXT, read_code
from cot_engine.language.function_words import FIXED, INFLECTED, PHASES, STRENGTHS
from cot_engine.language.timewords import TIME, read_time

Tags = dict[str, tuple[Any, ...]]


class Token(NamedTuple):
    """``text`` in lower case; ``start``/``end`` are offsets in the whole text."""

    text: str
    start: int
    end: int
    tags: Tags

    def has(self, role: str, *others: str) -> bool:
        """Whether the token can play one of these roles."""
        return role in self.tags or (bool(others) and not self.tags.keys().isdisjoint(others))

    def get(self, role: str) -> tuple[Any, ...]:
        """The values of a role; empty when the token does not play it."""
        return self.tags.get(role, ())


_NOTHING = Token("", 0, 0, {})


def peek(tokens: list[Token], index: int) -> Token:
    """The token at ``index``, or one without text and roles beyond either end."""
    return tokens[index] if 0 <= index < len(tokens) else _NOTHING


_ABBREVIATIONS = lex.words("e.g i.e approx ca vs cf resp incl max min fig no sec mr ms mrs dr etc")
_END = re.compile(r"[.!?]+[\"'”’)\]]*\s+|\n+")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of ``text``, in order and without gaps between them other than white space."""
    start = 0
    for match in _END.finditer(text):
        if match[0][0] == ".":
            word = text[start : match.start()].rsplit(None, 1)[-1:]
            after = text[match.end() : match.end() + 1]
            if word and word[0].lower().lstrip("(") in _ABBREVIATIONS and (after.islower() or after.isdigit()):
                continue
        if text[start : match.end()].strip():
            yield start, match.end()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


@cache
def _dictionary() -> tuple[dict[str, Tags], dict[str, list[tuple[tuple[str, ...], Tags]]]]:
    """Tags of single words, and of phrases by their first word (longest first)."""
    words: dict[str, dict[str, list[str]]] = {}

    def add(table: str, role: str, value: str = "", *, inflected: bool = True) -> None:
        for entry in table.split():
            first, *rest = entry.split("_")
            for form in lex.forms(first) if inflected else (first,):
                words.setdefault(" ".join((form, *rest)), {}).setdefault(role, []).append(value)

    for role, tables in (("move", lex.MOVES), ("strength", STRENGTHS), ("phase", PHASES)):
        for value, table in tables.items():
            add(table, role, value)
    for role, table in INFLECTED.items():
        add(table, role)
    for role, table in FIXED.items():
        add(table, role, inflected=False)
    singles: dict[str, Tags] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Tags]]] = {}
    for key, roles in words.items():
        tags: Tags = {role: tuple(dict.fromkeys(values)) for role, values in roles.items()}
        first, *rest = key.split(" ")
        if rest:
            phrases.setdefault(first, []).append((tuple(rest), tags))
        else:
            singles[key] = tags
    for entries in phrases.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return singles, phrases


def _alternatives(rows: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """One pattern for a table; the group that matched, ``r<row>``, tells the row."""
    return re.compile("|".join(rf"(?P<r{i}>{'|'.join(row[1:])})(?![\w-])" for i, row in enumerate(rows)))


def _row(rows: tuple[tuple[str, ...], ...], match: re.Match[str]) -> str:
    return rows[int((match.lastgroup or "r0")[1:])][0]


_PART = _alternatives(lex.PARTS)
_NAMED = _alternatives(lex.NAMED)
_IDIOM = re.compile(rf"(?:{lex.IDIOMS})(?!\w)")
_WORD = re.compile(r"n't\b|[^\W\d_]+(?:['-][^\W\d_]+)*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NOT = re.compile(r"\bnot\b|n't\b")
# Words that may begin a time expression.
_TIME_WORDS = lex.words(
    """
    the first last final opening second seconds latter middle a an one two three four five six ten half quarter third tenth
    initially start beginning throughout during for over through across in at all from constantly continuously halfway
    midway mid-clip its this
    """
)


def lowered(text: str) -> str:
    """``text`` in lower case with straight apostrophes, character for character, so that offsets stay as they are."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.replace("’", "'")


class _Lexer:
    """One pass over one sentence. Case matters to codes only; lower case lets the patterns run several times faster."""

    def __init__(self, text: str, low: str, start: int, end: int) -> None:
        self.text, self.low, self.at, self.end = text, low, start, end
        self.tokens: list[Token] = []
        self.singles, self.phrases = _dictionary()
        self.coded = CODED.search(text[start:end]) is not None

    def put(self, length: int, tags: Tags) -> None:
        stop = self.at + length
        self.tokens.append(Token(self.low[self.at : stop], self.at, stop, tags))
        self.at = stop

    def run(self) -> list[Token]:
        while self.at < self.end:
            char = self.text[self.at]
            if char.isspace() or char in '*_"“”`':
                self.at += 1
            elif not (self._code() or (char.isalnum() and self._phrase()) or self._number()):
                self.put(1, {"punct": (char,)})
        return self.tokens

    def _fresh(self) -> bool:
        return self.at == 0 or not (self.text[self.at - 1].isalnum() or self.text[self.at - 1] == ".")

    def _code(self) -> bool:
        listed = NEXT.match(self.text, self.at, self.end) if self.tokens and self.tokens[-1].has("code") else None
        if listed and (code := read_code(listed)):
            joint: Tags = {"and": ("",), "sep": ("",)}
            if listed["sep"].strip().lower().endswith("or"):
                joint["or"] = ("",)
            self.at = listed.start("sep")
            self.put(len(listed["sep"]), joint)
            self.put(listed.end() - self.at, {"code": (code,)})
            return True
        if self.low[self.at] not in "aflrb0123456789" or not self._fresh():
            return False
        found = CODE.match(self.text, self.at, self.end)
        bare = found is not None and found["n1"] is None
        if found is None or (bare and (not self.coded or (found["l2"] or found["g"] or "").islower())):
            return False
        code = read_code(found)
        self.put(len(found[0]), {"code": (code,)} if code else {"unknown_code": ("",)})
        return True

    def _phrase(self) -> bool:
        if not self._fresh():
            return False
        word = _WORD.match(self.low, self.at, self.end)
        key = word[0] if word else ""
        if (word is None or key in _TIME_WORDS) and self._time():
            return True
        if word is None:
            return False
        if idiom := _IDIOM.match(self.low, self.at, self.end):
            self.put(len(idiom[0]), {"idiom": ("",)})
        elif named := _NAMED.match(self.low, self.at, self.end):
            negated: Tags = {"negated": ("",)} if _NOT.search(named[0]) else {}
            self.put(len(named[0]), {"named": (_row(lex.NAMED, named),), **negated})
        else:
            self._plain(word, key)
        return True

    def _time(self) -> bool:
        time = TIME.match(self.low, self.at, self.end)
        if time is None or (time["bare"] and self._valued()):
            return False
        self.put(len(time[0]), {"time": (read_time(time),)})
        return True

    def _plain(self, word: re.Match[str], key: str) -> None:
        """A part, a phrase or a single word; of an unknown compound ("brow-raise") the first half."""
        phrase = self._longer(key, word.end())
        part = _PART.match(self.low, self.at, self.end)
        if part and not (phrase and " " not in part[0]):
            self.put(len(part[0]), {"part": (_row(lex.PARTS, part),)})
        elif phrase:
            self.put(*phrase)
        elif key in self.singles or "-" not in key:
            self.put(len(word[0]), self.singles.get(key, {"no" if "n't" in key else "word": ("",)}))
        else:
            first = key.split("-")[0]
            part = _PART.fullmatch(first)
            tags = {"part": (_row(lex.PARTS, part),)} if part else self.singles.get(first, {"word": ("",)})
            self.put(*(self._longer(first, self.at + len(first)) or (len(first), tags)))
            self.at += self.text[self.at : self.at + 1] == "-"

    def _valued(self) -> bool:
        """ "stays at 0.0" gives a value, "peaks at 1.2" a time."""
        before = self.tokens[-2:]
        return len(before) == 2 and before[1].text == "at" and (before[0].has("aux") or "hold" in before[0].get("phase"))

    def _longer(self, key: str, at: int) -> tuple[int, Tags] | None:
        """The longest known phrase that starts with ``key``, whose first word ends at ``at``."""
        if (entries := self.phrases.get(key)) is None:
            return None
        stop, ends = at, [at]
        words: list[str] = []
        while len(words) < 6 and self.text[stop : stop + 1] in (" ", "-"):
            if (word := _WORD.match(self.low, stop + 1, self.end)) is None:
                break
            stop = word.end()
            words.append(word[0])
            ends.append(stop)
        for rest, tags in entries:
            if tuple(words[: len(rest)]) == rest:
                return ends[len(rest)] - self.at, tags
        return None

    def _number(self) -> bool:
        found = _NUMBER.match(self.low, self.at, self.end)
        if found is None:
            return False
        self.put(len(found[0]), {"number": (float(found[0]),)})
        return True


def tokens_of(text: str, low: str, start: int, end: int) -> list[Token]:
    """The tokens of one sentence; ``low`` is the whole text ``lowered``."""
    return _Lexer(text, low, start, end).run()
