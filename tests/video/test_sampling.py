import numpy as np
import pytest

from cot_engine.video.sampling import choose


def test_ordinary_clip_is_kept_whole():
    assert choose(np.arange(90) / 30, 30, 1000).tolist() == list(range(90))


def test_camera_rate_with_jitter_is_kept_whole():
    times = np.arange(300) / 30.2 + np.random.default_rng(0).uniform(-0.006, 0.006, 300)
    assert len(choose(np.sort(times), 30, 1000)) == 300


@pytest.mark.parametrize("jitter", [0.0, 0.003])
def test_double_rate_keeps_every_other_frame(jitter):
    times = np.sort(np.arange(240) / 60 + np.random.default_rng(1).uniform(-jitter, jitter, 240))
    assert choose(times, 30, 1000).tolist() == list(range(0, 240, 2))


def test_uneven_fast_clip_is_thinned_by_time_not_by_number():
    times = np.concatenate([np.arange(200) / 200, 1.05 + np.arange(20) / 20])
    kept = times[choose(times, 30, 1000)]
    assert len(kept[kept < 1]) == pytest.approx(30, abs=1)
    assert len(kept[kept >= 1]) == 20


def test_long_clip_is_sampled_evenly_in_time():
    times = np.cumsum(np.random.default_rng(2).uniform(0.02, 0.08, 5000))
    chosen = choose(times, 60, 100)
    assert len(chosen) == 100
    assert (chosen[0], chosen[-1]) == (0, 4999)
    gaps = np.diff(times[chosen])
    assert gaps.max() - gaps.min() < 0.17


def test_a_gap_does_not_make_frames_come_twice():
    times = np.concatenate([np.arange(50) / 25, 100 + np.arange(50) / 25])
    chosen = choose(times, 30, 40)
    assert (np.diff(chosen) > 0).all()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tiny_clips(count):
    assert choose(np.arange(count) / 25, 30, 1000).tolist() == list(range(count))
    assert len(choose(np.arange(count) / 25, 30, 1)) == min(count, 1)
