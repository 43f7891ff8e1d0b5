"""The estimators under test: what each of them says about one clip, from a single run of perception."""

from collections.abc import Callable
from pathlib import Path

from cot_engine.action_units.blendshapes import READINGS
from cot_engine.action_units.events import find_events
from cot_engine.action_units.learned import Estimator
from cot_engine.errors import Refusal
from cot_engine.evaluation.au_tally import Estimate
from cot_engine.perceive import Perceived, perceive

OURS, RAW = "ours", "raw blendshapes"


def _ours(person: Perceived) -> Estimate:
    """What the product reports: its curves and its events, with the floors and trust it applies to them."""
    return Estimate(person.timeline, person.evidence.events, person.times_s)


def _raw(person: Perceived) -> Estimate:
    """What MediaPipe's blendshapes alone say, with the floors that the product used when it had nothing else."""
    assert person.blendshapes is not None, "a clip was perceived, not a table"
    floors = {au: reading.floor for au, reading in READINGS.items()}
    events = tuple(find_events(person.blendshapes, floors, person.evidence.talking))
    return Estimate(person.blendshapes, events, person.times_s)


# Name -> what this estimator says of a person. The first is the one that the thresholds judge.
ESTIMATORS: dict[str, Callable[[Perceived], Estimate]] = {OURS: _ours, RAW: _raw}


def read_clip(path: Path, estimator: Estimator | None = None) -> dict[str, Estimate] | None:
    """Runs perception on a clip and gives every estimator's view of its main person; None when no face was found.

    Args:
        estimator: in the place of the one that ships with the package.

    Raises:
        Refusal: what ``perceive`` raises, ``no_face`` excepted: a studio clip that cannot be read is a broken dataset.
    """
    try:
        main = perceive(path, estimator=estimator).people[0]
    except Refusal as refusal:
        if refusal.code == "no_face":
            return None
        raise
    return {name: estimate(main) for name, estimate in ESTIMATORS.items()}
