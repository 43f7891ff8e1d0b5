"""Which expression the measured action units speak for: the codebook's inference.

A naive-Bayes reading of the prototypes in ``facs``: each AU that was measured speaks for the labels that expect it, and each
that was not against them, as far as its measurement would have found it. AUs that were hidden or out of reach say nothing.
AUs are read together only where they are seen together: the posterior is taken at the apex of every event and averaged.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cot_engine.evidence import Event, Evidence
from cot_engine.facs import ACTION_UNITS, Label, LabelSet, Prototype

# How often an AU is shown in an expression. Du et al. 2014 call AUs prototypical that more than 70 % of subjects show and
# list the others at 20-50 %; faces at rest and other expressions show an AU by chance.
_CORE, _OPTIONAL, _CHANCE = 0.8, 0.35, 0.06
# An expression of which not one core AU shows is possible, but rare.
_NO_CORE = 0.2
# What is shown is not always measured, and not at the moment at which the rest is: about as often as the trust in it to this
# power. It and the temperature (AUs are not independent, so together they count for less than the product says) were
# chosen by likelihood on 1,000 performances of the studio, misread as perception misreads films (``finetune/mini_rows.py``).
_MISSED, _TEMPERATURE = 3, 1.3
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

    @property
    def even(self) -> bool:
        """Whether nothing that was measured tells the labels apart."""
        return len(set(self.probabilities.values())) == 1


def infer(evidence: Evidence, labels: LabelSet) -> Judgement:
    """Probabilities of ``labels`` for one person."""
    found = _found(evidence, labels)
    moments = [_shown_at(evidence, event.apex_s) for event in evidence.events if telling(event)]
    weighted = [(_posterior(found, shown, labels), _weight(shown)) for shown in moments] or [
        (_posterior(found, [], labels), 1.0)
    ]
    total = sum(weight for _, weight in weighted)
    probabilities = {name: sum(posterior[name] * weight for posterior, weight in weighted) / total for name in labels.names}
    return Judgement(
        {name: round(p, 4) for name, p in probabilities.items()},
        {label.name: _best_prototype(found, evidence.events, label) for label in labels.labels},
    )


def _found(evidence: Evidence, labels: LabelSet) -> dict[str, float]:
    """How often an AU that is shown is found, 0-1, for those that tell ``labels`` apart and could be seen and measured."""
    told_by = {au for label in labels.labels for prototype in label.prototypes for au in prototype.core | prototype.optional}
    trust = {au: evidence.reach.get(au, 0.0) * (1.0 - evidence.hidden_in_view(au)) for au in told_by}
    return {au: trust[au] ** _MISSED for au in sorted(trust) if trust[au] > 0}


def telling(event: Event) -> bool:
    """Whether a movement can tell expressions apart: blinks, gaze and head movements accompany every one."""
    return event.au not in ("AU45", "AU46") and ACTION_UNITS[event.au].region not in ("head", "gaze")


def _shown_at(evidence: Evidence, moment: float) -> list[Event]:
    return [event for event in evidence.events if event.onset_s <= moment <= event.offset_s]


def _weight(events: Sequence[Event]) -> float:
    return sum(e.intensity * (_TALKING if e.talking else 1.0) for e in events if telling(e))


def _strength(events: Sequence[Event], au: str, prototype: Prototype) -> float:
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


def _posterior(found: Mapping[str, float], events: Sequence[Event], labels: LabelSet) -> dict[str, float]:
    scores = {label.name: _score(found, events, label) / _TEMPERATURE for label in labels.labels}
    top = max(scores.values())
    weights = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


_NOTHING = Prototype(frozenset())


def _score(found: Mapping[str, float], events: Sequence[Event], label: Label) -> float:
    """Log-likelihood of what was measured under ``label``: its best fitting prototype, or chance when it has none."""
    return max(_fit(found, events, prototype) for prototype in label.prototypes or (_NOTHING,))


def _fit(found: Mapping[str, float], events: Sequence[Event], prototype: Prototype) -> float:
    total, core = 0.0, []
    for au, share in found.items():
        expected = _CORE if au in prototype.core else _OPTIONAL if au in prototype.optional else _CHANCE
        shown = _strength(events, au, prototype if au in prototype.core else _NOTHING)
        if au in prototype.core:
            core.append((share, shown))
        if not shown and (otherwise := _strength(events, au, _NOTHING)):
            # Seen on both sides where the prototype expects one: as by chance.
            expected, shown = _CHANCE, otherwise
        total += shown * math.log(expected) + (1 - shown) * math.log(1 - expected * share)
    if core:
        most_shown = max(shown for _, shown in core)
        total += max(share for share, _ in core) * math.log(_NO_CORE + (1 - _NO_CORE) * most_shown)
    return total


def _best_prototype(found: Mapping[str, float], events: Sequence[Event], label: Label) -> Prototype | None:
    return max(label.prototypes, key=lambda prototype: _fit(found, events, prototype), default=None)
