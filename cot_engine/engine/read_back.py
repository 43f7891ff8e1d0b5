"""A description read back into evidence: what a reader who has only the text can know.

A denied movement was measured and absent, a hidden part was not measured, and a movement that a complete description does not
mention was probably not there: it counts as absent with little trust.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import get_args

from cot_engine.claims import find_mentions
from cot_engine.evidence import Event, Evidence, Hidden, Part, Span
from cot_engine.facs import ACTION_UNITS, Grade, Side
from cot_engine.judging import is_part
from cot_engine.language.mention import Mention
from cot_engine.language.timewords import Timing

SOURCE = "a description"
# Trust in what a text says, and in what it leaves out.
_SAID, _UNSAID = 0.9, 0.45
_INTENSITY: dict[Grade, float] = {"A": 0.5, "B": 1.5, "C": 2.5, "D": 3.5, "E": 4.5}
# A movement told without its strength is taken to be clearly visible.
_UNTOLD = 2.5
_SPEECH = ("mouth", "jaw", "chin")


@dataclass
class _Draft:
    """One movement of the text while its sentences are put together."""

    side: Side | None
    times: list[Timing] = field(default_factory=list)
    grades: list[Grade] = field(default_factory=list)


def read_back(observations: Iterable[str]) -> Evidence:
    """Provisional evidence from the sentences of a description. Never raises on any text."""
    mentions = find_mentions("\n".join(observations))
    duration = _last_moment(mentions)
    drafts = _drafts(mentions)
    events = sorted(
        (event for au, told in drafts.items() for draft in told for event in _events(au, draft, duration)),
        key=lambda event: event.onset_s,
    )
    talking = tuple(span for m in mentions if m.topic == "talking" and m.stance == "asserted" for span in _spans(m, duration))
    return Evidence(
        source=SOURCE,
        duration_s=duration,
        seen=(Span(start_s=0, end_s=duration),),
        events=tuple(_spoken(event, talking) for event in events),
        reach=_reach(mentions, set(drafts)),
        hidden=_hidden(mentions, duration),
        talking=talking,
        still=duration == 0,
        baseline="source",
    )


def _named(mention: Mention) -> tuple[str, ...]:
    """The action units of a mention, as ``claims.mentions`` counts them."""
    return () if mention.pick == "present" else mention.aus[:1] if mention.pick == "first" else mention.aus


def _last_moment(mentions: Iterable[Mention]) -> float:
    stated = (moment.seconds for m in mentions for t in m.times if t.kind != "length" for moment in (t.start, t.end))
    return max(stated, default=0.0)


def _drafts(mentions: Iterable[Mention]) -> dict[str, list[_Draft]]:
    drafts: dict[str, list[_Draft]] = {}
    for mention in mentions:
        if mention.topic != "movement" or mention.stance != "asserted":
            continue
        for au in _named(mention):
            told = drafts.setdefault(au, [])
            # "It peaks at 1.2 s" says more of the same movement; a new beginning is a new one.
            again = told and not any(t.kind in ("onset", "span", "at", "during", "after") for t in mention.times)
            same = again and mention.side in (None, told[-1].side)
            if not same:
                told.append(_Draft(mention.side))
            told[-1].times += mention.times
            told[-1].grades += mention.grades
    return drafts


def _events(au: str, draft: _Draft, duration: float) -> list[Event]:
    bounds: dict[str, float] = {}
    moments: list[tuple[float, float]] = []
    for timing in draft.times:
        start, end = timing.start.at(duration), timing.end.at(duration)
        match timing.kind:
            case "onset" | "after":
                bounds.setdefault("onset", start)
            case "offset" | "before":
                bounds["offset"] = end
            case "apex":
                bounds["apex"] = start
            case "span":
                bounds |= {"onset": start, "offset": end}
            case "at" | "during":
                moments.append((start, end))
    if not bounds and moments:
        return [_event(au, draft, start, (start + end) / 2, end) for start, end in dict.fromkeys(moments)]
    onset, offset = bounds.get("onset", 0.0), bounds.get("offset", duration)
    return [_event(au, draft, onset, bounds.get("apex", (onset + offset) / 2), offset)]


def _event(au: str, draft: _Draft, onset: float, apex: float, offset: float) -> Event:
    # Times that contradict each other are the verifier's to find; an event needs them in order.
    onset, apex, offset = sorted((onset, apex, offset))
    return Event(
        au=au,
        side=draft.side or "both",
        onset_s=onset,
        apex_s=apex,
        offset_s=offset,
        intensity=_INTENSITY[max(draft.grades)] if draft.grades else _UNTOLD,
        strength_measured=bool(draft.grades),
        side_measured=draft.side is not None,
    )


def _spoken(event: Event, talking: tuple[Span, ...]) -> Event:
    """Marks movements of the mouth that speech explains."""
    length = event.offset_s - event.onset_s
    overlap = sum(span.overlap(event.onset_s, event.offset_s) for span in talking)
    spoken = ACTION_UNITS[event.au].region in _SPEECH and length > 0 and overlap > length / 2
    return event.model_copy(update={"talking": True}) if spoken else event


def _reach(mentions: Iterable[Mention], moved: set[str]) -> dict[str, float]:
    mentions = tuple(mentions)
    reach = dict.fromkeys(ACTION_UNITS, _UNSAID)
    resting = any(m.topic == "others" or (m.topic == "rest" and not moved) for m in mentions)
    if resting:
        reach |= dict.fromkeys(ACTION_UNITS, _SAID)
    denied = {au for m in mentions if m.topic == "movement" and m.stance == "denied" for au in _named(m)}
    return reach | dict.fromkeys((*moved, *denied), _SAID)


def _hidden(mentions: Iterable[Mention], duration: float) -> tuple[Hidden, ...]:
    found: dict[Part, list[Span]] = {}
    for mention in mentions:
        if mention.topic == "hidden" and mention.stance == "asserted":
            for part in get_args(Part):
                if is_part(part, mention.parts, mention.side):
                    found.setdefault(part, []).extend(_spans(mention, duration))
    # Why it was hidden makes no difference to the inference.
    return tuple(Hidden(part=part, reason="hand or object", spans=tuple(spans)) for part, spans in found.items())


def _spans(mention: Mention, duration: float) -> tuple[Span, ...]:
    windows = [t.window(duration) for t in mention.times if t.kind != "length"] or [(0.0, duration)]
    return tuple(Span(start_s=start, end_s=end) for start, end in windows)
