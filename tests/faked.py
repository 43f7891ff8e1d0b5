"""Evidence made up for tests."""

from random import Random
from typing import get_args

from cot_engine.action_units.blendshapes import READINGS
from cot_engine.evidence import Event, Evidence, Hidden, Part, Span
from cot_engine.facs import ACTION_UNITS

DURATION_S = 4.0


def event(au: str, intensity: float = 3.5, onset: float = 1.0, side: str = "both", length: float = 1.5, **more) -> Event:
    return Event(
        au=au,
        side=side,
        onset_s=onset,
        apex_s=round(onset + length / 3, 2),
        offset_s=round(onset + length, 2),
        intensity=intensity,
        **more,
    )


def evidence(*events: Event, trust: float = 0.9, **more) -> Evidence:
    """Evidence in which every AU was measured with the same trust and nothing was hidden."""
    fields = {
        "source": "test",
        "duration_s": DURATION_S,
        "seen": (Span(start_s=0, end_s=DURATION_S),),
        "events": tuple(sorted(events, key=lambda e: e.onset_s)),
        "reach": dict.fromkeys(ACTION_UNITS, trust),
    }
    return Evidence(**(fields | more))


def out_of_view() -> Evidence:
    """Nothing of the face could be seen at any time."""
    whole = (Span(start_s=0, end_s=DURATION_S),)
    return evidence(hidden=tuple(Hidden(part=part, reason="mask", spans=whole) for part in get_args(Part)))


def random_evidence(seed: int) -> Evidence:
    """What our perception might give: its AUs, one to nine events anywhere, sometimes a hidden part, talking, or a picture."""
    rng = Random(seed)
    still = rng.random() < 0.1
    trust = {au: reading.trust for au, reading in READINGS.items()} | {"AU45": 0.9, "AU46": 0.9}
    parts = rng.choice([(), (), ("mouth", "chin"), ("left eye", "right eye")])
    hidden_from = round(rng.uniform(0, 2), 2)
    spans = (Span(start_s=0, end_s=0) if still else Span(start_s=hidden_from, end_s=round(hidden_from + 1.5, 2)),)
    hidden = tuple(
        Hidden(part=part, reason="hand or object" if "mouth" in parts else "sunglasses", spans=spans) for part in parts
    )
    blank = Evidence(source="test", duration_s=0, seen=(), events=(), reach=trust, hidden=hidden)
    events = []
    for _ in range(rng.randint(0, 9)):
        au = rng.choice(sorted(trust))
        side = rng.choice(("both", "both", "left", "right")) if ACTION_UNITS[au].sided and au != "AU1" else "both"
        side = {"AU46": rng.choice(("left", "right")), "AU45": "both"}.get(au, side)
        onset = 0.0 if still else round(rng.uniform(0, 3), 2)
        length = 0.0 if still else 0.25 if au == "AU45" else round(rng.uniform(0.2, 3), 2)
        offset = round(min(onset + length, DURATION_S), 2)
        if blank.hidden_share(au, side, onset, offset) > 0 or any(
            e.au == au and e.onset_s - 0.3 <= offset and onset <= e.offset_s + 0.3 for e in events
        ):
            continue  # a hidden movement is not measured, and one AU does not overlap itself
        strength = round(rng.uniform(1.2, 5), 2)
        sides = {
            "both": (strength, round(strength * rng.uniform(0.5, 1), 2)),
            "left": (strength, 0.0),
            "right": (0.0, strength),
        }
        left, right = sides[side] if ACTION_UNITS[au].sided and au != "AU1" else (None, None)
        events.append(
            Event(
                au=au,
                side=side,
                onset_s=onset,
                apex_s=round(onset + (offset - onset) * rng.uniform(0.1, 0.9), 2),
                offset_s=offset,
                intensity=strength,
                left=left,
                right=right,
                side_measured=au != "AU1",
                onset_seen=not still and onset > 0.1,
                offset_seen=not still and offset < DURATION_S,
            )
        )
    talking = (Span(start_s=1.0, end_s=2.5),) if not still and rng.random() < 0.2 and "mouth" not in parts else ()
    return Evidence(
        source="test",
        duration_s=0.0 if still else DURATION_S,
        seen=(Span(start_s=0, end_s=0.0 if still else DURATION_S),),
        events=tuple(sorted(events, key=lambda e: e.onset_s)),
        reach=trust,
        hidden=hidden,
        talking=talking,
        still=still,
        baseline="population" if still else "person",
    )
