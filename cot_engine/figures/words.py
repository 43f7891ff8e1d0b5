"""Numbers and events as a reader says them."""

import unicodedata
from collections.abc import Sequence

from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS, GRADE_WORDS
from cot_engine.report import Person

BASELINE = {
    "person": "intensities are relative to a neutral stretch of this person's own face",
    "population": "no neutral stretch was found, so intensities are relative to an average face",
    "source": "intensities are as the imported table gives them",
}

# Characters that change how the text around them is laid out: marks, embeddings, overrides and isolates.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# IPCC calibrated language (Mastrandrea et al. 2010), for the probability of the label that was chosen.
_LIKELIHOOD = ((0.99, "virtually certain"), (0.90, "very likely"), (0.66, "likely"), (0.33, "about as likely as not"))


def likelihood(probability: float) -> str:
    """A probability in 0-1 in words."""
    return next((words for least, words in _LIKELIHOOD if probability >= least), "unlikely, though no other label is likelier")


def percent(probability: float) -> str:
    """``0.914`` -> ``"91 %"``; never rounds to a certainty that is not there."""
    if 0 < probability < 0.005:
        return "under 1 %"
    if 0.995 <= probability < 1:
        return "over 99 %"
    return f"{100 * probability:.0f} %"


def span(start_s: float, end_s: float) -> str:
    """``"0.60–3.00 s"``"""
    return f"{start_s:.2f}–{end_s:.2f} s"


def spans(pairs: Sequence[tuple[float, float]]) -> str:
    """Stretches of time, one after the other."""
    return ", ".join(span(*pair) for pair in pairs)


def grade_of(event: Event) -> str:
    """``"severe (D)"``"""
    return f"{GRADE_WORDS[event.grade]} ({event.grade})"


def event_line(event: Event, *, still: bool = False) -> str:
    """``"AU12 lip corner puller, left side, severe (D), peak at 1.20 s"``"""
    side = "" if not ACTION_UNITS[event.au].sided else ", both sides" if event.side == "both" else f", {event.side} side"
    peak = "" if still else f", peak at {event.apex_s:.2f} s"
    return f"{event.au} {event.name}{side}, {grade_of(event)}{peak}"


def movement_summary(events: Sequence[Event]) -> str:
    """The three strongest action units in words; each is named once, at its strongest."""
    strongest: dict[str, Event] = {}
    for event in sorted(events, key=lambda e: -e.intensity):
        strongest.setdefault(event.au, event)
    if not strongest:
        return "no facial movement measured"
    named = [f"{e.name} ({au}, {GRADE_WORDS[e.grade]})" for au, e in list(strongest.items())[:3]]
    more = len(strongest) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def chart_alt(person: Person, *, still: bool, duration_s: float) -> str:
    """What the chart of this person shows, for those who cannot see it."""
    count = len({event.au for event in person.events})
    kind = "Intensities 0-5 of" if still else f"Timeline, 0 to {duration_s:.2f} s, of"
    listed = [event_line(event, still=still) for event in person.events[:12]]
    if len(person.events) > 12:
        listed.append(f"and {len(person.events) - 12} more events, given in the events table")
    return f"{kind} {count} action unit{'' if count == 1 else 's'}. " + ("; ".join(listed) or "No event was measured") + "."


def visible(value: object) -> object:
    """Text with its control characters and text-direction marks written out, e.g. ``[U+202E]``; anything else unchanged.

    Such characters come from models and file names and could reorder or break what stands beside them.
    """
    if type(value) is not str:  # Markup is a str too, and already safe
        return value
    return "".join(f"[U+{ord(c):04X}]" if c in _BIDI or _is_control(c) else c for c in value)


def _is_control(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cs")
