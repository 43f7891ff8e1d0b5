import numpy as np
import pytest

from cot_engine.studio.motion import ease, head_curves, movement_curves, shape
from cot_engine.studio.plan import Movement

SMILE = Movement("AU12", "left", 1.0, 1.4, 2.0, 2.6, 4.0, 1.0)


def test_a_movement_is_nothing_before_its_onset_all_while_held_and_nothing_after_its_offset():
    times = np.array([0.0, 1.0, 1.2, 1.4, 1.7, 2.0, 2.3, 2.6, 9.0])
    assert shape(SMILE, times) == pytest.approx([0, 0, 0.5, 1, 1, 1, 0.5, 0, 0])


def test_a_movement_starts_and_ends_without_a_jerk():
    step = 1e-3
    speed = np.diff(ease(np.arange(0, 1 + step, step))) / step
    assert speed[0] < 0.01
    assert speed[-1] < 0.01
    assert speed.max() == pytest.approx(1.875, abs=0.01)


def test_a_movement_without_a_hold_and_one_that_jumps_stay_within_their_peak():
    for movement in (Movement("AU5", "both", 0, 0.2, 0.2, 0.4, 3, 3), Movement("AU5", "both", 0.1, 0.1, 0.2, 0.2, 3, 3)):
        course = shape(movement, np.linspace(-1, 1, 401))
        assert course.min() >= 0
        assert course.max() == pytest.approx(1)


def test_sides_have_their_own_peaks_and_overlapping_movements_show_the_stronger():
    weaker = Movement("AU12", "both", 1.0, 1.4, 2.0, 2.6, 2.0, 2.0)
    curves = movement_curves((SMILE, weaker), np.array([1.7]), ("AU12", "AU4"))
    assert curves["AU12"].tolist() == [[4.0, 2.0]]
    assert curves["AU4"].tolist() == [[0.0, 0.0]]


def test_a_movement_of_an_unknown_au_is_not_swallowed():
    with pytest.raises(KeyError):
        movement_curves((SMILE,), np.array([1.7]), ("AU4",))


@pytest.mark.parametrize(
    ("degrees", "au"),
    [
        ((45, 0, 0), "AU51"),
        ((-45, 0, 0), "AU52"),
        ((0, 35, 0), "AU53"),
        ((0, -35, 0), "AU54"),
        ((0, 0, 35), "AU55"),
        ((0, 0, -35), "AU56"),
    ],
)
def test_a_head_that_goes_one_way_is_that_au_at_its_strongest_and_no_other(degrees, au):
    curves = head_curves(np.array([degrees], float))
    assert curves[au].tolist() == [[5.0, 5.0]]
    assert all(not values.any() for other, values in curves.items() if other != au)


def test_a_head_that_drifts_a_little_is_no_movement():
    assert not any(values.any() for values in head_curves(np.array([[5.0, -5.0, 5.0]])).values())
