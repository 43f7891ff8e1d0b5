"""A trace cut into runs of text that share the same claims, so that every claim can be shown where it was made."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from cot_engine.figures.palette import VERDICTS
from cot_engine.report import Claim, TraceOut, Verdict
from cot_engine.trace import HEADINGS


@dataclass(frozen=True)
class Run:
    """Consecutive characters under the same claims.

    Attributes:
        verdict: the worst of the claims made here; None where nothing is claimed.
        title: every claim made here with its verdict and reason, one a line.
        closing: indices of the claims whose last character this run holds.
    """

    text: str
    verdict: Verdict | None = None
    title: str = ""
    closing: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """One heading of the trace and its lines; ``heading`` is None for text before the first heading."""

    heading: str | None
    lines: tuple[tuple[Run, ...], ...]


def placed(claim: Claim, text: str) -> bool:
    """True when the claim's offsets hold its own words; only then is it marked in the text."""
    return 0 <= claim.start < claim.end and text[claim.start : claim.end] == claim.text


def highlight(trace: TraceOut, claims: Sequence[Claim]) -> list[Part]:
    """The trace's text under its headings, cut at the borders of the claims."""
    parts: list[Part] = []
    heading: str | None = None
    lines: list[tuple[Run, ...]] = []
    marked = [(i, claim) for i, claim in enumerate(claims) if placed(claim, trace.text)]
    remaining = list(HEADINGS)
    start = 0
    for line in trace.text.split("\n"):
        if line in remaining:
            if lines or heading:
                parts.append(Part(heading, tuple(lines)))
            heading, lines = line, []
            # Headings come in a fixed order: an earlier one that turns up later is text.
            remaining = remaining[remaining.index(line) + 1 :]
        elif line:
            lines.append(_runs(trace.text, start, start + len(line), marked))
        start += len(line) + 1
    return [*parts, Part(heading, tuple(lines))]


def _runs(text: str, start: int, end: int, claims: Sequence[tuple[int, Claim]]) -> tuple[Run, ...]:
    here = [(i, c) for i, c in claims if c.start < end and c.end > start]
    cuts = sorted({start, end} | {min(max(at, start), end) for _, c in here for at in (c.start, c.end)})
    return tuple(_run(text, a, b, [(i, c) for i, c in here if c.start < b and c.end > a]) for a, b in itertools.pairwise(cuts))


def _run(text: str, start: int, end: int, claims: Sequence[tuple[int, Claim]]) -> Run:
    return Run(
        text=text[start:end],
        verdict=min((c.verdict for _, c in claims), key=VERDICTS.index, default=None),
        title="\n".join(f"{i + 1}. {c.verdict}: {c.reason}" for i, c in claims),
        closing=tuple(i for i, c in claims if c.end == end),
    )
