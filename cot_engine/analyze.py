"""The main job: perceive -> reason -> verify -> report."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cot_engine import __version__
from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet, load_label_set
from cot_engine.imported import perceive_table
from cot_engine.perceive import Perceived, Perception, Progress, perceive
from cot_engine.reasoners.base import Explanation, Reasoner
from cot_engine.reasoners.codebook import Codebook
from cot_engine.report import LabelResult, Model, Note, Person, Report, TraceOut, spans_of
from cot_engine.verify import verify
from cot_engine.video import Limits

# Best probabilities below this are answered with "not sure".
THRESHOLD = 0.45

# Tables of other toolkits are analysed like clips: their AUs are evidence too.
_TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class Analysis:
    """The report, and the perception it rests on (series and boxes, for pictures)."""

    report: Report
    perception: Perception


def analyze(
    path: str | Path,
    *,
    labels: str = "basic-7",
    people: Literal["main", "all"] = "main",
    observe: bool = False,
    threshold: float = THRESHOLD,
    reasoner: Reasoner | None = None,
    fps: float | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Analyses a video, picture, folder of frames, or an action-unit table of another toolkit.

    Args:
        labels: name of a label set or path of a YAML file with one.
        people: only the main person, or everyone.
        observe: action units and what they did, and no expression at all.
        threshold: probability below which the answer is "not sure".
        reasoner: what explains the evidence; the codebook when None.
        fps: frame rate of a table that has no times of its own.

    Raises:
        Refusal: the input cannot be analysed; its code says why.
    """
    label_set = None if observe else load_label_set(labels)
    reasoner = reasoner or Codebook()
    if Path(path).suffix.lower() in _TABLES:
        perception = perceive_table(path, fps=fps)
    else:
        perception = perceive(path, limits=limits, progress=progress)
    chosen = perception.people if people == "all" else perception.people[:1]
    if progress:
        progress("explaining", 0, len(chosen))
    persons = tuple(_person(p, p is perception.people[0], reasoner, label_set, threshold) for p in chosen)
    report = Report(
        clip=perception.clip,
        model=Model(
            name=reasoner.name,
            labels=label_set.name if label_set else None,
            action_units=perception.people[0].evidence.source,
            version=__version__,
        ),
        warnings=_warnings(perception, chosen),
        people=persons,
    )
    return Analysis(report, perception)


def _person(seen: Perceived, main: bool, reasoner: Reasoner, labels: LabelSet | None, threshold: float) -> Person:
    evidence = seen.evidence
    explanation = reasoner.explain(evidence, labels, threshold)
    checked = verify(explanation.trace.text, evidence)
    return Person(
        track=seen.track,
        main=main,
        why=seen.why,
        seen_s=spans_of(evidence.seen),
        baseline=evidence.baseline,
        pose=evidence.pose,
        quality=evidence.quality,
        reach=evidence.reach,
        hidden=evidence.hidden,
        talking_s=spans_of(evidence.talking),
        events=evidence.events,
        trace=TraceOut.of(explanation.trace),
        claims=checked.claims,
        omissions=checked.omissions,
        label=_label(explanation, evidence, threshold) if labels else None,
        warnings=seen.notes,
    )


def _label(explanation: Explanation, evidence: Evidence, threshold: float) -> LabelResult:
    name, probability = max(explanation.probabilities.items(), key=lambda item: item[1])
    abstained = probability < threshold
    return LabelResult(
        name=None if abstained else name,
        probability=probability,
        abstained=abstained,
        threshold=threshold,
        probabilities=explanation.probabilities,
    )


def _warnings(perception: Perception, chosen: Sequence[Perceived]) -> tuple[Note, ...]:
    notes = list(perception.notes)
    others = len(perception.people) - len(chosen)
    if others:
        notes.append(
            Note(
                code="other_people",
                message=f"{others} more in view; ask for all people to read them too.",
            )
        )
    return tuple(notes)
