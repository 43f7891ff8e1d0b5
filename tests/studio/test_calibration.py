import numpy as np
import pytest

from cot_engine.action_units.series import Timeline
from cot_engine.evaluation.au_tally import Estimate, Truth
from cot_engine.studio.calibration import believable, calibration, line
from cot_engine.studio.estimators import OURS, RAW


def readings(rng: np.random.Generator, gain: float, noise: float) -> tuple[np.ndarray, np.ndarray]:
    true = np.where(rng.random(4000) < 0.3, rng.uniform(1.2, 5, 4000), 0.0)
    return gain * true + rng.normal(0, noise, 4000), true


def test_the_best_limit_becomes_grade_b_and_strong_movements_keep_their_strength():
    knots = line([readings(np.random.default_rng(seed), 0.5, 0.05) for seed in range(3)])
    xs, ys = np.array(knots).T
    assert (np.diff(xs) > 0).all()
    assert np.interp(0.0, xs, ys) == 0.0
    assert np.interp(2.0, xs, ys) == pytest.approx(4.0, abs=0.3)


def test_one_odd_clip_moves_the_limit_less_than_it_moves_the_best_of_all_clips_together():
    rng = np.random.default_rng(0)
    usual = [readings(rng, 0.5, 0.1) for _ in range(12)]
    odd = (np.full(60_000, 1.0), np.zeros(60_000))
    without, with_it = (line(clips)[1][0] for clips in (usual, [*usual, odd]))
    together = line([tuple(map(np.concatenate, zip(*usual, odd, strict=True)))])[1][0]
    assert without < 0.6
    assert together > 1.0
    assert without < with_it < together - 0.1


def test_a_movement_that_no_clip_shows_is_taken_as_it_is():
    assert line([(np.zeros(10), np.zeros(10))])[1] == (1.0, 1.0)


def test_an_event_is_believed_from_where_seven_in_ten_readings_are_true():
    said = np.concatenate([np.full(100, 1.55), np.full(100, 3.0)])
    true = np.concatenate([np.zeros(80), np.ones(20), np.zeros(10), np.ones(90)])
    assert believable(said, true) == pytest.approx(1.6)


def test_readings_that_are_never_right_often_enough_are_not_believed():
    assert believable(np.full(100, 2.0), np.zeros(100)) is None
    assert believable(np.full(5, 2.0), np.ones(5)) is None


@pytest.mark.parametrize(("ours", "raw", "learned"), [(0.1, 3.0, True), (3.0, 0.1, False)])
def test_each_au_is_left_to_whoever_reads_it_better(ours, raw, learned):
    rng = np.random.default_rng(1)
    clips = []
    for name in "abc":
        times = np.arange(200) / 25
        true = np.repeat(np.where(np.arange(200) % 50 < 20, 3.0, 0.0)[:, None], 2, axis=1)
        said = {
            who: Estimate(Timeline(times, {"AU12": np.clip(true + rng.normal(0, noise, true.shape), 0, 5)}), (), times)
            for who, noise in ((OURS, ours), (RAW, raw))
        }
        clips.append((Truth(name, name, Timeline(times, {"AU12": true}), {}), said))
    lines: list[str] = []
    rows = calibration(clips, lines.append)
    assert rows["AU12"]["learned"] is learned
    assert rows["AU4"]["learned"] is False
    assert any(line.startswith("AU12") for line in lines)
