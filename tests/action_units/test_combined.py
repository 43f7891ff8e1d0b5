from types import SimpleNamespace

import numpy as np
import pytest

from cot_engine.action_units.combined import read_action_units
from cot_engine.action_units.events import find_events
from cot_engine.action_units.intensity import AUS
from cot_engine.action_units.learned import Calibration, LearnedEstimate
from cot_engine.evidence import Hidden, Span

TIMES = np.arange(60) / 30


def estimator(au: str, tells_sides: set[str]):
    """Sees one AU on the left side alone, and nothing else."""
    strength = np.zeros((len(TIMES), 1, 2))
    strength[20:40, 0] = (3.0, 0.5)
    return SimpleNamespace(
        calibration={au: Calibration(((0.0, 0.0), (5.0, 5.0)), trust=0.8, floor=1.0, learned=True)},
        tells_sides=tells_sides,
        estimate=lambda *_: LearnedEstimate((au,), strength, "person"),
    )


@pytest.mark.parametrize(
    ("tells_sides", "side", "measured"), [({"AU14"}, "left", True), (set(), "both", False)], ids=["known", "not known"]
)
def test_a_side_is_said_only_of_an_au_whose_sides_the_estimator_reads_rightly(tells_sides, side, measured):
    raw = np.zeros((len(TIMES), len(AUS), 2))
    reading = read_action_units(TIMES, raw, [None] * len(TIMES), (), estimator("AU14", tells_sides))
    (event,) = [event for event in find_events(reading.timeline, reading.floors) if event.au == "AU14"]
    assert (event.side, event.side_measured) == (side, measured)
    assert event.intensity == pytest.approx(3.0, abs=0.1)


def test_what_a_hidden_side_seems_to_do_is_not_said_of_the_side_that_is_seen():
    raw = np.zeros((len(TIMES), len(AUS), 2))
    hidden = (Hidden(part="left brow", reason="hand or object", spans=(Span(start_s=0, end_s=2),)),)
    reading = read_action_units(TIMES, raw, [None] * len(TIMES), hidden, estimator("AU2", set()))
    assert not [event for event in find_events(reading.timeline, reading.floors) if event.au == "AU2"]
