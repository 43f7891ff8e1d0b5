"""The codebook's explanation in one wording, each movement's number first: what a small model can learn to write.

Each sentence begins with what is looked up in the measurement, its movements come in the measurement's order, and there are no
synonyms to guess.
"""

from random import Random

from cot_engine.evidence import Event, Evidence
from cot_engine.facs import ACTION_UNITS, GRADE_WORDS, LabelSet, Prototype
from cot_engine.reasoners.infer import Judgement, infer
from cot_engine.reasoners.interpret import apparent, caveats, certainty, lacking, supporting
from cot_engine.reasoners.observe import kept_still, of_a_picture, out_of_view, stillness, talking, worth_telling
from cot_engine.reasoners.phrases import capital, clause, listed
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
    movements = [_movement(event) for event in worth_telling(evidence)]
    still = [_still(*kept) for kept in kept_still(evidence)] if movements else stillness(evidence, _First())
    return [*movements, *still, *talking(evidence, _First()), *out_of_view(evidence)]


def _movement(event: Event) -> str:
    peak = f"a peak of grade {event.grade} ({GRADE_WORDS[event.grade]})" if event.strength_measured else "the peak"
    when = f"from {event.onset_s:.2f} to {event.offset_s:.2f} s"
    return f"{event.au} ({event.name}): {clause(event, 0)} {when}, with {peak} at {event.apex_s:.2f} s."


def _still(aus: tuple[str, ...], wordings: tuple[str, ...]) -> str:
    return f"No {listed(list(aus))}: {wordings[0][0].lower()}{wordings[0][1:]}"


def _interpretation(evidence: Evidence, judgement: Judgement, labels: LabelSet, threshold: float) -> str:
    first, second = (*judgement.ranking, "")[:2]
    sure = judgement.probabilities[first] >= threshold
    said = [_patterns(evidence, labels), f"{capital(apparent(first))} fits best."]
    if supporting(evidence, judgement.fits[first]) and (missing := lacking(evidence, judgement.fits[first])):
        said.append(f"Of its full pattern there is no {listed([f'{au} ({ACTION_UNITS[au].name})' for au in missing])}.")
    if second:
        said.append(f"{capital(apparent(second))} comes second.")
    said += [caveats(evidence, _First()), certainty(judgement, first, second, sure, _First())]
    return " ".join(filter(None, said))


def _patterns(evidence: Evidence, labels: LabelSet) -> str:
    """Each core movement and the labels that it speaks for, in the words of the question."""
    found = supporting(evidence, Prototype(frozenset(labels.speaking_for)))
    # In the order in which they were told.
    told = [f"{_graded(e)} for {', '.join(labels.speaking_for[e.au])}" for e in sorted(found, key=evidence.events.index)]
    return f"What speaks for which: {'; '.join(told) or 'nothing'}."


def _graded(event: Event) -> str:
    return f"{event.au} ({event.grade})" if event.strength_measured else event.au
