"""The main job: perceive -> reason -> verify -> report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from cot_engine import __version__
from cot_engine.evidence import Evidence
from cot_engine.facs import THRESHOLD, LabelSet, load_label_set
from cot_engine.frame_choice import Picture
from cot_engine.imported import perceive_table
from cot_engine.perceive import Perceived, Perception, Progress, perceive
from cot_engine.reasoners.base import Explanation, Reasoner, Told
from cot_engine.reasoners.codebook import Codebook
from cot_engine.report import LabelResult, Model, Note, Person, Report, TraceOut, spans_of
from cot_engine.verify import verify
from cot_engine.video import Limits

# What a reasoner is shown of one person.
Look = Callable[[Perceived], Sequence[Picture]]

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
    seen: Callable[[Analysis], None] | None = None,
    told: Told | None = None,
) -> Analysis:
    """Analyses a video, picture, folder of frames, or an action-unit table of another toolkit.

    Args:
        labels: name of a label set or path of a YAML file with one.
        people: only the main person, or everyone.
        observe: action units and what they did, and no expression at all.
        threshold: probability below which the answer is "not sure".
        reasoner: what explains the evidence; the codebook when None.
        fps: frame rate of a table that has no times of its own.
        progress: called with a stage, what of it is done, and of how many.
        seen: called with the people and their movements alone: now and then while a clip is read (its perception is not
            ``whole`` yet), and once when it was, before anything is explained.
        told: called while a person is explained, with the text so far; the next person starts anew.

    Raises:
        Refusal: the input cannot be analysed; its code says why.
    """
    label_set = None if observe else load_label_set(labels)
    reasoner = reasoner or Codebook()
    look: Look | None = None
    if Path(path).suffix.lower() in _TABLES:
        perception = perceive_table(path, fps=fps)
    else:

        def so_far(perception: Perception) -> None:
            if seen:
                seen(Analysis(_unexplained(perception, reasoner, label_set, people), perception))

        perception = perceive(path, limits=limits, progress=progress, so_far=so_far if seen else None)
        look = partial(_look, path, reasoner.frames)
    return Analysis(report_on(perception, reasoner, label_set, threshold, people, progress, seen, told, look), perception)


def report_on(
    perception: Perception,
    reasoner: Reasoner,
    labels: LabelSet | None,
    threshold: float = THRESHOLD,
    people: Literal["main", "all"] = "main",
    progress: Progress | None = None,
    seen: Callable[[Analysis], None] | None = None,
    told: Told | None = None,
    look: Look | None = None,
) -> Report:
    """What ``reasoner`` makes of what was perceived, checked.

    Arguments as of ``analyze``; ``labels`` None observes. ``look``: gives the chosen frames of a person to a reasoner that
    takes them; none are shown without it.
    """
    report = _unexplained(perception, reasoner, labels, people)
    if seen:
        seen(Analysis(report, perception))
    persons = []
    for i, (measured, person) in enumerate(zip(perception.people, report.people, strict=False)):
        if progress:
            progress("explaining", i, len(report.people))
        pictures = look(measured) if look and reasoner.frames else ()
        explanation = reasoner.explain(measured.evidence, labels, threshold, pictures, told)
        persons.append(_checked(person, measured.evidence, explanation, labels, threshold))
    return report.model_copy(update={"people": tuple(persons)})


def _unexplained(perception: Perception, reasoner: Reasoner, labels: LabelSet | None, people: Literal["main", "all"]) -> Report:
    """The report before ``reasoner`` has said a word."""
    chosen = perception.people if people == "all" else perception.people[:1]
    return Report(
        clip=perception.clip,
        model=Model(
            name=reasoner.name,
            labels=labels.name if labels else None,
            action_units=perception.people[0].evidence.source,
            version=__version__,
        ),
        warnings=_warnings(perception, chosen),
        people=tuple(_measured(person, person is perception.people[0]) for person in chosen),
    )


def _measured(seen: Perceived, main: bool) -> Person:
    evidence = seen.evidence
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
        trace=None,
        claims=(),
        omissions=(),
        label=None,
        warnings=seen.notes,
    )


def _look(path: str | Path, budget: int, person: Perceived) -> Sequence[Picture]:
    from cot_engine.frame_pictures import chosen_pictures

    return chosen_pictures(path, person, budget)


def _checked(person: Person, evidence: Evidence, explanation: Explanation, labels: LabelSet | None, threshold: float) -> Person:
    checked = verify(explanation.trace.text, evidence)
    return person.model_copy(
        update={
            "trace": TraceOut.of(explanation.trace),
            "claims": checked.claims,
            "omissions": checked.omissions,
            "label": _label(explanation, threshold) if labels else None,
        }
    )


def _label(explanation: Explanation, threshold: float) -> LabelResult:
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
