import numpy as np

from cot_engine.action_units.series import Timeline
from cot_engine.evidence import Event
from cot_engine.figures.curves import curve_of


def event(side: str = "both", **more: float) -> Event:
    return Event(au="AU12", side=side, onset_s=1, apex_s=2, offset_s=3, intensity=3, **more)


def timeline(left: np.ndarray, right: np.ndarray) -> Timeline:
    return Timeline(np.linspace(0, 4, len(left)), {"AU12": np.stack([left, right], 1)})


def test_sides_that_agree_share_a_curve_and_sides_that_differ_do_not():
    ones = np.ones(100)
    assert not curve_of("AU12", [event()], timeline(ones, ones * 1.4)).sides_differ
    assert curve_of("AU12", [event()], timeline(ones, ones * 1.6)).sides_differ
    assert curve_of("AU12", [event("left")], timeline(ones, ones)).sides_differ


def test_sides_that_differ_outside_every_event_still_share_a_curve():
    left = np.ones(100)
    left[:10] = 5
    assert not curve_of("AU12", [event()], timeline(left, np.ones(100))).sides_differ


def test_a_long_curve_is_thinned_and_keeps_its_peak_and_its_gaps():
    left = np.zeros(20_000)
    left[12_345] = 4.0
    left[:5_000] = np.nan
    curve = curve_of("AU12", [event()], timeline(left, left))
    assert len(curve.times_s) <= 400
    assert np.nanmax(curve.left) == 4.0
    assert np.isnan(curve.left[:90]).all()


def test_without_a_timeline_the_curve_joins_onset_apex_and_offset():
    curve = curve_of("AU12", [event("left")], None)
    assert not curve.measured
    assert curve.sides_differ
    assert curve.times_s[:3].tolist() == [1, 2, 3]
    assert curve.left[:3].tolist() == [0, 3, 0]
    assert curve.right[:3].tolist() == [0, 0, 0]


def test_without_a_timeline_unequal_peaks_are_drawn_apart():
    assert curve_of("AU12", [event(left=3.0, right=1.0)], None).sides_differ
    assert not curve_of("AU12", [event(left=3.0, right=2.8)], None).sides_differ
