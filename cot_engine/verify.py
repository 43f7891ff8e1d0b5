"""The check: every statement of a text about the face is held against what was measured.

``supported``: a measured event fits everything stated (AU, side, times, strengths). ``contradicted``: the AU could be measured
and its part was visible, but no event fits. ``unverifiable``: it was out of reach or hidden, or was only hinted at without a
fitting event. Works on any text, whoever wrote it; what is said and what is judged are kept apart (``claims`` and here).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cot_engine.claims import Mention, find_mentions
from cot_engine.evidence import Event, Evidence, parts_of, union_share
from cot_engine.facs import ACTION_UNITS, Side
from cot_engine.report import Claim, Verdict
from cot_engine.timewords import Timing

TOLERANCE_S = 0.25
"""How far a stated time or length may lie from the measured one, in seconds."""
GRADE_TOLERANCE = 1
"""How many grades (A-E) a stated strength may lie from the measured one."""
_STRONGER = 0.5
_AT_REST = frozenset("BCDE")
_SALIENT = frozenset("CDE")
_GRADES = "ABCDE"


@dataclass(frozen=True)
class Verification:
    """The claims of a text in order, and the indices of the events of grade C or more that none of them asserts."""

    claims: tuple[Claim, ...]
    omissions: tuple[int, ...]


@dataclass(frozen=True)
class _Ruling:
    verdict: Verdict
    reason: str
    event: int | None = None


def verify(text: str, evidence: Evidence) -> Verification:
    """Holds every claim that ``text`` makes about the face against ``evidence``. Never raises on any text.

    Raised eyebrows give one claim for each of AU1 and AU2 that was measured, or for both where neither was; narrowed eyes are
    AU7, or AU6 where only that was measured. A part that does not move denies each of its AUs that the source can measure.
    """
    judge = _Judge(evidence)
    named = find_mentions(text)
    claims: list[Claim] = []
    for mention in named:
        if mention.topic == "movement":
            for au in judge.meant(mention):
                claims.append(_claim(text, mention, au, judge.movement(mention, au), evidence))
        elif ruling := judge.face(mention, named):
            claims.append(_claim(text, mention, None, ruling, evidence))
    return Verification(tuple(claims), _omissions(claims, evidence))


def _claim(text: str, mention: Mention, au: str | None, ruling: _Ruling, evidence: Evidence) -> Claim:
    seconds = {round(moment.at(evidence.duration_s), 4) for t in mention.times for moment in (t.start, t.end)}
    return Claim(
        text=text[mention.start : mention.end],
        au=au,
        side=mention.side,
        stance=mention.stance,
        times_s=tuple(sorted(seconds)),
        grades=mention.grades,
        verdict=ruling.verdict,
        reason=ruling.reason,
        event=ruling.event,
        start=mention.start,
        end=mention.end,
    )


def _omissions(claims: list[Claim], evidence: Evidence) -> tuple[int, ...]:
    asserted = [c for c in claims if c.stance == "asserted" and c.au]

    def covers(claim: Claim, index: int) -> bool:
        event = evidence.events[index]
        if claim.event == index:
            return True
        if claim.au != event.au or claim.verdict == "contradicted":
            return False
        near = [event.onset_s - TOLERANCE_S <= s <= event.offset_s + TOLERANCE_S for s in claim.times_s]
        return not near or any(near)

    return tuple(i for i in evidence.must_mention() if not any(covers(c, i) for c in asserted))


class _Judge:
    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.duration = evidence.duration_s
        self.measured = {event.au for event in evidence.events}

    def meant(self, mention: Mention) -> list[str]:
        """The action units of which a mention gives a claim."""
        if mention.region:
            return [au for au in mention.aus if au in self.evidence.reach]
        if mention.pick == "all" or (mention.pick == "measured" and mention.stance == "denied"):
            return list(mention.aus)
        there = [au for au in mention.aus if au in self.measured]
        if mention.pick == "present":
            return there
        if mention.pick == "first":
            return there[:1] if there and mention.stance != "denied" else [mention.aus[0]]
        return there or list(mention.aus)

    def movement(self, mention: Mention, au: str) -> _Ruling:
        name = f"{au} ({ACTION_UNITS[au].name})"
        if au not in self.evidence.reach:
            return _Ruling("unverifiable", f"{self.evidence.source} does not measure {name}")
        events = [(i, e) for i, e in enumerate(self.evidence.events) if e.au == au]
        return (
            self._denied(mention, au, name, events) if mention.stance == "denied" else self._stated(mention, au, name, events)
        )

    def _stated(self, mention: Mention, au: str, name: str, events: list[tuple[int, Event]]) -> _Ruling:
        faults = [(self._faults(mention, event), i, event) for i, event in events]
        if (fit := _fitting(faults)) is not None or (fit := self._several(mention, events)) is not None:
            return _Ruling("supported", f"measured {_told(fit[1])}", fit[0])
        index, best = min(((len(f), i, f) for f, i, _ in faults), default=(0, -1, None))[1:]
        event = self.evidence.events[index] if best else None
        start, end = _window(mention.times, self.duration)
        hidden = self.evidence.hidden_share(au, mention.side or "both", start, end)
        told = f"; measured {_told(event)}" if event else ""
        if hidden > 0.5:
            return _Ruling(
                "unverifiable", f"the parts needed for {name} were hidden for {hidden:.0%} of {_seconds(start, end)}{told}"
            )
        if self._unseen(start, end):
            return _Ruling("unverifiable", f"the face was out of view at {_seconds(start, end)}{told}")
        if event and best and all(f.startswith("no dynamics") for f in best):
            return _Ruling("unverifiable", f"{best[0]}{told}", index)
        if mention.stance == "hedged":
            return _Ruling("unverifiable", f"said with doubt, and {best[0] if best else f'no {name} was measured'}{told}")
        if event and best:
            return _Ruling("contradicted", f"{', '.join(best)}{told}", index)
        return _Ruling("contradicted", f"no {name} was measured, and its part was visible")

    def _several(self, mention: Mention, events: list[tuple[int, Event]]) -> tuple[int, Event] | None:
        """Stretches or moments that lie in different events ("from 0.5 to 2.0 s and again from 2.6 to 4.4 s")."""
        places = [t for t in mention.times if t.kind in ("span", "at", "during")]
        if len(places) < 2:
            return None
        rest = tuple(t for t in mention.times if t not in places)
        fits = [
            next(((i, e) for i, e in events if not self._faults(replace(mention, times=(*rest, t)), e)), None) for t in places
        ]
        return fits[0] if all(fits) else None

    def _denied(self, mention: Mention, au: str, name: str, events: list[tuple[int, Event]]) -> _Ruling:
        start, end = _window(mention.times, self.duration, denied=True)
        for index, event in events:
            if not _shows(event, mention.side) or not self._within(event, start, end, timed=bool(mention.times)):
                continue
            if mention.grades and not any(_near(event, g) for g in mention.grades):
                continue
            return _Ruling("contradicted", f"measured {_told(event)}", index)
        hidden = self.evidence.hidden_share(au, mention.side or "both", start, end)
        if hidden > 0.5:
            return _Ruling(
                "unverifiable", f"the parts needed for {name} were hidden for {hidden:.0%} of {_seconds(start, end)}"
            )
        if self._unseen(start, end):
            return _Ruling("unverifiable", f"the face was out of view at {_seconds(start, end)}")
        return _Ruling("supported", f"no {name} was measured in {_seconds(start, end)}")

    def _within(self, event: Event, start: float, end: float, *, timed: bool) -> bool:
        """Whether an event shows in a window: at a moment, or for more than the tolerance (or half of a brief event)."""
        if not timed:
            return True
        if end <= start:
            return event.onset_s <= start <= event.offset_s
        return event.span.overlap(start, end) > min(TOLERANCE_S, (event.offset_s - event.onset_s) / 2)

    def _unseen(self, start: float, end: float) -> bool:
        inside = min(end, self.duration)
        return start <= self.duration and union_share(self.evidence.seen, start, inside) < 0.5

    def _faults(self, mention: Mention, event: Event) -> list[str]:
        """What of a statement does not fit an event, in words; times that may lie in another event are marked by "time"."""
        faults = []
        if mention.side == "both" and event.side != "both":
            faults.append(f"it shows on the {event.side} only")
        elif not _shows(event, mention.side):
            faults.append(f"it does not show on the {mention.side}")
        elif mention.one_sided and event.side == "both":
            faults.append("it shows on both sides")
        if mention.stronger and not _leans(event, mention.stronger):
            faults.append(f"it is not stronger on the {mention.stronger}")
        faults += [f"its strength is {event.grade}, not {g}" for g in mention.grades if not _near(event, g)]
        for timing in mention.times:
            if fault := self._time_fault(timing, event):
                faults.append(fault)
        return faults

    def _time_fault(self, timing: Timing, event: Event) -> str | None:
        start, end = timing.start.at(self.duration), timing.end.at(self.duration)
        if self.evidence.still and timing.kind not in ("at", "during"):
            return f"no dynamics: a still image has no {timing.kind}"
        bounds = {
            "onset": ("begins", event.onset_s, event.onset_seen),
            "apex": ("peaks", event.apex_s, True),
            "offset": ("ends", event.offset_s, event.offset_seen),
        }
        if timing.kind in bounds:
            verb, measured, seen = bounds[timing.kind]
            # A boundary that lies out of view cannot speak against what is said of it.
            open_ended = not seen and (start <= measured if timing.kind == "onset" else end >= measured)
            if start - TOLERANCE_S <= measured <= end + TOLERANCE_S or open_ended:
                return None
            return f"it {verb} at {measured:.2f} s"
        if timing.kind == "span":
            first = abs(event.onset_s - start) <= TOLERANCE_S or (not event.onset_seen and start <= event.onset_s)
            last = abs(event.offset_s - end) <= TOLERANCE_S or (not event.offset_seen and end >= event.offset_s)
            return None if first and last else f"it lasts from {event.onset_s:.2f} to {event.offset_s:.2f} s"
        if timing.kind == "length":
            length, stated = event.offset_s - event.onset_s, start
            fits = {"most": length <= stated + TOLERANCE_S, "least": length >= stated - TOLERANCE_S}
            return None if fits.get(timing.bound, abs(length - stated) <= TOLERANCE_S) else f"it lasts {length:.2f} s"
        if timing.kind == "before":
            start = 0.0
        elif timing.kind == "after":
            end = self.duration
        if event.onset_s - TOLERANCE_S <= end and start <= event.offset_s + TOLERANCE_S:
            return None
        return f"it is measured from {event.onset_s:.2f} to {event.offset_s:.2f} s, not at {_seconds(start, end)}"

    def face(self, mention: Mention, named: Iterable[Mention]) -> _Ruling | None:
        """Judges statements on the whole face, on visibility and on talking; None where nothing was claimed after all."""
        start, end = _window(mention.times, self.duration, denied=True)
        if mention.topic == "talking":
            return self._present("talking", mention, [(s.start_s, s.end_s) for s in self.evidence.talking], start, end)
        if mention.topic == "hidden":
            spans = [
                (s.start_s, s.end_s)
                for h in self.evidence.hidden
                if _matches(h.part, mention.parts, mention.side)
                for s in h.spans
            ]
            return self._present("hidden", mention, spans, start, end)
        spoken = {au for m in named if m.topic == "movement" for au in m.aus} if mention.topic == "others" else set()
        counted = _SALIENT if mention.topic == "others" else _AT_REST
        for index, event in enumerate(self.evidence.events):
            region = ACTION_UNITS[event.au].region
            if event.grade not in counted or event.au in spoken or region in ("head", "gaze") or event.au == "AU45":
                continue
            if self._within(event, start, end, timed=bool(mention.times)):
                return _Ruling("contradicted", f"measured {_told(event)}", index)
        return _Ruling(
            "supported",
            f"no other movement was measured in {_seconds(start, end)}"
            if spoken
            else f"no movement was measured in {_seconds(start, end)}",
        )

    def _present(self, what: str, mention: Mention, spans: list[tuple[float, float]], start: float, end: float) -> _Ruling:
        shared = [(a, b) for a, b in spans if a - TOLERANCE_S <= end and start <= b + TOLERANCE_S] if mention.times else spans
        told = ", ".join(f"{a:.2f}-{b:.2f} s" for a, b in spans)
        reason = f"measured as {what} at {told}" if spans else f"nothing was measured as {what}"
        if mention.stance == "hedged" and not shared:
            return _Ruling("unverifiable", reason)
        return _Ruling("supported" if bool(shared) == (mention.stance != "denied") else "contradicted", reason)


def _fitting(faults: list[tuple[list[str], int, Event]]) -> tuple[int, Event] | None:
    return next(((i, event) for found, i, event in faults if not found), None)


def _shows(event: Event, side: Side | None) -> bool:
    return side in (None, "both") or event.side in (side, "both")


def _leans(event: Event, side: str) -> bool:
    if event.left is None or event.right is None:
        return event.side == side
    lead = event.left - event.right if side == "left" else event.right - event.left
    return lead > _STRONGER


def _near(event: Event, letter: str) -> bool:
    return abs(_GRADES.index(event.grade) - _GRADES.index(letter)) <= GRADE_TOLERANCE


def _matches(part: str, named: tuple[str, ...], side: Side | None) -> bool:
    known = {
        "lip": "mouth",
        "lip corner": "mouth",
        "upper lip": "mouth",
        "lower lip": "mouth",
        "teeth": "mouth",
        "jaw": "chin",
        "forehead": "brow",
    }
    halves = {
        "lower face": ("mouth", "chin"),
        "upper face": ("brow", "eye"),
        "face": ("brow", "eye", "nose", "cheek", "mouth", "chin"),
    }
    return any(
        part.endswith(target) and (side in (None, "both") or side in part or " " not in part)
        for name in named
        for target in halves.get(
            name, (known.get(name, name.removeprefix("upper ").removeprefix("lower ").replace("lid", "eye")),)
        )
    )


def _window(times: tuple[Timing, ...], duration: float, *, denied: bool = False) -> tuple[float, float]:
    """The seconds a statement speaks about: its times, else the whole clip. A denial reaches on from a beginning."""
    told = [t for t in times if t.kind != "length"]
    if not told:
        return 0.0, duration
    spans = [
        t.window(duration) if denied or t.kind in ("before", "after") else (t.start.at(duration), t.end.at(duration))
        for t in told
    ]
    if denied and len(spans) > 1:
        start, end = max(a for a, _ in spans), min(b for _, b in spans)
        if start <= end:
            return start, end
    return min(a for a, _ in spans), max(b for _, b in spans)


def _told(event: Event) -> str:
    side = "both sides" if event.side == "both" else f"{event.side} side"
    sided = f" {side}" if ACTION_UNITS[event.au].sided else ""
    return f"{event.au}{sided} {event.onset_s:.2f}-{event.offset_s:.2f} s, peak {event.intensity:.1f} ({event.grade}) at {event.apex_s:.2f} s"


def _seconds(start: float, end: float) -> str:
    return f"{start:.2f} s" if end <= start else f"{start:.2f}-{end:.2f} s"
