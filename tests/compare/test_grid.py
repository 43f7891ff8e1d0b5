import numpy as np
import pytest
from faked import event

from cot_engine.action_units.series import Timeline
from cot_engine.compare.grid import event_on, folded, grid_of, mirrored, on_grid, step_of


def timeline(times, **curves):
    return Timeline(np.array(times, float), {au: np.array(values, float) for au, values in curves.items()})


def test_the_grid_has_the_finer_step_and_spans_both():
    a, b = Timeline(np.arange(0, 2, 1 / 25), {}), Timeline(np.arange(-0.4, 1, 1 / 30), {})
    step = step_of(a, b)
    assert step == pytest.approx(1 / 30)
    grid = grid_of(a, b, step)
    assert grid[0] == pytest.approx(-0.4)
    assert a.times_s[-1] - grid[-1] < step


def test_a_curve_is_linear_between_frames_and_unknown_outside_and_beside_a_lost_frame():
    curve = timeline([0, 1, 2, 3], AU12=[[0, 0], [2, 4], [np.nan, 4], [2, 4]])
    left, right = on_grid(curve, np.array([-0.5, 0.5, 1.0, 1.5, 2.5, 3.5])).intensity["AU12"].T
    np.testing.assert_array_equal(left, [np.nan, 1, 2, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(right, [np.nan, 2, 4, 4, 4, np.nan])


def test_closings_of_the_eyes_are_one_curve():
    one = folded(timeline([0, 1], AU43=[[0, 1], [2, 2]], AU45=[[3, 0], [0, 0]]))
    assert list(one.intensity) == ["AU43"]
    np.testing.assert_array_equal(one.intensity["AU43"], [[3, 1], [2, 2]])


def test_a_mirror_exchanges_sides_and_directions():
    seen = mirrored(timeline([0], AU12=[[3, 1]], AU51=[[2, 2]], AU52=[[0, 0]], AU61=[[1, 1]]))
    np.testing.assert_array_equal(seen.intensity["AU12"], [[1, 3]])
    np.testing.assert_array_equal(seen.intensity["AU52"], [[2, 2]])
    assert "AU61" not in seen.intensity, "what was measured to one side only has no mirror image"


def test_an_event_is_shifted_and_mirrored():
    there = event_on(event("AU12", onset=1.0, side="left", left=3.5, right=0.2), -0.4, mirror=True)
    assert (there.onset_s, there.side, there.left, there.right) == (pytest.approx(0.6), "right", 0.2, 3.5)
    assert event_on(event("AU51"), 0.0, mirror=True).au == "AU52"
    assert event_on(event("AU51"), 0.0, mirror=False).au == "AU51"
