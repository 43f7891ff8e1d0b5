import numpy as np
import pytest

from cot_engine.studio.performance import plan_clip
from cot_engine.studio.stills import draw_faces
from cot_engine.studio.training import calibrate


def test_calibration_puts_the_best_limit_at_grade_b_and_keeps_the_order():
    rng = np.random.default_rng(0)
    truth = np.where(rng.random(4000) < 0.3, rng.uniform(1.2, 5, 4000), 0.0)
    guess = 0.5 * truth + rng.normal(0, 0.05, 4000)
    knots, f1, correlation = calibrate(guess, truth)
    xs, ys = np.array(knots).T
    assert (np.diff(xs) > 0).all()
    assert f1 > 0.97
    assert correlation > 0.97
    assert np.interp(2.0, xs, ys) == pytest.approx(4.0, abs=0.3)
    assert np.interp(0.0, xs, ys) == 0.0


def test_stills_begin_with_rest_and_close_eyes_in_one_au_only():
    faces = draw_faces(np.random.default_rng(3), plan_clip(1, 0, split="train"))
    gaze = {"AU61", "AU62", "AU63", "AU64"}
    assert all(values[:3].max() == 0 for au, values in faces.items() if au not in gaze)
    assert max(faces["AU45"].max(), faces["AU46"].max()) == 0
    assert sum(values[3:].max() > 1 for values in faces.values()) > 15
