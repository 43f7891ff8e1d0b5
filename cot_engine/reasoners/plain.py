"""The codebook's explanation in one wording, each movement's number first: what a small model can learn to write.

Each sentence begins with what is looked up in the measurement, its movements come in the measurement's order, and there are no
synonyms to guess.
"""

from random import Random

from cot_engine.evidence import Event, Evidence
from cot_engine.facs import GRADE_WORDS, LabelSet
from cot_engine.reasoners.infer import Judgement, infer
from cot_engine.reasoners.interpret import apparent, caveats, certainty, lacking, supporting
from cot_engine.reasoners.observe import of_a_picture, out_of_view, stillness, talking, worth_telling
from cot_engine.reasoners.phrases import NOUNS, capital, clause, listed
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
        interpretation=_interpretation(evidence, judgement, threshold),
        conclusion=judgement.ranking[0],
    )


def _observations(evidence: Evidence) -> list[str]:
    if evidence.still:
        return [*of_a_picture(evidence, _First()), *out_of_view(evidence)]
    movements = [_movement(event) for event in worth_telling(evidence)]
    return [*movements, *stillness(evidence, _First()), *talking(evidence, _First()), *out_of_view(evidence)]


def _movement(event: Event) -> str:
    peak = f"a {GRADE_WORDS[event.grade]} peak" if event.strength_measured else "the peak"
    when = f"from {event.onset_s:.2f} to {event.offset_s:.2f} s"
    return f"{event.au}: {clause(event, 0)} {when}, with {peak} at {event.apex_s:.2f} s."


def _interpretation(evidence: Evidence, judgement: Judgement, threshold: float) -> str:
    first, second = (*judgement.ranking, "")[:2]
    sure = judgement.probabilities[first] >= threshold
    prototype = judgement.fits[first]
    found = {event.au for event in supporting(evidence, prototype)}
    # In the order in which they were told.
    told = list(dict.fromkeys(event.au for event in evidence.events if event.au in found))
    said = [_pattern(told, first, sure)]
    if told and (missing := lacking(evidence, prototype)):
        said.append(f"Of the full pattern there is no {listed(_named(missing))}.")
    if second:
        said.append(f"{capital(apparent(second))} comes second.")
    said += [caveats(evidence, _First()), certainty(judgement, first, second, sure, _First())]
    return " ".join(filter(None, said))


def _pattern(told: list[str], label: str, sure: bool) -> str:
    if not told:
        return f"No known pattern was measured; the face is closest to {apparent(label)}."
    verb = "belongs" if len(told) == 1 else "belong"
    return f"{listed(_named(told))} {verb} to the pattern of {apparent(label)}{'' if sure else ', without settling it'}."


def _named(aus: list[str]) -> list[str]:
    return [f"{au} ({NOUNS[au]})" for au in aus]
