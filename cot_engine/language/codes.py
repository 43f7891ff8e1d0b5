"""FACS codes as people write them: AU6, AU06, au_6, AU6+12, AUs 6 and 12, R12A, L14, AU12L, 12D+6C, AU12_r."""

import re
from dataclasses import dataclass

from cot_engine.facs import ACTION_UNITS, Grade, Side

_AFTER = r"(?P<t>[LR])?(?P<g>[A-E])?(?P<t2>[LR])?"
CODE = re.compile(
    r"(?:(?:action units?|facs codes?|aus?)(?![a-z$])[\s_#:-]*(?P<l1>[LRB])?0*(?P<n1>[0-9]{1,2})(?:_[rc]\b)?"
    r"|(?P<l2>[LRB])(?P<n2>[0-9]{1,2})|(?P<n3>[0-9]{1,2})(?=[A-E]\b|\s*\+\s*(?:au\s*)?[LR]?[0-9]))"
    rf"{_AFTER}(?:_[rc])?(?![\w%]|\.[0-9])",
    re.IGNORECASE,
)
"""One code; without "AU" it counts only in a sentence of codes (see ``CODED``)."""
NEXT = re.compile(
    r"\s*(?P<sep>\+|/|,\s*(?:and|or)?\s|&|and\s|or\s|,)\s*(?:au\s*)?(?P<l2>[LR])?0*(?P<n2>[0-9]{1,2})"
    rf"{_AFTER}(?![\w%:]|\.[0-9]|\s*(?:s|ms|sec|seconds?|fps|frames?|times|of|out|x|blinks?)\b|\s*-\s*[0-9.]+\s*s\b)",
    re.IGNORECASE,
)
"""A further code behind one: "+12", ", 12", "and 12"; not "and 2 s later"."""
CODED = re.compile(
    r"\bAUs?\b|\bAUs? ?[0-9]|action unit|\bfacs\b|\bcod(?:er|ing)\b|\b[LR][0-9]{1,2}[A-E]\b"
    r"|[0-9][A-E]\s*\+|\+\s*[LR]?[0-9]|[0-9][A-E]\s+[LR]?[0-9]{1,2}[A-E]\b"
    r"|^\s*[LR]?[0-9]{1,2}[A-E]?\s*$|^\s*[LR][0-9]",
    re.IGNORECASE,
)
"""A sentence in which bare codes ("12D", "L14") are meant as such."""


@dataclass(frozen=True)
class Code:
    """One FACS code as written: ``R12B`` is AU12, right, grade B."""

    au: str
    side: Side | None
    grade: Grade | None


_SIDES: dict[str, Side] = {"l": "left", "r": "right", "b": "both"}
_GRADES: dict[str, Grade] = {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}


def read_code(found: re.Match[str]) -> Code | None:
    """The code in a match of ``CODE`` or ``NEXT``; None when it names no action unit of the codebook."""
    groups = found.groupdict()
    au = f"AU{int(groups.get('n1') or groups.get('n2') or groups.get('n3') or 0)}"
    side = groups.get("l1") or groups.get("l2") or groups["t"] or groups["t2"] or ""
    return Code(au, _SIDES.get(side.lower()), _GRADES.get((groups["g"] or "").lower())) if au in ACTION_UNITS else None
