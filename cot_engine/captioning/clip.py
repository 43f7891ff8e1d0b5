"""One clip from path to outcome: perceived, explained, checked; or the reason why not. Runs in any process or machine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cot_engine.analysis import report_on
from cot_engine.captioning.rows import Outcome
from cot_engine.engine.process import ENDING
from cot_engine.engine.workers import beat
from cot_engine.errors import Refusal
from cot_engine.facs import LabelSet
from cot_engine.frame_choice import Picture
from cot_engine.frame_pictures import chosen_pictures
from cot_engine.perceive import Perceived, Perception, perceive
from cot_engine.reasoners.base import Explanation
from cot_engine.reasoners.codebook import Codebook
from cot_engine.report import Report
from cot_engine.video import stay_ready

# Our own fault, met by one clip: the run goes on, and the row says what it was.
INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True)
class Task:
    """A clip to be done. ``name`` stands for it in what is written: a row travels, the folder it was read from does not."""

    key: str
    clip: Path
    name: str


@dataclass(frozen=True)
class How:
    """What every clip of a run is asked."""

    labels: LabelSet
    threshold: float


def caption(task: Task, how: How) -> Outcome:
    """The outcome of a clip that the codebook explains.

    Raises:
        Refusal: one that every further clip would meet too (``ENDING``).
    """

    def report() -> Report:
        stay_ready()
        return report_on(perceive(task.clip, progress=beat), Codebook(), how.labels, how.threshold)

    return guarded(task, report)


@dataclass(frozen=True)
class Looked:
    """What is seen in a clip, and the main person's chosen frames where the model reads pictures."""

    perception: Perception
    pictures: tuple[Picture, ...] = ()


def look(task: Task, frames: int) -> Looked | Outcome:
    """What is seen in a clip, for a model that explains it elsewhere; an outcome when nothing can be seen.

    Raises:
        Refusal: one of ``ENDING``.
    """
    seen: list[Looked] = []

    def perceived() -> None:
        stay_ready()
        perception = perceive(task.clip, progress=beat)
        seen.append(Looked(perception, _pictures(task, perception.people[0], frames) if frames else ()))

    outcome = guarded(task, perceived)
    return seen[0] if seen else outcome


def _pictures(task: Task, person: Perceived, budget: int) -> tuple[Picture, ...]:
    """The frames that the one sampler chooses, as they are sent."""
    beat()
    return chosen_pictures(task.clip, person, budget)


def explained(task: Task, seen: Perception, model: str, explanation: Explanation, how: How) -> Outcome:
    """The outcome of a clip that ``model`` has explained: its words are checked here."""
    return guarded(task, lambda: report_on(seen, _Said(model, explanation), how.labels, how.threshold))


def guarded(task: Task, work: Callable[[], Report | None]) -> Outcome:
    """What ``work`` comes to.

    Raises:
        Refusal: one of ``ENDING``.
    """
    try:
        report = work()
    except Refusal as refusal:
        return rejected(task, refusal)
    except Exception as error:  # a bug or a lack of memory that one clip brings out must not cost the others their night
        return Outcome(key=task.key, code=INTERNAL_ERROR, message=f"{type(error).__name__}: {error}"[:300])
    if report is None:
        return Outcome(key=task.key)
    facts = report.clip.model_copy(update={"path": task.name})
    return Outcome(key=task.key, report=report.model_copy(update={"clip": facts}))


def rejected(task: Task, refusal: Refusal) -> Outcome:
    """The outcome of a clip that was refused.

    Raises:
        Refusal: ``refusal`` itself when it is one of ``ENDING``.
    """
    if refusal.code in ENDING:
        raise refusal
    return Outcome(key=task.key, code=refusal.code, message=refusal.message.replace(str(task.clip), task.name))


class _Said:
    """A reasoner that has spoken already."""

    frames = 0

    def __init__(self, name: str, explanation: Explanation) -> None:
        self.name, self._explanation = name, explanation

    def explain(self, *_: object) -> Explanation:
        return self._explanation
