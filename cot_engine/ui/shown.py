"""What one visitor is looking at: an analysis, who of it, and the HTML of each of its parts."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cot_engine.analysis import Analysis
from cot_engine.evidence import Part, parts_of
from cot_engine.figures import words
from cot_engine.figures.highlight import highlight
from cot_engine.figures.palette import VERDICTS
from cot_engine.figures.svg import inline_svg
from cot_engine.figures.timeline import event_areas, is_still, legend, time_share, timeline_figure
from cot_engine.report import Person
from cot_engine.ui.fragments import fragment
from cot_engine.ui.frame_store import FrameStore
from cot_engine.ui.frame_view import draw_frame, face_pictures
from cot_engine.ui.texts import Words

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class Place:
    """Where the frame view stands, and what it points at: ``what`` in words, ``parts`` of the face."""

    time_s: float
    what: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Shown:
    """``explained`` is false until the text is there; ``frames`` is empty until they were fetched."""

    analysis: Analysis
    chosen: int = 0
    explained: bool = False
    frames: FrameStore = field(default_factory=lambda: FrameStore([], None))

    @property
    def person(self) -> Person:
        return self.analysis.report.people[self.chosen]

    @property
    def duration_s(self) -> float:
        return self.analysis.report.clip.duration_s

    @property
    def still(self) -> bool:
        return is_still(self.analysis.perception.people[self.chosen].timeline, self.duration_s)

    def choose(self, person: int) -> "Shown":
        """The same analysis with another person in view. IndexError for nobody."""
        if not 0 <= person < len(self.analysis.report.people):
            raise IndexError(person)
        return replace(self, chosen=person)

    def start(self) -> Place:
        """The apex of the strongest movement, or the first sight of the face."""
        if self.person.events:
            return self.of_event(max(range(len(self.person.events)), key=lambda i: self.person.events[i].intensity))
        return Place(self.person.seen_s[0][0] if self.person.seen_s else 0.0)

    def of_event(self, index: int) -> Place:
        """The apex of an event and where on the face it is."""
        event = self.person.events[index]
        return Place(event.apex_s, words.event_line(event, still=self.still), parts_of(event.au, event.side))

    def of_claim(self, index: int, now_s: float) -> Place:
        """The apex of the event a claim was held against, else a time that it names, else ``now_s``."""
        claim = self.person.claims[index]
        time_s = claim.times_s[0] if claim.times_s else now_s
        if claim.event is not None:
            time_s = self.person.events[claim.event].apex_s
        return Place(time_s, claim.text, parts_of(claim.au, claim.side or "both") if claim.au else ())

    def now_shares(self, time_s: float) -> tuple[str, str]:
        """Where the wide and the narrow timeline show ``time_s``, as CSS lengths."""
        if self.still or not self.duration_s:
            return "-9px", "-9px"
        at = min(max(time_s, 0.0), self.duration_s)
        wide, narrow = (time_share(at, self.duration_s, narrow=narrow) for narrow in (False, True))
        return f"{100 * wide:.2f}%", f"{100 * narrow:.2f}%"

    def headline(self, say: Words) -> str:
        label = self.person.label
        best = max(label.probabilities, key=lambda name: label.probabilities[name]) if label and label.probabilities else ""
        so_far = None if self.analysis.perception.whole else f"{self.duration_s:.1f}"
        return fragment("headline", say, self.person, best, self.explained, so_far)

    def people(self, say: Words) -> str:
        report = self.analysis.report
        pictures = face_pictures(self.frames, self.analysis)
        names = [
            (person.label.name or say("not_sure")) if person.label else words.movement_summary(person.events)
            for person in report.people
        ]
        return fragment("people", say, list(zip(pictures, report.people, names, strict=True)), self.chosen)

    def frame(self, say: Words, place: Place) -> str:
        if not self.frames:
            return ""
        view = draw_frame(self.frames, self.analysis, self.chosen, place.time_s, place.parts)
        return fragment("frame", say, view, place.what, bool(place.parts))

    def timeline(self, say: Words) -> str:
        perceived = self.analysis.perception.people[self.chosen]
        alt = words.chart_alt(self.person, still=self.still, duration_s=self.duration_s)
        charts = [
            (
                name,
                self._chart(name, alt, narrow=narrow),
                event_areas(self.person, perceived.timeline, self.duration_s, narrow=narrow),
            )
            for name, narrow in (("wide", False), ("narrow", True))
        ]
        explained = legend(self.person, perceived.timeline, self.duration_s)
        return fragment("timeline", say, self.person, charts, explained, self.still)

    def _chart(self, name: str, alt: str, *, narrow: bool) -> "Markup":
        from markupsafe import Markup

        perceived = self.analysis.perception.people[self.chosen]
        figure = timeline_figure(self.person, perceived.timeline, self.duration_s, narrow=narrow)
        return Markup(inline_svg(figure, f"p{self.chosen}-{name}-", alt))  # noqa: S704 - written by inline_svg

    def trace(self, say: Words) -> str:
        if self.person.trace is None:
            return ""
        counted = Counter(claim.verdict for claim in self.person.claims)
        counts = {verdict: counted[verdict] for verdict in reversed(VERDICTS)}
        return fragment("trace", say, highlight(self.person.trace, self.person.claims), self.person.claims, counts)

    def claims(self, say: Words) -> str:
        return fragment("claims", say, self.person) if self.explained else ""

    def probabilities(self, say: Words) -> str:
        return fragment("probabilities", say, self.person.label) if self.person.label else ""

    def notes(self, say: Words) -> str:
        return fragment("notes", say, (*self.analysis.report.warnings, *self.person.warnings))
