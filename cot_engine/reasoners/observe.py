"""Evidence -> key observations: what moved, when, how strongly and on which side, in the order it happened. Label-blind."""

from random import Random

from cot_engine.evidence import RELIABLE, Event, Evidence, Reason
from cot_engine.facs import GRADE_WORDS
from cot_engine.reasoners.phrases import capital, clause, listed

# Movements that start within this time of each other are told together.
_TOGETHER_S = 0.15
_BRIEF_S = 0.3
_REST_WORTH_SAYING_S = 0.3
# Movements repeated this often are summed up.
_REPEATED = 3
# Beyond this many events, those below grade C are left out.
_MAX_EVENTS = 8
_ASYMMETRY = 1.0


def observe(evidence: Evidence, rng: Random) -> list[str]:
    """One observation a line. Every event of grade C or more is in it, and nothing that was not measured."""
    if evidence.still:
        return [*of_a_picture(evidence, rng), *out_of_view(evidence)]
    chosen = worth_telling(evidence)
    lines = _rest(evidence, rng)
    repeated = {key: events for key, events in _by_movement(chosen).items() if len(events) >= _REPEATED or key[0] == "AU45"}
    single = [event for event in chosen if (event.au, event.side) not in repeated]
    for group in _together(single):
        lines.append(_lead(group[0], evidence.seen[0].start_s if evidence.seen else 0.0, rng))
        lines += [_companion(event, group[0], rng) for event in group[1:]]
    lines += [_repeats(events, rng) for events in repeated.values()]
    return [*lines, *stillness(evidence, rng), *talking(evidence, rng), *out_of_view(evidence)]


def worth_telling(evidence: Evidence) -> list[Event]:
    """Every event or, where there are many, those of grade C or more."""
    strong = [evidence.events[i] for i in evidence.must_mention()]
    return list(evidence.events) if len(evidence.events) <= _MAX_EVENTS else strong


def _by_movement(events: list[Event]) -> dict[tuple[str, str], list[Event]]:
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        groups.setdefault((event.au, event.side), []).append(event)
    return groups


def _together(events: list[Event]) -> list[list[Event]]:
    """Events in order of onset, those that start together in one group, strongest first."""
    groups: list[list[Event]] = []
    for event in events:
        if groups and event.onset_s - groups[-1][0].onset_s <= _TOGETHER_S:
            groups[-1].append(event)
        else:
            groups.append([event])
    return [sorted(group, key=lambda e: -e.intensity) for group in groups]


def _rest(evidence: Evidence, rng: Random) -> list[str]:
    if not evidence.events or not evidence.seen:
        return []
    start, first = evidence.seen[0].start_s, min(event.onset_s for event in evidence.events)
    if first - start < _REST_WORTH_SAYING_S:
        return []
    return [rng.choice((f"Until {first:.2f} s the face is at rest.", f"The face is at rest until {first:.2f} s."))]


def _lead(event: Event, first_s: float, rng: Random) -> str:
    what, apex = clause(event, rng.randrange(6)), f"{event.apex_s:.2f} s"
    peak = f"a {GRADE_WORDS[event.grade]} peak" if event.strength_measured else "the peak"
    tag = f"({event.au}{_stronger_side(event)})"
    onset, offset = f"{event.onset_s:.2f}", f"{event.offset_s:.2f}"
    if not event.onset_seen:
        begin = "From the start" if event.onset_s <= first_s else f"When the face is seen again at {event.onset_s:.2f} s,"
        return f"{begin} {what} {tag}, with {peak} at {apex}{_until(event)}."
    if event.offset_seen and event.offset_s - event.onset_s < _BRIEF_S:
        return f"Briefly, between {onset} and {offset} s, {what} ({event.au}{_word(event)}{_stronger_side(event)})."
    if not event.offset_seen:
        return rng.choice(
            (
                f"From {onset} s to the end {what} {tag}, with {peak} at {apex}.",
                f"{capital(what)} {tag} from {onset} s on, with {peak} at {apex}, and holding to the end.",
            )
        )
    return rng.choice(
        (
            f"From {onset} to {offset} s {what} {tag}, with {peak} at {apex}.",
            f"{capital(what)} {tag} from {onset} s on, reaching {peak} at {apex} and ending at {offset} s.",
            f"Between {onset} and {offset} s {what} {tag}, with {peak} at {apex}.",
        )
    )


def _companion(event: Event, lead: Event, rng: Random) -> str:
    what, stronger = clause(event, rng.randrange(6)), _stronger_side(event)
    end = _until(event) if abs(event.offset_s - lead.offset_s) > _BRIEF_S else ""
    together = rng.choice(("At nearly the same moment", "At the same time", "Almost at once", "Right then"))
    return f"{together} {what} ({event.au}{_word(event)}{stronger}), peaking at {event.apex_s:.2f} s{end}."


def _until(event: Event) -> str:
    return f" and ending at {event.offset_s:.2f} s" if event.offset_seen else " and holding to the end"


def _repeats(events: list[Event], rng: Random) -> str:
    what = clause(events[0], rng.randrange(6))
    times = listed([f"{event.apex_s:.2f} s" for event in events])
    count = {1: "once", 2: "twice"}.get(len(events), f"{len(events)} times")
    return f"{capital(what)} {count} ({events[0].au}), at {times}."


def _word(event: Event) -> str:
    return f", {GRADE_WORDS[event.grade]}" if event.strength_measured else ""


def _stronger_side(event: Event) -> str:
    if event.side != "both" or event.left is None or event.right is None or abs(event.left - event.right) < _ASYMMETRY:
        return ""
    return f", stronger on the {'left' if event.left > event.right else 'right'}"


def of_a_picture(evidence: Evidence, rng: Random) -> list[str]:
    """A single picture has strengths and sides, but no times."""
    chosen = worth_telling(evidence)
    if not chosen:
        return [rng.choice(_NOTHING), *stillness(evidence, rng)]
    # Nothing comes first in a picture, so the order is free.
    rng.shuffle(chosen)
    lines = []
    for i, event in enumerate(chosen):
        what = clause(event, rng.randrange(6))
        opening = rng.choice(
            ("In this picture ", "In the picture ", "Here ") if i == 0 else ("", "Besides, ", "Also, ", "Further, ")
        )
        lines.append(capital(f"{opening}{what} ({event.au}{_word(event)}{_stronger_side(event)})."))
    return lines


_NOTHING = (
    "In this picture no movement away from an average resting face can be made out.",
    "Nothing in this picture departs from an average resting face.",
    "The picture shows a face at rest.",
)

# What is worth a sentence when it keeps still: the AUs that must have been measured, others that would show too, the words.
_STILL = (
    (("AU1", "AU2", "AU4"), (), ("The brows do not move.", "The brows stay still.", "No movement of the brows is seen.")),
    (
        ("AU12",),
        (),
        ("The lip corners do not rise.", "The lip corners are not drawn up.", "The lip corners are not pulled upward."),
    ),
    (("AU26",), ("AU27", "AU29", "AU30"), ("The jaw does not drop.", "The jaw is not lowered.", "There is no jaw drop.")),
    (("AU6",), (), ("The cheeks do not rise.", "The cheeks are not raised.", "The cheeks are not lifted.")),
    (("AU25",), (), ("The lips do not part.", "The lips are not parted.", "The lips stay closed.")),
)
_MAX_STILL = 2


def stillness(evidence: Evidence, rng: Random) -> list[str]:
    """What was watched, could be seen and did not move; a line at least where nothing moved."""
    still = []
    for aus, others, wordings in _STILL:
        judged = all(evidence.reach.get(au, 0.0) >= RELIABLE for au in aus)
        hidden = any(evidence.hidden_in_view(au) > 0 for au in aus)
        if judged and not hidden and not any(evidence.events_of(au) for au in (*aus, *others)):
            still.append(rng.choice(wordings))
    if evidence.events:
        # Brows, lip corners and jaw say most; they stand first.
        return still[:_MAX_STILL]
    if not still:
        return ["No movement could be measured."]
    rng.shuffle(still)
    return [*_at_rest(evidence, rng), *still]


def _at_rest(evidence: Evidence, rng: Random) -> list[str]:
    """That the whole face keeps still, for as long as it was in view."""
    if evidence.still or not evidence.seen:
        return []
    start, end = f"{evidence.seen[0].start_s:.2f}", f"{evidence.seen[-1].end_s:.2f}"
    return [
        rng.choice(
            (
                f"From {start} to {end} s the face is at rest.",
                f"The face is at rest from {start} to {end} s.",
                f"Between {start} and {end} s nothing in the face moves.",
                f"No movement is seen between {start} and {end} s.",
            )
        )
    ]


def talking(evidence: Evidence, rng: Random) -> list[str]:
    """A line on when the mouth moved as in speech, or none."""
    if not evidence.talking:
        return []
    spans = listed([f"between {s.start_s:.2f} and {s.end_s:.2f} s" for s in evidence.talking])
    return [rng.choice((f"The person seems to be talking {spans}.", f"The mouth moves as in talking {spans}."))]


_HIDDEN_WORDS: dict[Reason, str] = {
    "hand or object": "hidden by a hand or an object",
    "mask": "hidden by a mask",
    "sunglasses": "hidden by sunglasses",
    "outside the frame": "outside the frame",
    "turned away": "turned away from the camera",
    "too small": "too small to judge",
}


def out_of_view(evidence: Evidence) -> list[str]:
    """What could not be seen; parts hidden for the same reason at the same times share a sentence."""
    groups: dict[tuple[Reason, str], list[str]] = {}
    for hidden in evidence.hidden:
        when = "" if evidence.still else " " + listed([f"between {s.start_s:.2f} and {s.end_s:.2f} s" for s in hidden.spans])
        groups.setdefault((hidden.reason, when), []).append(f"the {hidden.part}")
    return [
        f"{capital(listed(parts))} {'are' if len(parts) > 1 else 'is'} {_HIDDEN_WORDS[reason]}{when}."
        for (reason, when), parts in groups.items()
    ]
