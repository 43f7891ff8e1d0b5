import numpy as np
import pytest

from cot_engine.action_units.series import Timeline
from cot_engine.compare.lag import find_lag, levels

STEP = 1 / 30


def bumps(*at, later=0.0, length=200, width=0.2):
    times = STEP * np.arange(length)
    return np.stack([3 * np.exp(-(((times - later - t) / width) ** 2)) for t in at], axis=1)


def test_a_copy_has_no_lag():
    x = bumps(1, 3)
    found = find_lag(x, x, STEP, 2.0)
    assert found.lag_s == 0.0
    assert found.correlation == pytest.approx(1.0)


@pytest.mark.parametrize("later", [-1.2, -0.4, 0.05, 0.31, 1.5])
def test_a_shift_is_found_to_a_fifth_of_a_frame(later):
    found = find_lag(bumps(2, 3.5), bumps(2, 3.5, later=later), STEP, 2.0)
    assert found.lag_s == pytest.approx(later, abs=STEP / 5)


def test_exchanging_the_clips_turns_the_sign():
    a, b = bumps(2, 3), bumps(2, 3, later=0.37)
    assert find_lag(a, b, STEP, 2.0).lag_s == pytest.approx(-find_lag(b, a, STEP, 2.0).lag_s)


def test_a_shift_beyond_the_bound_is_not_found():
    found = find_lag(bumps(2, 3), bumps(2, 3, later=1.0), STEP, 0.5)
    assert found.lag_s is None


def test_movements_that_have_nothing_to_do_with_each_other_have_no_lag():
    rng = np.random.default_rng(1)
    a, b = (rng.normal(size=(200, 6)) for _ in "ab")
    found = find_lag(a, b, STEP, 2.0)
    assert found.lag_s is None
    assert found.correlation < 0.5


def test_of_equally_good_shifts_the_smallest_is_taken():
    # A blink every second, all alike: a shift by 0.2 s explains B as well as one by 1.2 s or by -0.8 s.
    a, b = (sum(bumps(t, later=later, width=0.1) for t in range(1, 6)) for later in (0.0, 0.2))
    assert find_lag(a, b, STEP, 2.0).lag_s == pytest.approx(0.2, abs=STEP / 5)


def test_frames_that_were_not_measured_take_no_part():
    a, b = bumps(2, 3.5), bumps(2, 3.5, later=0.4)
    a[70:80] = np.nan
    b[:20, 0] = np.nan
    assert find_lag(a, b, STEP, 2.0).lag_s == pytest.approx(0.4, abs=STEP / 2)


def test_stillness_has_no_lag():
    flat = np.ones((100, 3))
    found = find_lag(flat, flat, STEP, 1.0)
    assert (found.lag_s, found.correlation, found.unshifted) == (None, None, None)


def test_curves_for_the_search_are_the_same_in_a_mirror():
    times = np.zeros(1)
    one = Timeline(times, {"AU12": np.array([[3.0, 1]]), "AU51": np.array([[2.0, 2]]), "AU52": np.zeros((1, 2))})
    other = Timeline(times, {"AU12": np.array([[1.0, 3]]), "AU51": np.zeros((1, 2)), "AU52": np.array([[2.0, 2]])})
    aus = ["AU12", "AU51", "AU52"]
    np.testing.assert_array_equal(levels(one, aus), levels(other, aus))
    np.testing.assert_array_equal(levels(one, aus), [[3, 2]])
