import numpy as np

from cot_engine.action_units.talking import find_talking

TIMES = np.arange(150) / 30


def test_lips_that_open_four_times_a_second_talk():
    gap = np.where((TIMES > 1) & (TIMES < 3), 0.05 + 0.05 * np.sin(2 * np.pi * 4 * TIMES), 0.0)
    (span,) = find_talking(TIMES, gap)
    assert 0.9 < span.start_s < 1.4
    assert 2.6 < span.end_s < 3.1


def test_a_laugh_that_opens_the_mouth_once_is_no_talking():
    gap = np.interp(TIMES, [1, 1.3, 3, 3.3], [0, 0.3, 0.3, 0])
    assert find_talking(TIMES, gap) == ()


def test_tremor_below_the_smallest_swing_is_no_talking():
    assert find_talking(TIMES, 0.1 + 0.005 * np.sin(2 * np.pi * 4 * TIMES)) == ()


def test_a_hidden_mouth_is_not_talking():
    assert find_talking(TIMES, np.full(len(TIMES), np.nan)) == ()
