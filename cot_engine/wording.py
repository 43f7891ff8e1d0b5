"""Text -> sentences -> tokens: every word with the roles it can play in a statement about a face.

A token's ``tags`` maps a role to its values: ``part`` -> the face part, ``move`` -> what a part does, ``code``/``named`` -> action
units, ``time`` -> a ``TimeWords``, ``strength`` -> a grade, ``phase``, ``no``, ``hedge`` and so on (tables in ``lexicon``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cot_engine import lexicon as lex
from cot_engine.facs import ACTION_UNITS
from cot_engine.function_words import FIXED, INFLECTED, PHASES, STRENGTHS
from cot_engine.timewords import TIME, read_time

Tags = dict[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Token:
    """``text`` in lower case; ``start``/``end`` are offsets in the whole text."""

    text: str
    start: int
    end: int
    tags: Tags

    def has(self, *roles: str) -> bool:
        return not self.tags.keys().isdisjoint(roles)

    def get(self, role: str) -> tuple[Any, ...]:
        return self.tags.get(role, ())


@dataclass(frozen=True)
class Code:
    """One FACS code as written: ``R12B`` is AU12, right, grade B."""

    au: str
    side: str | None
    grade: str | None


_ABBREVIATIONS = frozenset("e.g i.e approx ca vs cf resp incl max min fig no sec mr ms mrs dr etc".split())
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
    return re.compile("|".join(rf"(?P<r{i}>{'|'.join(row[1:])})(?![\w-])" for i, row in enumerate(rows)), re.IGNORECASE)


_PART = _alternatives(lex.PARTS)
_NAMED = _alternatives(lex.NAMED)
_IDIOM = re.compile(rf"(?:{lex.IDIOMS})(?!\w)", re.IGNORECASE)
_SIDE = re.compile(
    r"(?P<flip>(?:viewer|observer|camera|image|screen|picture|frame|video)(?:['’]?s)?[ -](?P<f1>left|right)(?:[ -]hand)?(?: side)?"
    r"|(?P<f2>left|right)(?:[ -]hand)?(?: side| half| part| edge| border)? of the (?:image|picture|frame|screen|video|shot|photo))"
    r"|(?P<both>(?:both|either|each|the two) (?:sides?|halves)(?: of)?|(?:left|right) (?:and|as well as) (?:the )?(?:right|left)"
    r"|left as well as right|left but also (?:the )?right|right but also (?:the )?left|bilateral(?:ly)?|symmetric(?:al)?(?:ly)?|two-sided|both)"
    r"|(?P<plain>left|right)(?:[ -](?:hand|sided))?(?: (?:one|side))?",
    re.IGNORECASE,
)
_FLIPPED = re.compile(
    r"(?:from|as seen (?:by|from)|seen (?:by|from)|to|for) the (?:viewer|observer|camera)(?:['’]?s)?(?: (?:perspective|point of view|side|view|eyes))?(?! (?:left|right))"
    r"|(?:viewed|seen|appears?) in the (?:image|picture|frame)|in the (?:image|picture),",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:(?:action units?|facs codes?|aus?)(?![a-z$])(?P<plural>)?[\s_#-]*(?P<l1>[LRB])?0*(?P<n1>[0-9]{1,2})(?:_[rc]\b)?"
    r"|(?P<l2>[LRB])(?P<n2>[0-9]{1,2})|(?P<n3>[0-9]{1,2})(?=[A-E]\b|\s*\+\s*(?:au\s*)?[LR]?[0-9]))"
    r"(?P<t>[LR])?(?P<g>[A-E])?(?P<t2>[LR])?(?:_[rc])?(?![\w%]|\.[0-9])",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\s*(?P<sep>\+|/|,\s*(?:and|or)?\s|&|and\s|or\s|,)\s*(?:au\s*)?(?P<l2>[LR])?0*(?P<n2>[0-9]{1,2})(?P<t>[LR])?(?P<g>[A-E])?(?P<t2>[LR])?"
    r"(?![\w%:]|\.[0-9]|\s*(?:s|ms|sec|seconds?|fps|frames?|times|of|out|x|blinks?)\b|\s*-\s*[0-9.]+\s*s\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"n['’]t\b|[^\W\d_]+(?:['’-][^\W\d_]+)*", re.UNICODE)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_TIME_WORDS = frozenset(
    "the first last final opening second latter middle a an one two three four five six ten half quarter third tenth initially start beginning "
    "throughout during for over through across in at all from constantly continuously halfway midway mid-clip its this second seconds".split()
)


def _letter(value: str | None) -> str | None:
    return {"l": "left", "r": "right", "b": "both"}.get((value or "").lower())


def _read_code(found: re.Match[str]) -> Code | None:
    groups = found.groupdict()
    number = groups.get("n1") or groups.get("n2") or groups.get("n3")
    au = f"AU{int(number or 0)}"
    if au not in ACTION_UNITS:
        return None
    side = _letter(groups.get("l1") or groups.get("l2") or groups.get("t") or groups.get("t2"))
    letter = groups.get("g")
    return Code(au, side, letter.upper() if letter else None)


class _Lexer:
    """One pass over one sentence."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.at, self.end = text, start, end
        self.tokens: list[Token] = []
        self.singles, self.phrases = _dictionary()
        body = text[start:end]
        self.coded = bool(
            re.search(
                r"\bAUs?\b|\bAU[0-9]|\bAUs? ?[0-9]|[0-9][A-E]\s*\+|\+\s*[LR]?[0-9]|^\s*[LR]?[0-9]{1,2}[A-E]?\s*$|action unit|^\s*[LR][0-9]|[0-9][A-E]\s+[LR]?[0-9]{1,2}[A-E]\b",
                body,
                re.IGNORECASE,
            )
        )

    def put(self, length: int, tags: Tags) -> None:
        stop = self.at + length
        self.tokens.append(Token(self.text[self.at : stop].lower().replace("’", "'"), self.at, stop, tags))
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
        previous = self.tokens[-1] if self.tokens else None
        if previous and previous.has("code") and (follow := _NEXT.match(self.text, self.at, self.end)):
            code = _read_code(follow)
            if code:
                separator = follow["sep"].strip().lower()
                self.at = follow.start("sep")
                self.put(
                    len(follow["sep"]), {"and": ("",), "sep": ("",), **({"or": ("",)} if separator.endswith("or") else {})}
                )
                self.at = follow.end()
                text = self.text[follow.end("sep") : follow.end()].strip().lower()
                self.tokens.append(Token(text, follow.end() - len(text), follow.end(), {"code": (code,)}))
                return True
        if self.text[self.at].lower() not in "aflrb0123456789" or not self._fresh():
            return False
        found = _CODE.match(self.text, self.at, self.end)
        if found is None or (found["n1"] is None and not self.coded):
            return False
        if found["n1"] is None and (found["l2"] or found["g"] or "").islower():
            return False
        code = _read_code(found)
        self.put(len(found[0]), {"code": (code,)} if code else {"unknown_code": ("",)})
        return True

    def _phrase(self) -> bool:
        if not self._fresh():
            return False
        word = _WORD.match(self.text, self.at, self.end)
        key = word[0].lower().replace("’", "'") if word else ""
        if (
            (word is None or key in _TIME_WORDS)
            and (time := TIME.match(self.text, self.at, self.end))
            and not (time["bare"] and self._valued())
        ):
            self.put(len(time[0]), {"time": (read_time(time),)})
            return True
        if word is None:
            return False
        if idiom := _IDIOM.match(self.text, self.at, self.end):
            self.put(len(idiom[0]), {"idiom": ("",)})
            return True
        if named := _NAMED.match(self.text, self.at, self.end):
            tags: Tags = {"named": (lex.NAMED[int((named.lastgroup or "r0")[1:])][0],)}
            if re.search(r"\bnot\b|n['’]t\b", named[0]):
                tags["negated"] = ("",)
            self.put(len(named[0]), tags)
            return True
        part = _PART.match(self.text, self.at, self.end)
        if part and not (len(part[0].split()) == 1 and self._longer(key, word.end())):
            self.put(len(part[0]), {"part": (lex.PARTS[int((part.lastgroup or "r0")[1:])][0],)})
            return True
        if entry := self._longer(key, word.end()):
            length, tags = entry
            self.put(length, tags)
            return True
        if key not in self.singles and "-" in key:
            first = key.split("-")[0]
            if entry := self._longer(first, self.at + len(first)):
                self.put(*entry)
                return True
            part = _PART.fullmatch(first)
            tags = (
                {"part": (lex.PARTS[int((part.lastgroup or "r0")[1:])][0],)}
                if part
                else self.singles.get(first, {"word": ("",)})
            )
            self.put(len(first), tags)
            self.at += 1
            return True
        tags = self.singles.get(key, {"word": ("",)})
        if "n't" in key and key not in self.singles:
            tags = {"no": ("",)}
        self.put(len(word[0]), tags)
        return True

    def _valued(self) -> bool:
        """ "stays at 0.0" gives a value, "peaks at 1.2" a time."""
        before = self.tokens[-2:]
        return len(before) == 2 and before[1].text == "at" and (before[0].has("aux") or "hold" in before[0].get("phase"))

    def _longer(self, key: str, at: int) -> tuple[int, Tags] | None:
        """The longest known phrase that starts with ``key``, whose first word ends at ``at``."""
        if (entries := self.phrases.get(key)) is None:
            return None
        following, words = at, []
        while len(words) < 6 and (word := _WORD.match(self.text, following + 1, self.end)) and self.text[following] in " -":
            words.append(word[0].lower().replace("’", "'"))
            following = word.end()
        for rest, tags in entries:
            if tuple(words[: len(rest)]) == rest:
                stop = at
                for _ in rest:
                    found = _WORD.match(self.text, stop + 1, self.end)
                    stop = found.end() if found else stop
                return stop - self.at, tags
        return None

    def _number(self) -> bool:
        found = _NUMBER.match(self.text, self.at, self.end)
        if found is None:
            return False
        self.put(len(found[0]), {"number": (float(found[0]),)})
        return True


@dataclass(frozen=True)
class SideWord:
    """A side named at character ``start``; ``viewer`` tells that it was the viewer's and has been turned round already."""

    side: str
    start: int
    end: int


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The tokens of one sentence."""
    return _Lexer(text, start, end).run()


_OPPOSITE = {"left": "right", "right": "left"}


def sides_of(text: str, start: int, end: int) -> list[SideWord]:
    """The sides named in one sentence, as the person's own; the viewer's, the image's or the camera's left is their right."""
    flipped = bool(_FLIPPED.search(text, start, end))
    found = []
    for match in _SIDE.finditer(text, start, end):
        if (match.start() and text[match.start() - 1].isalnum()) or text[match.end() : match.end() + 1].isalpha():
            continue
        if viewer := match["f1"] or match["f2"]:
            found.append(SideWord(_OPPOSITE[viewer.lower()], match.start(), match.end()))
        elif plain := match["plain"]:
            own = re.search(r"(?:own|person['’]s|subject['’]s|anatomical)\s+$", text[start : match.start()], re.IGNORECASE)
            side = plain.lower()
            found.append(SideWord(_OPPOSITE[side] if flipped and not own else side, match.start(), match.end()))
        else:
            found.append(SideWord("both", match.start(), match.end()))
    return found
