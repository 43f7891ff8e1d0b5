import numpy as np
import pytest

from cot_engine.action_units.blendshapes import READINGS
from cot_engine.action_units.intensity import AUS, find_baseline, smooth, to_timeline

FPS = 30
REST = np.array([reading.rest for reading in READINGS.values()])


def raw(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Times and the raw values (T, K, 2) of an average face at rest."""
    times = np.arange(int(seconds * FPS)) / FPS
    return times, np.repeat(np.repeat(REST[None, :, None], len(times), 0), 2, 2)


def test_a_smile_held_through_the_clip_is_not_taken_for_neutral():
    times, values = raw(3)
    values[:, AUS.index("AU12")] = 0.8
    baseline = find_baseline(times, values)
    assert baseline.source == "population"
    assert to_timeline(times, values, baseline).intensity["AU12"].min() > 3


def test_the_neutral_stretch_is_found_wherever_it_lies():
    times, values = raw(4)
    values[:, AUS.index("AU1")] = 0.45  # a face whose inner brows are high at rest
    values[times < 3, AUS.index("AU12")] = 0.8
    baseline = find_baseline(times, values)
    assert baseline.source == "person"
    timeline = to_timeline(times, values, baseline)
    assert timeline.intensity["AU1"].max() < 0.1
    assert timeline.intensity["AU12"][times < 2.8].min() > 3


def test_a_camera_below_the_face_is_no_raised_head():
    times, values = raw(3)
    values[:, AUS.index("AU53")], values[:, AUS.index("AU54")] = 12.0, -12.0
    timeline = to_timeline(times, values, find_baseline(times, values))
    assert timeline.intensity["AU53"].max() == 0


@pytest.mark.parametrize("uneven", [False, True])
def test_smoothing_does_not_shift_a_step(uneven):
    times = np.arange(60) / FPS
    if uneven:
        times = np.sort(np.random.default_rng(1).uniform(0, 2, 60))
    step = (times >= 1.0).astype(float) * 4
    smoothed = smooth(times, step)
    crossing = np.interp(2.0, smoothed, times)
    edge = (times[times < 1].max() + times[times >= 1].min()) / 2
    assert crossing == pytest.approx(edge, abs=0.02)


def test_a_single_wild_frame_is_ignored_and_unknown_frames_stay_unknown():
    times = np.arange(30) / FPS
    values = np.zeros(30)
    values[10], values[20:22] = 5.0, np.nan
    smoothed = smooth(times, values)
    assert np.nanmax(smoothed) == 0
    assert np.isnan(smoothed[20:22]).all()
    assert np.isfinite(np.delete(smoothed, [20, 21])).all()


def test_a_blink_does_not_move_the_brows():
    times, values = raw(3)
    blink = (times > 1.5) & (times < 1.7)
    values[blink, AUS.index("AU43")] = 0.9
    values[blink, AUS.index("AU4")] = 0.4
    timeline = to_timeline(times, values, find_baseline(times, values))
    assert timeline.intensity["AU4"].max() < 0.1
    assert timeline.intensity["AU43"].max() > 4
