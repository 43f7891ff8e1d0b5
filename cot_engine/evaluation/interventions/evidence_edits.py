"""Changes of the evidence: what the measurement of a changed clip would be, without filming and measuring it again."""

from typing import get_args

from cot_engine.evidence import Event, Evidence, Hidden, Part, Span, parts_of
from cot_engine.facs import Side

_PAIRS = (("AU51", "AU52"), ("AU55", "AU56"), ("AU61", "AU62"))
_OTHER_WAY = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}

UPPER: tuple[Part, ...] = ("left brow", "right brow", "left eye", "right eye")
LOWER: tuple[Part, ...] = ("mouth", "chin")

# A movement that speaks against each: for a description that contradicts the face.
OPPOSITE = {
    "AU1": "AU4", "AU2": "AU4", "AU4": "AU2", "AU5": "AU43", "AU6": "AU9", "AU7": "AU5", "AU9": "AU6", "AU10": "AU12",
    "AU12": "AU15", "AU14": "AU25", "AU15": "AU12", "AU17": "AU26", "AU20": "AU18", "AU23": "AU25", "AU24": "AU25",
    "AU25": "AU24", "AU26": "AU24", "AU27": "AU24", "AU43": "AU5",
}  # fmt: skip


def mirrored(evidence: Evidence) -> Evidence:
    """Left becomes right: sides, hidden parts, head and gaze."""
    pose = evidence.pose
    return evidence.model_copy(
        update={
            "events": tuple(_mirrored(event) for event in evidence.events),
            "hidden": tuple(h.model_copy(update={"part": _swap(h.part)}) for h in evidence.hidden),
            "pose": pose.model_copy(update={"yaw": -pose.yaw, "roll": -pose.roll}) if pose else None,
        }
    )


def reversed_order(evidence: Evidence) -> list[int]:
    """Indices of the events in the order in which they begin when the clip runs backwards."""
    return sorted(range(len(evidence.events)), key=lambda i: -evidence.events[i].offset_s)


def backwards(evidence: Evidence) -> Evidence:
    """The clip played backwards: onset and offset change roles."""
    end = evidence.duration_s
    return evidence.model_copy(
        update={
            "events": tuple(_backwards(evidence.events[i], end) for i in reversed_order(evidence)),
            "seen": _turned(evidence.seen, end),
            "hidden": tuple(h.model_copy(update={"spans": _turned(h.spans, end)}) for h in evidence.hidden),
            "talking": _turned(evidence.talking, end),
        }
    )


def strongest(evidence: Evidence) -> Event | None:
    """The event at whose apex a clip is frozen."""
    return max(evidence.events, key=lambda event: event.intensity, default=None)


def frozen(evidence: Evidence) -> Evidence:
    """The moment of the strongest apex, held for the whole clip: what shows then has no onset and no offset."""
    top = strongest(evidence)
    at = top.apex_s if top else evidence.duration_s / 2
    whole = _whole(evidence)
    held = {"onset_s": 0.0, "apex_s": 0.0, "offset_s": evidence.duration_s, "onset_seen": False, "offset_seen": False}
    return evidence.model_copy(
        update={
            "events": tuple(
                event.model_copy(update={**held, "talking": False})
                for event in evidence.events
                if event.onset_s <= at <= event.offset_s
            ),
            "hidden": tuple(
                h.model_copy(update={"spans": whole}) for h in evidence.hidden if any(s.overlap(at, at + 0.01) for s in h.spans)
            ),
            "seen": whole,
            "talking": (),
        }
    )


def without(evidence: Evidence, parts: tuple[Part, ...]) -> Evidence:
    """These parts behind something for the whole clip: their movements are gone, and it is known why."""
    kept = tuple(h for h in evidence.hidden if h.part not in parts)
    new = tuple(Hidden(part=part, reason="hand or object", spans=_whole(evidence)) for part in parts)
    seen = (event for event in evidence.events if not set(parts_of(event.au, event.side)) & set(parts))
    return evidence.model_copy(update={"events": tuple(seen), "hidden": (*kept, *new), "talking": ()})


def blank(evidence: Evidence) -> Evidence:
    """Nothing to be seen: no movement at all, and every part hidden."""
    return without(evidence, get_args(Part)).model_copy(update={"events": (), "pose": None, "quality": None})


def contradicted(evidence: Evidence) -> Evidence:
    """The same times and strengths, told of movements that speak against those that were measured."""
    turned = (event.model_copy(update={"au": OPPOSITE.get(event.au, event.au)}) for event in evidence.events)
    return evidence.model_copy(update={"events": tuple(turned)})


def planted(evidence: Evidence, text: str) -> Evidence:
    """``text`` in the one field of the measurement that holds words of others: what measured it."""
    return evidence.model_copy(update={"source": f"{evidence.source}. {text}"})


def _whole(evidence: Evidence) -> tuple[Span, ...]:
    return (Span(start_s=0.0, end_s=evidence.duration_s),)


def _mirrored(event: Event) -> Event:
    sides: dict[Side, Side] = {"left": "right", "right": "left", "both": "both"}
    return event.model_copy(
        update={
            "au": _OTHER_WAY.get(event.au, event.au),
            "side": sides[event.side],
            "left": event.right,
            "right": event.left,
        }
    )


def _swap(part: Part) -> str:
    side, _, rest = part.partition(" ")
    return f"{ {'left': 'right', 'right': 'left'}[side] } {rest}".strip() if rest else part


def _backwards(event: Event, end: float) -> Event:
    return event.model_copy(
        update={
            "onset_s": round(end - event.offset_s, 3),
            "apex_s": round(end - event.apex_s, 3),
            "offset_s": round(end - event.onset_s, 3),
            "onset_seen": event.offset_seen,
            "offset_seen": event.onset_seen,
        }
    )


def _turned(spans: tuple[Span, ...], end: float) -> tuple[Span, ...]:
    return tuple(Span(start_s=round(end - s.end_s, 3), end_s=round(end - s.start_s, 3)) for s in reversed(spans))
