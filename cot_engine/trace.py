"""A trace: key observations -> overall interpretation -> conclusion, and its lossless text form.

The text form has three headings in a fixed order, one observation a line. Links from words to measured events are not part
of a trace: they are claims, which ``verify`` finds in any text, also in text that no part of this project wrote.
"""

import re

from pydantic import BaseModel, ConfigDict, field_validator

HEADINGS = ("Key observations", "Overall interpretation", "Conclusion")

# Models decorate headings ("**Key Observations:**", "## conclusion"); the words decide.
_HEADING = re.compile(
    r"^[\s#*_>\-\d.]*(key observations?|overall(?: emotional)? interpretation|conclusion)[\s*_]*(?::[\s*_]*(?P<rest>.*))?$",
    re.IGNORECASE,
)

# What models put before an observation: "- ", "1. ".
_BULLETS = re.compile(r"^(?:(?:[-*•]|\d+[.)])\s+)+")


def _escape(line: str) -> str:
    """A line of a body that would be read as a heading gets a backslash, which the parser takes away again."""
    return "\\" + line if _HEADING.match(line.lstrip("\\")) else line


def _unescape(line: str) -> str:
    return line[1:] if line.startswith("\\") and _HEADING.match(line.lstrip("\\")) else line


class Trace(BaseModel):
    """An explanation. ``problems`` lists what was wrong with the text it was parsed from; empty when it was well formed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    observations: tuple[str, ...]
    interpretation: str
    conclusion: str
    problems: tuple[str, ...] = ()

    @field_validator("observations")
    @classmethod
    def _one_line_each(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(line for line in (_BULLETS.sub("", " ".join(text.split())) for text in lines) if line)

    @field_validator("interpretation")
    @classmethod
    def _one_paragraph(cls, text: str) -> str:
        return " ".join(text.split())

    @field_validator("conclusion")
    @classmethod
    def _bare(cls, text: str) -> str:
        return " ".join(text.split()).strip(" *_`")

    @property
    def text(self) -> str:
        """The text form; ``parse_trace`` gives the same trace back."""
        bodies = ("\n".join(map(_escape, self.observations)), _escape(self.interpretation), _escape(self.conclusion))
        return "\n\n".join(f"{heading}\n{body}".rstrip() for heading, body in zip(HEADINGS, bodies, strict=True))


def parse_trace(text: str) -> Trace:
    """Reads a trace from text. Never raises: what is missing or doubled is named in ``problems``."""
    found: dict[str, list[str]] = {}
    problems: list[str] = []
    current: list[str] = []
    order: list[str] = []
    if text.strip() and not any(_HEADING.match(line) for line in text.splitlines()):
        problems.append("no headings")
    for line in text.splitlines():
        if match := _HEADING.match(line):
            heading = next(h for h in HEADINGS if h[0].casefold() == match[1][0].casefold())
            if heading in found:
                problems.append(f"heading {heading!r} twice")
            current = found.setdefault(heading, [])
            order.append(heading)
            line = match["rest"] or ""
        elif not found and line.strip():
            problems.append("text before the first heading")
        if line.strip():
            current.append(_unescape(line))
    problems += [f"no section {heading!r}" for heading in HEADINGS if not found.get(heading)]
    if order != sorted(order, key=HEADINGS.index):
        problems.append("headings out of order")
    return Trace(
        observations=tuple(found.get(HEADINGS[0], [])),
        interpretation=" ".join(found.get(HEADINGS[1], [])),
        conclusion=" ".join(found.get(HEADINGS[2], [])),
        problems=tuple(dict.fromkeys(problems)),
    )
