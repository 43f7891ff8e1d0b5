"""The codebook's explanation in one wording, each movement's number first: what a small model can learn to write.

Each sentence begins with what is looked up in the measurement, its movements come in the measurement's order, and there are no
synonyms to guess. Beside movements it does not say what kept still: what is hardly ever seen is soon denied unlooked.
"""

from random import Random

from cot_engine.evidence import Event, Evidence
from cot_engine.facs import GRADE_WORDS, LabelSet, Prototype
from cot_engine.reasoners.infer import Judgement, infer, telling
from cot_engine.reasoners.interpret import UNTOLD, apparent, caveats, certainty, supporting
from cot_engine.reasoners.observe import of_a_picture, out_of_view, stillness, talking, worth_telling
from cot_engine.reasoners.phrases import capital, clause
from cot_engine.trace import Trace


class _First(Random):
    """Chooses the first of everything."""

    def random(self) -> float:
        return 0.0


def plain_trace(evidence: Evidence, labels: LabelSet | None, threshold: float) -> Trace:
    """Observations and interpretation, and as conclusion the likeliest label; without ``labels`` the observations alone."""
    observations = tuple(_observations(evidence))
    if labels is None:
        return Trace(observations=observations, interpretation="", conclusion="")
    judgement = infer(evidence, labels)
    return Trace(
        observations=observations,
        interpretation=_interpretation(evidence, judgement, labels, threshold),
        conclusion=judgement.ranking[0],
    )


def _observations(evidence: Evidence) -> list[str]:
    if evidence.still:
        return [*of_a_picture(evidence, _First()), *out_of_view(evidence)]
    movements = [_movement(event) for event in worth_telling(evidence)] or stillness(evidence, _First())
    return [*movements, *talking(evidence, _First()), *out_of_view(evidence)]


def _movement(event: Event) -> str:
    peak = f"a peak of grade {event.grade} ({GRADE_WORDS[event.grade]})" if event.strength_measured else "the peak"
    when = f"from {event.onset_s:.2f} to {event.offset_s:.2f} s"
    return f"{event.au} ({event.name}): {clause(event, 0)} {when}, with {peak} at {event.apex_s:.2f} s."


def _interpretation(evidence: Evidence, judgement: Judgement, labels: LabelSet, threshold: float) -> str:
    if judgement.even:
        return " ".join(filter(None, (_patterns(evidence, labels), UNTOLD, caveats(evidence, _First()))))
    first, second = (*judgement.ranking, "")[:2]
    sure = judgement.probabilities[first] >= threshold
    said = [_patterns(evidence, labels), f"{capital(apparent(first))} fits best."]
    if second:
        said.append(f"{capital(apparent(second))} comes second.")
    said += [caveats(evidence, _First()), certainty(judgement, first, second, sure, _First())]
    return " ".join(filter(None, said))


def _patterns(evidence: Evidence, labels: LabelSet) -> str:
    """Each movement of the face and the labels that it speaks for, in the words of the question."""
    found = supporting(evidence, Prototype(frozenset(event.au for event in evidence.events if telling(event))))
    # In the order in which they were told.
    told = [f"{_graded(e)} {_speaks(labels.speaking_for.get(e.au))}" for e in sorted(found, key=evidence.events.index)]
    return f"What speaks for which: {'; '.join(told) or 'nothing'}."


def _speaks(names: list[str] | None) -> str:
    return f"for {', '.join(names)}" if names else "set aside"


def _graded(event: Event) -> str:
    return f"{event.au} ({event.grade})" if event.strength_measured else event.au
