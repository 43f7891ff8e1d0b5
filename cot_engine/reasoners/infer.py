"""Which expression the measured action units speak for: the codebook's inference.

A naive-Bayes reading of the prototypes in ``facs``: each AU that could be measured speaks for the labels that expect it and
against those that do not, weighed by how far its measurement is trusted. AUs that were hidden or out of reach say nothing.
AUs are read together only where they are seen together: the posterior is taken at the apex of every event and averaged.
"""

import math
from dataclasses import dataclass

from cot_engine.evidence import Event, Evidence
from cot_engine.facs import ACTION_UNITS, Label, LabelSet, Prototype

# How often an AU is shown in an expression. Du et al. 2014 call AUs prototypical that more than 70 % of subjects show and
# list the others at 20-50 %; faces at rest and other expressions show an AU by chance.
_CORE, _OPTIONAL, _CHANCE, _AT_REST = 0.8, 0.35, 0.06, 0.03
# An expression of which not one core AU shows is possible, but rare.
_NO_CORE = 0.05
# AUs are not independent, so their joint evidence counts for less than the product says. A guess until it is calibrated.
_TEMPERATURE = 1.5
# A mouth that speaks moves anyway; a one-sided movement is half the expected two-sided one.
_TALKING, _ONE_SIDED = 0.35, 0.5
# Intensities from here to there go from "not shown" to "shown": grade A says little, grade C settles it.
_SHOWN_FROM, _SHOWN_AT = 0.5, 2.5


@dataclass(frozen=True)
class Judgement:
    """Probabilities (summing to 1), best label first, and for each label the prototype that fits best."""

    probabilities: dict[str, float]
    fits: dict[str, Prototype | None]

    @property
    def ranking(self) -> list[str]:
        return sorted(self.probabilities, key=lambda name: -self.probabilities[name])


def infer(evidence: Evidence, labels: LabelSet) -> Judgement:
    """Probabilities of ``labels`` for one person."""
    moments = [(event.apex_s, event) for event in evidence.events if telling(event)]
    weighted = [
        (_posterior(evidence, _shown_at(evidence, moment), labels), _weight(evidence, moment)) for moment, _ in moments
    ] or [(_posterior(evidence, [], labels), 1.0)]
    total = sum(weight for _, weight in weighted)
    probabilities = {name: sum(posterior[name] * weight for posterior, weight in weighted) / total for name in labels.names}
    return Judgement(
        {name: round(p, 4) for name, p in probabilities.items()},
        {label.name: _best_prototype(evidence, label) for label in labels.labels},
    )


def measured_trust(evidence: Evidence, au: str) -> float:
    """How much this AU's presence or absence says, 0-1: trust in its measurement times the share of time it was visible."""
    return evidence.reach.get(au, 0.0) * (1.0 - evidence.hidden_in_view(au))


def telling(event: Event) -> bool:
    """Whether a movement can tell expressions apart: blinks, gaze and head movements accompany every one."""
    return event.au not in ("AU45", "AU46") and ACTION_UNITS[event.au].region not in ("head", "gaze")


def _shown_at(evidence: Evidence, moment: float) -> list[Event]:
    return [event for event in evidence.events if event.onset_s <= moment <= event.offset_s]


def _weight(evidence: Evidence, moment: float) -> float:
    return sum(e.intensity * (_TALKING if e.talking else 1.0) for e in _shown_at(evidence, moment) if telling(e))


def _strength(events: list[Event], au: str, prototype: Prototype) -> float:
    """How clearly ``au`` is shown, 0-1, the way ``prototype`` expects it."""
    best = 0.0
    for event in events:
        if event.au != au:
            continue
        shown = min(max((event.intensity - _SHOWN_FROM) / (_SHOWN_AT - _SHOWN_FROM), 0.0), 1.0)
        if event.talking:
            shown *= _TALKING
        one_sided = event.side != "both"
        if prototype.one_sided and not one_sided:
            shown = 0.0
        elif one_sided and not prototype.one_sided:
            shown *= _ONE_SIDED
        best = max(best, shown)
    return best


def _posterior(evidence: Evidence, events: list[Event], labels: LabelSet) -> dict[str, float]:
    scores = {label.name: _score(evidence, events, label, labels) / _TEMPERATURE for label in labels.labels}
    top = max(scores.values())
    weights = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _score(evidence: Evidence, events: list[Event], label: Label, labels: LabelSet) -> float:
    """Log-likelihood of what is shown under ``label``: its best fitting prototype, or stillness when it has none."""
    vocabulary = {au for other in labels.labels for p in other.prototypes for au in p.core | p.optional}
    if not label.prototypes:
        return _fit(evidence, events, vocabulary, Prototype(frozenset()), _AT_REST)
    return max(_fit(evidence, events, vocabulary, prototype, _CHANCE) for prototype in label.prototypes)


def _fit(evidence: Evidence, events: list[Event], vocabulary: set[str], prototype: Prototype, chance: float) -> float:
    total = 0.0
    for au in vocabulary:
        expected = _CORE if au in prototype.core else _OPTIONAL if au in prototype.optional else chance
        # A movement that the prototype expects on one side only still speaks when it is seen on both, but as chance.
        shown = _strength(events, au, prototype if au in prototype.core else Prototype(frozenset()))
        total += measured_trust(evidence, au) * (shown * math.log(expected) + (1 - shown) * math.log(1 - expected))
    core = [(measured_trust(evidence, au), _strength(events, au, prototype)) for au in prototype.core]
    if core:
        most_shown = max(shown for _, shown in core)
        total += max(trust for trust, _ in core) * math.log(_NO_CORE + (1 - _NO_CORE) * most_shown)
    return total


def _best_prototype(evidence: Evidence, label: Label) -> Prototype | None:
    events = list(evidence.events)
    vocabulary = {au for p in label.prototypes for au in p.core | p.optional}
    return max(label.prototypes, key=lambda p: _fit(evidence, events, vocabulary, p, _CHANCE), default=None)
