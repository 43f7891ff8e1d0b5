"""People made up for comparisons: curves drawn from movements, events found in them as in any clip."""

from dataclasses import dataclass

import numpy as np

from cot_engine.action_units.events import find_events
from cot_engine.action_units.series import Timeline
from cot_engine.compare.subject import Subject
from cot_engine.evidence import Evidence, Hidden, Span, parts_of
from cot_engine.report import Clip, LabelResult

AUS = ("AU1", "AU2", "AU4", "AU12", "AU15", "AU25", "AU43", "AU51", "AU52")


@dataclass(frozen=True)
class Move:
    """A rise and fall between ``onset`` and ``onset + length`` seconds, to ``left`` and ``right`` of 5."""

    au: str
    onset: float
    length: float = 1.0
    left: float = 3.5
    right: float = 3.5


SMILE, BROWS, FROWN = Move("AU12", 0.8, 1.4), Move("AU1", 2.0, 0.9), Move("AU4", 3.1, 0.6, 2.5, 2.5)
SMIRK = Move("AU12", 0.8, 1.4, 4.0, 0.0)
TURN = Move("AU51", 2.0, 1.2)


def label(name: str | None = "happiness", probability: float = 0.8) -> LabelResult:
    return LabelResult(
        name=name,
        probability=probability,
        abstained=name is None,
        threshold=0.45,
        probabilities={"happiness": probability, "neutral": round(1 - probability, 3)},
    )


def subject(
    *moves: Move,
    fps: float = 30.0,
    duration: float = 4.0,
    later: float = 0.0,
    aus: tuple[str, ...] = AUS,
    trust: float = 0.9,
    hidden: tuple[Hidden, ...] = (),
    lost_from: float | None = None,
    name: str = "clip.mp4",
    noise: int | None = None,
    label: LabelResult | None = None,
    source: str = "test",
) -> Subject:
    """A person whose movements all come ``later`` seconds later; ``lost_from``: the face is not seen from then on."""
    times = np.arange(0, duration, 1 / fps) if duration else np.zeros(1)
    rng = np.random.default_rng(noise)
    curves = {
        au: rng.normal(0, 0.05, (len(times), 2)).clip(0) if noise is not None else np.zeros((len(times), 2)) for au in aus
    }
    for move in moves:
        phase = np.clip((times - later - move.onset) / move.length, 0, 1) if duration else np.full(1, 0.5)
        curves[move.au] = curves[move.au] + np.sin(np.pi * phase)[:, None] ** 2 * (move.left, move.right)
    for part in hidden:
        for span in part.spans:
            rows = (times >= span.start_s) & (times <= span.end_s)
            for au in aus:
                for column, side in enumerate(("left", "right")):
                    if part.part in parts_of(au, side):
                        curves[au][rows, column] = np.nan
    seen_to = times[-1] if lost_from is None else lost_from
    for au in aus:
        curves[au][times > seen_to] = np.nan
    timeline = Timeline(times, curves)
    evidence = Evidence(
        source=source,
        duration_s=duration,
        seen=(Span(start_s=0, end_s=float(seen_to)),),
        events=tuple(find_events(timeline, {})),
        reach=dict.fromkeys(aus, trust),
        hidden=hidden,
        still=not duration,
    )
    clip = Clip(path=f"/somewhere/{name}", kind="video", duration_s=duration, frames=len(times), fps=fps)
    return Subject(clip, 0, timeline, evidence, label)
