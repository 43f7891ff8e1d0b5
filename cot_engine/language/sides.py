"""Sides named in a text, as the person's own: the viewer's, the image's or the camera's left is the person's right."""

import re
from dataclasses import dataclass
from typing import Literal

from cot_engine.facs import Side

OwnSide = Literal["left", "right"]
_FRAME = r"(?:image|picture|frame|screen|video|shot|photo)"
_SIDE = re.compile(
    rf"(?:(?:viewer|observer|camera|{_FRAME})(?:'?s)?[ -](?P<f1>left|right)(?:[ -]hand)?(?: side)?"
    rf"|(?P<f2>left|right)(?:[ -]hand)?(?: side| half| part| edge| border)? of the {_FRAME})"
    r"|(?P<both>(?:both|either|each|the two) (?:sides?|halves)(?: of)?"
    r"|(?:left|right) (?:and|as well as) (?:the )?(?:right|left)"
    r"|left but also (?:the )?right|right but also (?:the )?left|bilateral(?:ly)?|symmetric(?:al)?(?:ly)?|two-sided|both)"
    r"|(?P<plain>left|right)(?:[ -](?:hand|sided))?(?: (?:one|side))?",
)
_FLIPPED = re.compile(
    # "Turned away from the camera" says where the face looks, not whose left is meant.
    r"(?:(?<!away )from|as seen (?:by|from)|seen (?:by|from)|to|for) the (?:viewer|observer|camera)(?:'?s)?"
    r"(?: (?:perspective|point of view|side|view|eyes))?(?! (?:left|right))"
    r"|(?:viewed|seen|appears?) in the (?:image|picture|frame)|in the (?:image|picture),",
)
_OWN = re.compile(r"(?:own|person's|subject's|anatomical)\s+$")
# "No trace left of the smile", "nothing left after 2 s": what remains, not a side.
_REMAINING = re.compile(
    r"\b(?:(?:(?:no|any|little) (?!left|right|on|to|at|in)[\w-]+|(?:a|the|some) (?:trace|hint|sign|bit|rest|remnant))"
    r"(?: (?:of|is|was|the|her|his) [\w-]+)*"
    r"|nothing|anything|something|none|little|much)(?: (?:is|was|to see))? $"
)
_OF = re.compile(r" (?:of|from|at|after|by|when|any ?more)\b(?! (?:the|her|his) (?:nose|mouth|face|frame|image|picture))")
_OPPOSITE: dict[str, OwnSide] = {"left": "right", "right": "left"}
_PLAIN: dict[str, OwnSide] = {"left": "left", "right": "right"}


@dataclass(frozen=True)
class SideWord:
    """The person's own side named at ``start``..``end`` of the whole text."""

    side: Side
    start: int
    end: int


def sides_of(low: str, start: int, end: int) -> list[SideWord]:
    """The sides named in one sentence of a text in lower case, in order."""
    flipped = bool(_FLIPPED.search(low, start, end))
    found = []
    for match in _SIDE.finditer(low, start, end):
        if (match.start() and low[match.start() - 1].isalnum()) or low[match.end() : match.end() + 1].isalpha():
            continue
        if match[0] == "left" and _REMAINING.search(low[start : match.start()]) and _OF.match(low, match.end(), end):
            continue
        side: Side = "both"
        if viewers := match["f1"] or match["f2"]:
            side = _OPPOSITE[viewers]
        elif plain := match["plain"]:
            own = _OWN.search(low[start : match.start()])
            side = (_OPPOSITE if flipped and not own else _PLAIN)[plain]
        found.append(SideWord(side, match.start(), match.end()))
    return found
