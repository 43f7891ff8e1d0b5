"""One statement against the evidence: supported, contradicted or unverifiable, and why.

``supported``: a measured event fits everything stated, within ``TOLERANCE_S`` and ``GRADE_TOLERANCE``; for a denial, none is
there. ``contradicted``: the AU could be measured and its part was visible, but the events say otherwise. ``unverifiable``:
out of reach, hidden or out of view for more than half of the time spoken of, dynamics of a still image, a side or strength
that the source does not measure, an absence that it does not measure reliably, or a doubt that no event bears out. A denial
is contradicted by an event of any grade; a face at rest only by one of grade B or more that is neither a blink nor a movement
of the head or the gaze; "nothing else moves" by one of grade C or more.
"""

from dataclasses import dataclass, replace

from cot_engine.evidence import RELIABLE, Event, Evidence, union_share
from cot_engine.facs import ACTION_UNITS, Side
from cot_engine.language.mention import Mention
from cot_engine.language.timewords import Timing
from cot_engine.report import Verdict

TOLERANCE_S = 0.25
"""How far a stated time or length may lie from the measured one, in seconds."""
GRADE_TOLERANCE = 1
"""How many grades (A-E) a stated strength may lie from the measured one."""
STRONGER = 0.5
"""How much more intense (0-5) a side must be measured to be the stronger one."""

_GRADES = "ABCDE"
# How faults begin that the measurement cannot speak to.
_BEYOND = ("no dynamics", "side not measured", "strength not measured")
# What the evidence calls the parts that a text names; the last word of a name decides.
_PARTS = {"lip": "mouth", "corner": "mouth", "teeth": "mouth", "jaw": "chin", "forehead": "brow", "lid": "eye", "gaze": "eye"}
_WIDER = {
    "eye corner": ("eye",),
    "lower face": ("mouth", "chin"),
    "upper face": ("brow", "eye"),
    "face": ("brow", "eye", "nose", "cheek", "mouth", "chin"),
}


@dataclass(frozen=True)
class Ruling:
    """A verdict, the reason in words, and the index of the event that was looked at."""

    verdict: Verdict
    reason: str
    event: int | None = None


class Judge:
    """Judges the mentions of a text against one person's evidence."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.duration = evidence.duration_s
        self.measured = {event.au for event in evidence.events}

    def meant(self, mention: Mention) -> list[str]:
        """The action units of which a mention gives a claim."""
        there = [au for au in mention.aus if au in self.measured]
        if mention.region:
            return [au for au in mention.aus if au in self.evidence.reach]
        if mention.pick == "present":
            return there
        if mention.pick == "all" or (mention.pick == "measured" and mention.stance == "denied"):
            return list(mention.aus)
        if mention.pick == "first":
            return there[:1] if there and mention.stance != "denied" else [mention.aus[0]]
        return there or list(mention.aus)

    def movement(self, mention: Mention, au: str) -> Ruling:
        """Judges what a mention says of one action unit."""
        if au not in self.evidence.reach:
            return Ruling("unverifiable", f"{self.evidence.source} does not measure {_name(au)}")
        events = [(i, e) for i, e in enumerate(self.evidence.events) if e.au == au]
        return (self._denied if mention.stance == "denied" else self._stated)(mention, au, events)

    def _stated(self, mention: Mention, au: str, events: list[tuple[int, Event]]) -> Ruling:
        faults = [(self._faults(mention, event), i) for i, event in events]
        fitting = next((i for found, i in faults if not found), None)
        fitting = self._several(mention, events) if fitting is None else fitting
        if fitting is not None:
            return Ruling("supported", f"measured {self._told(self.evidence.events[fitting])}", fitting)
        fault, nearest = min(faults, key=lambda item: len(item[0]), default=([f"no {_name(au)} was measured"], None))
        reason = ", ".join(fault) + (f"; measured {self._told(self.evidence.events[nearest])}" if nearest is not None else "")
        if unseen := self._unseen(mention, au, _window(mention.times, self.duration)):
            return Ruling("unverifiable", f"{unseen}; {reason}", nearest)
        if all(f.startswith(_BEYOND) for f in fault):
            return Ruling("unverifiable", reason, nearest)
        if nearest is None and (doubt := self._unreliable(au)):
            return Ruling("unverifiable", doubt)
        if mention.stance == "hedged":
            return Ruling("unverifiable", f"said with doubt, and {reason}", nearest)
        return Ruling("contradicted", reason if nearest is not None else f"{reason}, and its part was visible", nearest)

    def _several(self, mention: Mention, events: list[tuple[int, Event]]) -> int | None:
        """The first event where stretches or moments lie in different ones ("0.5-2.0 s and again 2.6-4.4 s")."""
        places = [t for t in mention.times if t.kind in ("span", "at", "during")]
        if len(places) < 2:
            return None
        rest = tuple(t for t in mention.times if t not in places)
        one_by_one = [replace(mention, times=(*rest, place)) for place in places]
        fits = [next((i for i, e in events if not self._faults(one, e)), None) for one in one_by_one]
        return None if None in fits else fits[0]

    def _denied(self, mention: Mention, au: str, events: list[tuple[int, Event]]) -> Ruling:
        window = _window(mention.times, self.duration, denied=True)
        for index, event in events:
            strong = not mention.grades or any(_near(event, letter) for letter in mention.grades)
            if strong and _shows(event, mention.side) and (not mention.times or _within(event, *window)):
                return Ruling("contradicted", f"measured {self._told(event)}", index)
        if unseen := self._unseen(mention, au, window) or self._unreliable(au):
            return Ruling("unverifiable", unseen)
        return Ruling("supported", f"no {_name(au)} was measured in {_seconds(*window)}")

    def _unseen(self, mention: Mention, au: str, window: tuple[float, float]) -> str:
        """Why this could not be seen in a window; empty when it could."""
        hidden = self.evidence.hidden_share(au, mention.side or "both", *window)
        if hidden > 0.5:
            return f"the parts needed for {_name(au)} were hidden for {hidden:.0%} of {_seconds(*window)}"
        start, end = window[0], min(window[1], self.duration)
        if start <= self.duration and union_share(self.evidence.seen, start, end) < 0.5:
            return f"the face was out of view at {_seconds(start, end)}"
        return ""

    def _unreliable(self, au: str) -> str:
        """Why the absence of this action unit proves nothing; empty when it does."""
        if self.evidence.reach[au] >= RELIABLE:
            return ""
        return f"no {_name(au)} was measured, but {self.evidence.source} often misses it"

    def _faults(self, mention: Mention, event: Event) -> list[str]:
        """What of a statement does not fit an event, in words."""
        faults = []
        if not event.side_measured and (mention.side or mention.one_sided or mention.stronger):
            faults.append("side not measured: the source does not tell left from right here")
        elif not _shows(event, mention.side) or (mention.side == "both" and event.side != "both"):
            faults.append(f"it shows on the {event.side} only")
        elif mention.one_sided and event.side == "both":
            faults.append("it shows on both sides")
        if mention.stronger and event.side_measured and not _leans(event, mention.stronger):
            faults.append(f"it is not stronger on the {mention.stronger}")
        if mention.grades and not event.strength_measured:
            faults.append("strength not measured: the source tells only whether it is there")
        elif mention.grades:
            faults += [f"its strength is {event.grade}, not {g}" for g in mention.grades if not _near(event, g)]
        return faults + [fault for timing in mention.times if (fault := self._time_fault(timing, event))]

    def _time_fault(self, timing: Timing, event: Event) -> str | None:
        start, end = timing.start.at(self.duration), timing.end.at(self.duration)
        if self.evidence.still and timing.kind not in ("at", "during"):
            return f"no dynamics: a still image has no {timing.kind}"
        onset = _boundary(event.onset_s, start, end, open_ended=not event.onset_seen and start <= event.onset_s)
        offset = _boundary(event.offset_s, start, end, open_ended=not event.offset_seen and end >= event.offset_s)
        lasting = f"it lasts from {event.onset_s:.2f} to {event.offset_s:.2f} s"
        match timing.kind:
            case "onset":
                return None if onset else f"it begins at {event.onset_s:.2f} s"
            case "offset":
                return None if offset else f"it ends at {event.offset_s:.2f} s"
            case "apex":
                return None if _boundary(event.apex_s, start, end) else f"it peaks at {event.apex_s:.2f} s"
            case "span":
                first = _boundary(event.onset_s, start, start, open_ended=not event.onset_seen and start <= event.onset_s)
                last = _boundary(event.offset_s, end, end, open_ended=not event.offset_seen and end >= event.offset_s)
                return None if first and last else lasting
            case "length":
                length = event.offset_s - event.onset_s
                short = timing.bound != "most" and length < start - TOLERANCE_S
                long = timing.bound != "least" and length > start + TOLERANCE_S
                return f"it lasts {length:.2f} s" if short or long else None
            case "before":
                start = 0.0
            case "after":
                end = self.duration
        apart = event.onset_s > end + TOLERANCE_S or start > event.offset_s + TOLERANCE_S
        return f"{lasting}, not at {_seconds(start, end)}" if apart else None

    def _told(self, event: Event) -> str:
        """An event in numbers, as far as they were measured."""
        side = (
            f" {event.side} {'sides' if event.side == 'both' else 'side'}"
            if ACTION_UNITS[event.au].sided and event.side_measured
            else ""
        )
        strength = f"{event.intensity:.1f} ({event.grade})" if event.strength_measured else "strength not measured"
        if self.evidence.still:
            return f"{event.au}{side}, {strength}"
        return f"{event.au}{side} {event.onset_s:.2f}-{event.offset_s:.2f} s, peak {strength} at {event.apex_s:.2f} s"

    def face(self, mention: Mention, named: tuple[Mention, ...]) -> Ruling:
        """Judges a statement on the whole face, on visibility or on talking; ``named`` are all mentions of the text."""
        window = _window(mention.times, self.duration, denied=True)
        if mention.topic == "talking":
            return self._told_present("talking", mention, [(s.start_s, s.end_s) for s in self.evidence.talking])
        if mention.topic == "hidden":
            hidden = [h for h in self.evidence.hidden if is_part(h.part, mention.parts, mention.side)]
            return self._told_present("hidden", mention, [(s.start_s, s.end_s) for h in hidden for s in h.spans])
        others = mention.topic == "others"
        spoken_of = {au for m in named for au in m.aus} if others else set()
        for index, event in enumerate(self.evidence.events):
            slight = event.grade in ("AB" if others else "A") or event.au == "AU45"
            if slight or event.au in spoken_of or ACTION_UNITS[event.au].region in ("head", "gaze"):
                continue
            if not mention.times or _within(event, *window):
                return Ruling("contradicted", f"measured {self._told(event)}", index)
        return Ruling("supported", f"no {'other ' if others else ''}movement was measured in {_seconds(*window)}")

    def _told_present(self, what: str, mention: Mention, spans: list[tuple[float, float]]) -> Ruling:
        start, end = _window(mention.times, self.duration, denied=True)
        there = any(a - TOLERANCE_S <= end and start <= b + TOLERANCE_S for a, b in spans)
        told = ", ".join(f"{a:.2f}-{b:.2f} s" for a, b in dict.fromkeys(spans))
        reason = f"measured as {what} at {told}" if spans else f"nothing was measured as {what}"
        return Ruling("supported" if there == (mention.stance != "denied") else "contradicted", reason)


def _boundary(measured: float, start: float, end: float, *, open_ended: bool = False) -> bool:
    """Whether a measured boundary lies where it is said to; one that was out of view (open-ended) cannot speak against it."""
    return open_ended or start - TOLERANCE_S <= measured <= end + TOLERANCE_S


def _within(event: Event, start: float, end: float) -> bool:
    """Whether an event shows in a window: at a moment, or for more than the tolerance (or half of a brief event)."""
    if end <= start:
        return event.onset_s <= start <= event.offset_s
    return event.span.overlap(start, end) > min(TOLERANCE_S, (event.offset_s - event.onset_s) / 2)


def _shows(event: Event, side: Side | None) -> bool:
    return side in (None, "both") or event.side in (side, "both")


def _leans(event: Event, side: Side) -> bool:
    if event.left is None or event.right is None:
        return event.side == side
    return (event.left - event.right) * (1 if side == "left" else -1) > STRONGER


def _near(event: Event, letter: str) -> bool:
    return abs(_GRADES.index(event.grade) - _GRADES.index(letter)) <= GRADE_TOLERANCE


def is_part(part: str, named: tuple[str, ...], side: Side | None) -> bool:
    """Whether a part of the evidence is one of those named in a text."""
    if side in ("left", "right") and " " in part and side not in part:
        return False
    last = {name: name.split()[-1].removesuffix("s") for name in named}
    wanted = {target for name in named for target in _WIDER.get(name, (_PARTS.get(last[name], last[name]),))}
    return any(part.endswith(target) for target in wanted)


def _window(times: tuple[Timing, ...], duration: float, *, denied: bool = False) -> tuple[float, float]:
    """The seconds a statement speaks about: its times, else the whole clip. A denial reaches on from a beginning."""
    spans = [
        t.window(duration) if denied or t.kind in ("before", "after") else (t.start.at(duration), t.end.at(duration))
        for t in times
        if t.kind != "length"
    ]
    if not spans:
        return 0.0, duration
    shared = max(a for a, _ in spans), min(b for _, b in spans)
    return shared if denied and shared[0] <= shared[1] else (min(a for a, _ in spans), max(b for _, b in spans))


def _name(au: str) -> str:
    return f"{au} ({ACTION_UNITS[au].name})"


def _seconds(start: float, end: float) -> str:
    return f"{start:.2f} s" if end <= start else f"{start:.2f}-{end:.2f} s"
