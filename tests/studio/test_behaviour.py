import numpy as np
import pytest

from cot_engine.studio.behaviour import blinks, glance, head_motion, speech
from cot_engine.studio.motion import head_curves, movement_curves
from cot_engine.studio.plan import Scene
from cot_engine.studio.score import Score

TIMES = np.arange(0, 4, 0.04)


def scene(yaw=0.0):
    return Scene((224, 224), yaw, 0.0, 0.0, 120, 1, 1, 0.0, 0.0, 23)


def test_eyes_blink_ten_to_twenty_times_a_minute_for_a_quarter_of_a_second():
    rng = np.random.default_rng(0)
    score = Score(rng)
    blinks(score, rng, 1200.0)
    rate = len(score.movements) / 20
    lengths = [m.offset_s - m.onset_s for m in score.movements]
    assert 9 < rate < 20
    assert 0.149 < min(lengths) < max(lengths) < 0.351
    assert all(m.au == "AU45" and m.left == m.right >= 4.5 for m in score.movements)


def test_speech_opens_the_lips_four_to_six_times_a_second():
    for seed in range(20):
        said = speech(np.random.default_rng(seed), 0.5, 3.5)
        syllables = sorted({m.onset_s for m in said})
        assert 3.6 <= 1 / np.mean(np.diff(syllables)) <= 6.7
        assert max(m.offset_s for m in said) <= 3.5
        assert {m.au for m in said} <= {"AU16", "AU17", "AU18", "AU22", "AU24", "AU25", "AU26"}
        gap = movement_curves(tuple(said), TIMES, {m.au for m in said})["AU25"][:, 0]
        assert gap.max() > 0.5


def test_a_glance_is_a_quick_jump():
    rng = np.random.default_rng(0)
    score = Score(rng)
    glance(score, rng, "AU62", 1.0, 2.0)
    (movement,) = score.movements
    assert movement.au == "AU62"
    assert movement.apex_s - movement.onset_s < 0.13
    assert 0.8 <= movement.left == movement.right <= 2.0


@pytest.mark.parametrize("au", ["AU51", "AU52", "AU53", "AU54", "AU55", "AU56"])
def test_a_turn_that_was_asked_for_is_the_one_that_is_made(au):
    for seed in range(10):
        head = head_motion(np.random.default_rng(seed), TIMES, scene(), 0.5, (au,), nod=False)
        peaks = {name: values.max() for name, values in head_curves(head).items()}
        assert peaks.pop(au) > 0.5
        assert max(peaks.values()) == 0


def test_a_nod_goes_up_and_down():
    head = head_motion(np.random.default_rng(3), TIMES, scene(), 0.5, (), nod=True)
    assert head[:, 1].min() < -4
    assert head[:, 1].max() > 4


def test_the_head_never_leaves_the_cameras_sight():
    for seed in range(20):
        head = head_motion(np.random.default_rng(seed), TIMES, scene(yaw=44.0), 0.2, ("AU51",), nod=False)
        assert (head[:, 0] + 44.0).max() <= 48.001
