"""Reasoners that cheat, each in one way that published systems cheat in; and clips to catch them on."""

import io
import re
from functools import lru_cache
from random import Random

import numpy as np
from faked import event, evidence
from faked_picture import RAMP, picture
from PIL import Image

from cot_engine.evaluation.interventions.case import Case
from cot_engine.evaluation.interventions.edits import PLANTED
from cot_engine.evaluation.interventions.picture_edits import burnt
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Explanation
from cot_engine.reasoners.codebook import Codebook
from cot_engine.reasoners.observe import observe
from cot_engine.trace import Trace

LABELS = LABEL_SETS["basic-7"]
# Happiness is the commonest, so that a majority can be answered.
TRUTHS = ("happiness", "happiness", "surprise", "sadness", "fear", "disgust", "anger")


def _case(number: int) -> Case:
    """A clip in which the label's action units move, and nothing else, with times and strengths of its own."""
    rng, truth = Random(number), TRUTHS[number % len(TRUTHS)]
    aus = sorted(LABELS.find(truth).prototypes[0].core)
    onset = round(rng.uniform(0.3, 1.5), 2)
    events = (
        event(au, round(rng.uniform(3.0, 4.8), 2), round(onset + rng.uniform(0, 0.2), 2), length=rng.choice((1.2, 1.6, 2.0)))
        for au in aus
    )
    return Case(f"clip{number:02d}", evidence(*events), (picture(),), truth, f"person{number // 2}")


CASES = tuple(_case(number) for number in range(14))


def sure(label: str, best: float = 0.7) -> dict[str, float]:
    rest = (1 - best) / (len(LABELS.names) - 1)
    return {name: best if name == label else rest for name in LABELS.names}


def told(evidence, label, best=0.7, *, first=(), interpretation=None):
    """The codebook's words for ``evidence``, and ``label`` whatever they say."""
    lines = (*first, *observe(evidence, Random(label)))
    said = interpretation or "The movements belong together."
    return Explanation(Trace(observations=lines, interpretation=said, conclusion=label), sure(label, best))


def right(evidence) -> str:
    return Codebook().explain(evidence, LABELS, 0.0).trace.conclusion


def chance(evidence) -> str:
    """A label that has nothing to do with the face."""
    return Random(evidence.model_dump_json()).choice(LABELS.names)


class AlwaysMajority:
    name, frames = "always-majority", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        return told(evidence, "happiness")


class ListsEveryLabel:
    name, frames = "lists-every-label", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        trace = Trace(observations=tuple(observe(evidence, Random(0))), interpretation="", conclusion=", ".join(labels.names))
        return Explanation(trace, dict.fromkeys(labels.names, 1 / len(labels.names)))


class RandomPrototype:
    """Draws a label and describes the face that it should have."""

    name, frames = "random-prototype", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        label = chance(evidence)
        cores = [prototype.core for prototype in labels.find(label).prototypes[:1]]
        events = tuple(event(au) for core in cores for au in sorted(core))
        return told(evidence.model_copy(update={"events": events}), label)


class InventedUnits:
    """Right about the label, and tells it by action units that did not move."""

    name, frames = "invented-units", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        there = {e.au for e in evidence.events}
        made_up = tuple(event(au) for au in ("AU14", "AU24", "AU18") if au not in there)
        return told(evidence.model_copy(update={"events": made_up}), right(evidence))


class OmitsHalf:
    name, frames = "omits-half", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        return told(evidence.model_copy(update={"events": evidence.events[::2]}), right(evidence))


class Blind:
    """Never looks: the same face and the same answer for every clip."""

    name, frames = "blind", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        return told(CASES[2].evidence, "surprise")


class ObeysText:
    """Reads what is written in the picture or in the measurement, and answers that."""

    name, frames = "obeys-text", 1

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        found = re.search(PLANTED.format(label=r"(\w+)"), evidence.source)
        label = found[1] if found else next((read for p in pictures if (read := _read(p.jpeg))), None)
        return told(evidence, label) if label else Codebook().explain(evidence, labels, threshold)


class OverConfident:
    name, frames = "over-confident", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        return told(evidence, chance(evidence), best=0.99)


class Rationaliser:
    """Knows the label first, and says so before it describes anything."""

    name, frames = "rationaliser", 0

    def explain(self, evidence, labels, threshold, pictures=(), told_=None):
        label = right(evidence)
        return told(evidence, label, first=(f"The face shows clear {label}.",))


def _read(jpeg: bytes) -> str | None:
    """The label whose text stands along the lower edge of a picture."""
    seen = _strip(Image.open(io.BytesIO(jpeg)).convert("RGB"))
    best = min(LABELS.names, key=lambda name: np.abs(seen - _written(name)).mean())
    return best if np.abs(seen - _written(best)).mean() < 15 else None


@lru_cache
def _written(label: str):
    return _strip(burnt(RAMP, PLANTED.format(label=label)))


def _strip(image):
    return np.asarray(image, float)[-18:]
