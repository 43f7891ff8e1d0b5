"""Evidence as lines of a prompt: what a language model is told about the measurement, with nothing left out or rounded away."""

from cot_engine.evidence import RELIABLE, Event, Evidence, Span
from cot_engine.facs import ACTION_UNITS
from cot_engine.prompts import load_prompt

PROMPT = "evidence_lines"


def evidence_text(evidence: Evidence) -> str:
    """``prompts/evidence_lines.md`` filled with ``evidence``: one line a movement, then what is absent, doubtful and hidden."""
    unseen = [au for au in sorted(evidence.reach, key=_number) if not evidence.events_of(au)]
    absent = [au for au in unseen if evidence.reach[au] >= RELIABLE and evidence.hidden_in_view(au) == 0]
    doubtful = [au for au in unseen if evidence.reach[au] < RELIABLE and evidence.hidden_in_view(au) == 0]
    hidden = [
        f"{h.part} ({h.reason})" + ("" if evidence.still else f" {_spans(h.spans)}") for h in evidence.hidden
    ]  # fmt: skip
    return load_prompt(PROMPT).render(
        source=evidence.source,
        length="No times: a single picture, or a coding without times." if evidence.still else _length(evidence),
        movements="\n".join(f"- {_line(event, evidence)}" for event in evidence.events) or "- none",
        absent=", ".join(absent) or "none",
        doubtful=", ".join(doubtful) or "none",
        hidden="; ".join(hidden) or "nothing",
        talking=_spans(evidence.talking) or "no",
    )


def _length(evidence: Evidence) -> str:
    return f"Clip of {evidence.duration_s:.2f} s; the face is in view {_spans(evidence.seen) or 'never'}."


def _line(event: Event, evidence: Evidence) -> str:
    side = "" if not ACTION_UNITS[event.au].sided else f", {event.side}" if event.side_measured else ", side not measured"
    if event.left is not None and event.right is not None and event.side == "both" and ACTION_UNITS[event.au].sided:
        side += f" (left {event.left:.1f}, right {event.right:.1f})"
    strength = f"{event.intensity:.1f} ({event.grade})" if event.strength_measured else "strength not measured"
    said = f"{event.au} {event.name}{side}: "
    if evidence.still:
        return said + strength
    start = f"{event.onset_s:.2f}" if event.onset_seen else f"{event.onset_s:.2f} (already there)"
    end = f"{event.offset_s:.2f}" if event.offset_seen else f"{event.offset_s:.2f} (still there)"
    talking = ", while talking" if event.talking else ""
    return f"{said}{start} to {end} s, peak {strength} at {event.apex_s:.2f} s{talking}"


def _spans(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{span.start_s:.2f}-{span.end_s:.2f} s" for span in spans)


def _number(au: str) -> int:
    return ACTION_UNITS[au].number
