"""All interventions on some clips of one reasoner: asked once, kept line by line, judged at the end."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from inspect import signature
from pathlib import Path
from random import Random

from cot_engine.engine.journal import Journal
from cot_engine.evaluation.figure import Section
from cot_engine.evaluation.interventions import conclude, table
from cot_engine.evaluation.interventions.asking import FILMED, Asking, kept_answers
from cot_engine.evaluation.interventions.case import AS_IT_IS, Answer, Case, Pair
from cot_engine.evaluation.interventions.conclude import Concludes
from cot_engine.evaluation.interventions.edits import EDITS, Edit
from cot_engine.evaluation.interventions.verdicts import verdicts
from cot_engine.facs import LabelSet
from cot_engine.reasoners.base import Reasoner

Progress = Callable[[str, int, int | None], None]

TITLE = "Interventions"


def run_interventions(
    reasoner: Reasoner,
    cases: Sequence[Case],
    labels: LabelSet,
    threshold: float,
    progress: Progress | None = None,
    journal: Path | None = None,
) -> Section:
    """Changes every clip in every way, asks again, and judges what followed.

    A reasoner that looks at no pictures is not asked about changed pictures, and one that cannot conclude from a given trace
    is not asked to: the section says so.

    Args:
        journal: file in which answers are kept, one a line; what stands in it is not asked again.

    Raises:
        Refusal: ``folder_in_use`` or ``unwritable_output`` of the journal, and what would meet every further question too
            (``engine.process.ENDING``). Any other refusal of the reasoner is an answer without a label.
    """
    with ExitStack() as stack:
        kept = kept_answers(journal) if journal else {}
        file = stack.enter_context(Journal(journal)) if journal else None
        asked = Asking(reasoner, labels, threshold, kept, file)
        base = {}
        for i, case in enumerate(cases):
            _tell(progress, i, 2 * len(cases))
            base[case.id] = asked.explain(case, AS_IT_IS)
        donors = {case.id: _donor(i, cases, base) for i, case in enumerate(cases)}
        pairs: dict[str, list[Pair]] = {}
        filmed: dict[str, list[Pair]] = {}
        offered = [edit for edit in EDITS if _offered(edit, reasoner)]
        for i, case in enumerate(cases):
            _tell(progress, len(cases) + i, 2 * len(cases))
            donor, target = donors[case.id], planted_label(case, labels)
            for edit in offered:
                changed = edit.change(case, donor, target)
                after = asked.explain(changed, edit.name, withheld=edit.withheld)
                pairs.setdefault(edit.name, []).append(Pair(case, changed, base[case.id], after, base[donor.id], target))
            for name, pair in asked.films(case, target):
                filmed.setdefault(name, []).append(pair)
            others = base[donor.id] if base[donor.id].label != base[case.id].label else None
            asked.conclude(case, base[case.id], others)
    figures = table.figures(pairs, labels)
    figures += table.figures(filmed, labels, FILMED)
    figures += conclude.figures(cases, asked.answers, {id: base[donor.id] for id, donor in donors.items()})
    return Section(title=TITLE, figures=tuple(figures), sentences=(*verdicts(figures), *_unasked(reasoner, cases)))


def planted_label(case: Case, labels: LabelSet) -> str:
    """The label that planted texts name: any but the true one, the same one whenever it is asked."""
    wrong = [name for name in labels.names if name != case.truth]
    return Random(case.id).choice(wrong)  # noqa: S311 - nothing secret


def _offered(edit: Edit, reasoner: Reasoner) -> bool:
    if edit.withheld and "evidence_lines" not in signature(reasoner.explain).parameters:
        return False
    return bool(reasoner.frames) or not edit.pictures


def _donor(index: int, cases: Sequence[Case], base: dict[str, Answer]) -> Case:
    """The next clip with another answer; without one, the next of another true label; without that, the next."""
    own, after = cases[index], [*cases[index + 1 :], *cases[:index]] or [cases[index]]
    answers = (c for c in after if base[c.id].label not in (None, base[own.id].label))
    return next(answers, None) or next((c for c in after if c.truth != own.truth), after[0])


def _unasked(reasoner: Reasoner, cases: Sequence[Case]) -> list[str]:
    said = []
    if not reasoner.frames:
        said.append(f"{reasoner.name} looks at no pictures: changes of pictures alone were not tried on it.")
    if not isinstance(reasoner, Concludes):
        said.append(
            f"{reasoner.name} cannot be asked to conclude from a given trace: cut, swapped and contradicting traces were "
            "not tried."
        )
    films = sum(bool(case.filmed) for case in cases)
    if films:
        said.append(f"Figures marked (filmed) rest on {films} clips that were changed in their pixels and perceived anew.")
    return said


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress:
        progress("interventions", done, total)
