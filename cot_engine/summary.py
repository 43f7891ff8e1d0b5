"""A report for the terminal."""

import unicodedata

from rich.console import Console
from rich.text import Text

from cot_engine.report import Person, Report

_STYLE = {"supported": "green", "contradicted": "bold red", "unverifiable": "yellow"}


def print_report(report: Report, console: Console | None = None) -> None:
    """Prints what ``analyze`` found; every word that comes from a model or a file is printed as plain text."""
    console = console or Console()
    for person in report.people:
        if len(report.people) > 1:
            console.print(Text(f"Person {person.track} ({person.why})", "bold"))
        if person.trace:
            console.print(_trace(person))
        console.print(_verdicts(person))
        if person.label:
            console.print(_label(person))
        for note in person.warnings:
            console.print(Text(f"note: {note.message}", "dim"))
        console.print()
    for note in report.warnings:
        console.print(Text(f"note: {note.message}", "dim"))


def _trace(person: Person) -> Text:
    """The trace, every claim in the colour of its verdict (the worst where several share their words)."""
    assert person.trace is not None
    text = Text(_harmless(person.trace.text))
    for verdict in ("supported", "unverifiable", "contradicted"):
        for claim in person.claims:
            if claim.verdict == verdict:
                text.stylize(_STYLE[verdict], claim.start, claim.end)
    return text


def _harmless(text: str) -> str:
    """Control characters, which could steer a terminal, become visible marks; offsets stay as they are."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") else "\N{REPLACEMENT CHARACTER}" for c in text)


def _verdicts(person: Person) -> Text:
    counts = {verdict: sum(claim.verdict == verdict for claim in person.claims) for verdict in _STYLE}
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    left_out = f"; {len(person.omissions)} measured events left out" if person.omissions else ""
    return Text(f"\nchecked: {said}{left_out}", "dim")


def _label(person: Person) -> Text:
    assert person.label is not None
    ranked = sorted(person.label.probabilities.items(), key=lambda item: -item[1])[:3]
    name = person.label.name or "not sure"
    return Text(f"apparent expression: {name}  ({', '.join(f'{label} {p:.0%}' for label, p in ranked)})", "bold")
