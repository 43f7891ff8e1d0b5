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
        return tuple(line for line in (" ".join(text.split()) for text in lines) if line)

    @field_validator("interpretation", "conclusion")
    @classmethod
    def _one_paragraph(cls, text: str) -> str:
        return " ".join(text.split())

    @property
    def text(self) -> str:
        """The text form; ``parse_trace`` gives the same trace back."""
        bodies = ("\n".join(self.observations), self.interpretation, self.conclusion)
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
            heading = next(h for h in HEADINGS if h.split()[0].lower() == match[1].split()[0].lower())
            if heading in found:
                problems.append(f"heading {heading!r} twice")
            current = found.setdefault(heading, [])
            order.append(heading)
            line = match["rest"] or ""
        elif not found and line.strip():
            problems.append("text before the first heading")
        if line.strip():
            current.append(line)
    problems += [f"no section {heading!r}" for heading in HEADINGS if not found.get(heading)]
    if order != sorted(order, key=HEADINGS.index):
        problems.append("headings out of order")
    bullets = [re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line) for line in found.get(HEADINGS[0], [])]
    return Trace(
        observations=tuple(bullets),
        interpretation=" ".join(found.get(HEADINGS[1], [])),
        conclusion=" ".join(found.get(HEADINGS[2], [])).strip(" *_`"),
        problems=tuple(dict.fromkeys(problems)),
    )
