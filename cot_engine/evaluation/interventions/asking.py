"""Asks a reasoner about cases, unless a journal holds the answer already."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cot_engine.engine.journal import Journal, read_line
from cot_engine.engine.process import ENDING
from cot_engine.errors import Refusal
from cot_engine.evaluation.interventions.case import AS_IT_IS, Answer, Case, Filmed, Pair
from cot_engine.evaluation.interventions.conclude import Concludes, Question, questions
from cot_engine.facs import LabelSet
from cot_engine.reasoners.base import Reasoner

FILMED = " (filmed)"
"""Behind the name of a change that was made in the pixels of a clip."""


@dataclass
class Asking:
    """One reasoner and what it has answered so far; ``answers`` by clip and edit."""

    reasoner: Reasoner
    labels: LabelSet
    threshold: float
    kept: dict[tuple[str, str], Answer]
    file: Journal | None
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def explain(self, case: Case, edit: str, *, withheld: bool = False) -> Answer:
        def ask() -> tuple[dict[str, float], str]:
            # Only a reasoner that has this keyword is asked so; it is no part of the protocol.
            more = {"evidence_lines": False} if withheld else {}
            found = self.reasoner.explain(case.evidence, self.labels, self.threshold, case.pictures, **more)  # type: ignore[arg-type]
            return found.probabilities, found.trace.text

        return self._answer(case, edit, "", ask)

    def films(self, case: Case, target: str) -> Iterator[tuple[str, Pair]]:
        """The changes that were filmed, each against the clip itself as it was perceived in the same run."""
        if not case.filmed or case.filmed[0].case is None:
            return
        before = self.explain(case.filmed[0].case, f"{AS_IT_IS}{FILMED}")
        for one in case.filmed[1:]:
            yield one.edit, Pair(case.filmed[0].case, one.case, before, self._film(case, one), target=target)

    def _film(self, case: Case, one: Filmed) -> Answer:
        name = f"{one.edit}{FILMED}"
        return self.explain(one.case, name) if one.case else Answer(id=case.id, edit=name, key="", failed=one.failed)

    def conclude(self, case: Case, own: Answer, other: Answer | None) -> None:
        """Asks to conclude from traces, where the reasoner can."""
        if isinstance(self.reasoner, Concludes) and own.failed is None:
            for question in questions(case, own, other):
                self._answer(case, question.edit, question.trace.text, partial(self._concluded, self.reasoner, case, question))

    def _concluded(self, reasoner: Concludes, case: Case, question: Question) -> tuple[dict[str, float], str]:
        probabilities = reasoner.conclude(question.trace, case.evidence, self.labels, case.pictures)
        return dict(probabilities), question.trace.text

    def _answer(self, case: Case, edit: str, given: str, ask: Callable[[], tuple[dict[str, float], str]]) -> Answer:
        key = self._key(case, edit, given)
        answer = self.kept.get((case.id, edit))
        if answer is None or answer.key != key:
            try:
                probabilities, text = ask()
                best = max(probabilities, key=lambda name: probabilities[name], default=None)
                sure = best is not None and probabilities[best] >= self.threshold
                label = best if sure else None
                answer = Answer(id=case.id, edit=edit, key=key, label=label, probabilities=probabilities, text=text)
            except Refusal as refusal:
                if refusal.code in ENDING:
                    raise
                answer = Answer(id=case.id, edit=edit, key=key, failed=refusal.code)
            if self.file:
                self.file.append(answer)
        self.answers[case.id, edit] = answer
        return answer

    def _key(self, case: Case, edit: str, given: str) -> str:
        digest = hashlib.sha256()
        words = (self.reasoner.name, self.labels.name, *self.labels.names, str(self.threshold), edit, given)
        for part in (*words, case.evidence.model_dump_json(), *(repr(picture.frame) for picture in case.pictures)):
            digest.update(part.encode() + b"\0")
        for picture in case.pictures:
            digest.update(picture.jpeg)
        return digest.hexdigest()


def kept_answers(path: Path) -> dict[tuple[str, str], Answer]:
    """The answers of an earlier run; damaged lines are asked again."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found = (read_line(line, Answer) for line in file)
        return {(answer.id, answer.edit): answer for answer in found if answer is not None}
