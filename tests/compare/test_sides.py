import numpy as np
import pytest
from faked import event
from faked_pairs import AUS, SMILE, SMIRK, TURN, Move, subject

from cot_engine.compare.grid import mirrored
from cot_engine.compare.sides import asymmetry, find_sides, side_agreement


def sides(a, b, reliable=AUS):
    return find_sides(a.timeline, b, reliable)


def test_a_one_sided_smile_in_a_mirror_is_swapped():
    smirk = subject(SMIRK, noise=1)
    assert sides(smirk, mirrored(smirk.timeline)).mirrored
    assert sides(smirk, smirk.timeline).mirrored is False


def test_a_head_that_turns_the_other_way_is_swapped():
    turn = subject(TURN)
    assert sides(turn, mirrored(turn.timeline)).mirrored


def test_even_movements_tell_nothing_about_sides():
    smile = subject(SMILE, noise=2)
    assert sides(smile, mirrored(smile.timeline)).mirrored is None


def test_a_reading_that_cannot_be_relied_on_is_not_asked():
    smirk = subject(SMIRK)
    assert sides(smirk, mirrored(smirk.timeline), reliable=("AU1",)).mirrored is None


def test_agreement_is_that_of_the_formula():
    a, b = subject(SMIRK), subject(Move("AU12", 0.8, 1.4, 3.0, 1.0))
    d_a, d_b = (np.subtract(*s.timeline.intensity["AU12"].T) for s in (a, b))
    expected = (d_a @ d_b) / np.sqrt((d_a @ d_a) * (d_b @ d_b))
    assert sides(a, b.timeline).agreement == pytest.approx(expected, abs=1e-3)


def sided(left, right, side="both", au="AU12", **more):
    return event(au, side=side, left=left, right=right, **more)


def test_asymmetry_is_the_difference_over_the_stronger_side():
    assert asymmetry(sided(4.0, 1.0)) == pytest.approx(0.75)
    assert asymmetry(sided(0.0, 2.0)) == -1
    assert asymmetry(event("AU4", side="right")) == -1
    assert asymmetry(event("AU25")) is None
    assert asymmetry(sided(4.0, 1.0, side_measured=False)) is None
    assert (asymmetry(event("AU51")), asymmetry(event("AU52"))) == (1, -1)


@pytest.mark.parametrize(
    ("a", "b", "agreement"),
    [
        (sided(4, 0), sided(3, 0), 1.0),
        (sided(4, 0), sided(0, 4), 0.0),
        (sided(4, 0), sided(4, 4), 0.5),
        (event("AU51"), event("AU52"), 0.0),
    ],
)
def test_agreement_of_two_events_is_symmetric(a, b, agreement):
    assert side_agreement(a, b) == (pytest.approx(agreement), 1.0)
    assert side_agreement(b, a) == side_agreement(a, b)


def test_two_even_events_say_nothing_about_sides():
    assert side_agreement(sided(4.0, 3.8), sided(3.0, 3.0)) is None
    assert side_agreement(event("AU25"), event("AU25")) is None
