"""One side of a comparison: a person in a clip, with curves and evidence."""

from dataclasses import dataclass

from cot_engine.action_units.series import Timeline
from cot_engine.analysis import Analysis
from cot_engine.compare.comparison import Compared
from cot_engine.compare.grid import folded
from cot_engine.evidence import Evidence
from cot_engine.report import Clip, LabelResult, spans_of


@dataclass(frozen=True)
class Subject:
    """Who is compared. ``timeline`` is on the clip's own clock, the closings of the eyes (AU43, 45, 46) as one curve."""

    clip: Clip
    track: int
    timeline: Timeline
    evidence: Evidence
    label: LabelResult | None = None

    @classmethod
    def of(cls, analysis: Analysis, track: int | None = None) -> "Subject":
        """The main person of an analysis, or the one on ``track``.

        Raises:
            ValueError: nobody is on that track.
        """
        people = analysis.perception.people
        chosen = people[0] if track is None else next((p for p in people if p.track == track), None)
        if chosen is None:
            raise ValueError(f"track {track} is none of {[p.track for p in people]}")
        label = next((p.label for p in analysis.report.people if p.track == chosen.track), None)
        return cls(analysis.report.clip, chosen.track, folded(chosen.timeline), chosen.evidence, label)

    def summary(self) -> Compared:
        """What a comparison says about this side."""
        return Compared(
            path=self.clip.path,
            kind=self.clip.kind,
            duration_s=self.clip.duration_s,
            frames=self.clip.frames,
            fps=self.clip.fps,
            track=self.track,
            source=self.evidence.source,
            talking_s=spans_of(self.evidence.talking),
            label=self.label,
        )
