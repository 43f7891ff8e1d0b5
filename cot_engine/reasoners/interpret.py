"""Judgement -> interpretation: which movements belong together, what is missing, and what speaks against the runner-up."""

from random import Random

from cot_engine.evidence import RELIABLE, Event, Evidence
from cot_engine.facs import ACTION_UNITS, Prototype
from cot_engine.reasoners.infer import Judgement, telling
from cot_engine.reasoners.phrases import NOUNS, capital, listed

UNTOLD = "Nothing was measured that tells one expression from another."


def interpret(evidence: Evidence, judgement: Judgement, threshold: float, rng: Random) -> str:
    """One paragraph. It speaks of apparent expressions only, and says how sure it is."""
    if judgement.even:
        return " ".join(filter(None, (UNTOLD, caveats(evidence, rng))))
    first, second = (*judgement.ranking, "")[:2]
    sure = judgement.probabilities[first] >= threshold
    sentences = [_pattern(evidence, first, judgement.fits[first], sure, rng), _missing(evidence, judgement.fits[first])]
    if second:
        sentences.append(_runner_up(evidence, second, judgement.fits[second], rng))
    sentences += [caveats(evidence, rng), certainty(judgement, first, second, sure, rng)]
    return " ".join(sentence for sentence in sentences if sentence)


def _named(aus: list[str]) -> str:
    return listed([f"the {NOUNS[au]} ({au})" for au in aus])


def _none_of(aus: list[str]) -> str:
    return listed([f"no {NOUNS[au]} ({au})" for au in aus])


# "Apparent negative" is no English, and reads as a denial.
_AS_NOUNS = {"neutral": "neutrality", "negative": "negativity", "positive": "positivity"}


def apparent(label: str) -> str:
    """Labels are nouns or, in the compound set, adjectives; never felt emotions."""
    if label in _AS_NOUNS:
        return f"apparent {_AS_NOUNS[label]}"
    return f"an apparently {label} expression" if " " in label else f"apparent {label}"


def supporting(evidence: Evidence, prototype: Prototype | None) -> list[Event]:
    """The strongest event of each AU that the prototype expects, core first, then by strength."""
    if prototype is None:
        return []
    best: dict[str, Event] = {}
    for event in sorted(evidence.events, key=lambda e: -e.intensity):
        if event.au in prototype.core | prototype.optional and not event.talking:
            best.setdefault(event.au, event)
    return sorted(best.values(), key=lambda e: (e.au not in prototype.core, -e.intensity))


def lacking(evidence: Evidence, prototype: Prototype | None) -> list[str]:
    """Core AUs of the prototype that were measured reliably, could be seen, and did not show."""
    if prototype is None:
        return []
    return sorted(
        (
            au
            for au in prototype.core
            if evidence.reach.get(au, 0.0) >= RELIABLE and evidence.hidden_in_view(au) == 0 and not evidence.events_of(au)
        ),
        key=lambda au: ACTION_UNITS[au].number,
    )


def _pattern(evidence: Evidence, label: str, prototype: Prototype | None, sure: bool, rng: Random) -> str:
    shown = supporting(evidence, prototype)
    if prototype is None and not evidence.events:
        return rng.choice(
            (
                f"A face this still is what {apparent(label)} looks like.",
                f"Stillness of this kind reads as {apparent(label)}.",
            )
        )
    if prototype is None:
        return f"What moves is little and forms none of the known patterns; the face is closest to {apparent(label)}."
    if not shown:
        return f"The nearest of the known patterns is that of {apparent(label)}, and it fits poorly."
    named = _named([event.au for event in shown])
    if not sure:
        return f"{capital(named)} {_are(shown)} compatible with {apparent(label)}, without settling it."
    if len(shown) == 1:
        return rng.choice(
            (
                f"{capital(named)} is the movement most often seen in {apparent(label)}.",
                f"{capital(named)} on its own already points to {apparent(label)}.",
            )
        )
    return rng.choice(
        (
            f"{capital(named)} appear together, the pattern usually seen in {apparent(label)}.",
            f"Taken together, {named} form the pattern of {apparent(label)}.",
            f"The combination of {named} is the one that usually goes with {apparent(label)}.",
        )
    )


def _missing(evidence: Evidence, prototype: Prototype | None) -> str:
    absent = lacking(evidence, prototype)
    if not absent or not supporting(evidence, prototype):
        return ""
    return f"Of the full pattern there is {_none_of(absent)}."


def _runner_up(evidence: Evidence, label: str, prototype: Prototype | None, rng: Random) -> str:
    if prototype is None:
        strongest = max(filter(telling, evidence.events), key=lambda e: e.intensity, default=None)
        return f"{capital(apparent(label))} comes second, behind because of {_named([strongest.au])}." if strongest else ""
    shown, absent = [event.au for event in supporting(evidence, prototype)], lacking(evidence, prototype)[:3]
    against = _none_of(absent)
    if shown and absent:
        return rng.choice(
            (
                f"{capital(apparent(label))} was considered because of {_named(shown)}, but there is {against}.",
                f"{capital(_named(shown))} would also fit {apparent(label)}, but there is {against}.",
            )
        )
    if absent:
        return f"{capital(apparent(label))} comes second, but there is {against}."
    return f"{capital(apparent(label))} comes second; what was measured cannot rule it out."


def caveats(evidence: Evidence, rng: Random) -> str:
    """What the judgement could not rest on: speech, hidden parts, a face that was never seen at rest."""
    said = []
    if evidence.talking:
        said.append("Mouth movements during speech were given little weight.")
    if evidence.hidden:
        said.append(rng.choice(("What the hidden parts did is unknown.", "The hidden parts were left out of the judgement.")))
    if evidence.baseline == "population":
        said.append("Strengths are relative to an average face.")
    return " ".join(said)


def certainty(judgement: Judgement, first: str, second: str, sure: bool, rng: Random) -> str:
    """How far the judgement can be relied on, in a sentence."""
    if not sure:
        rivals = f"{apparent(first)} is ahead of {apparent(second)} by too little" if second else "too little was seen"
        return f"The evidence does not settle it: {rivals}."
    if judgement.probabilities[first] >= 0.8:
        return rng.choice(("Little speaks for anything else.", "What was measured supports this well."))
    return rng.choice(("Likely rather than certain.", "Other readings remain possible."))


def _are(events: list[Event]) -> str:
    return "is" if len(events) == 1 else "are"
