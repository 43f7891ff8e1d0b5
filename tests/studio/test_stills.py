import numpy as np

from cot_engine.studio.performance import plan_clip
from cot_engine.studio.stills import draw_faces


def test_stills_begin_with_rest_and_close_eyes_in_one_au_only():
    faces = draw_faces(np.random.default_rng(3), plan_clip(1, 0, split="train"))
    gaze = {"AU61", "AU62", "AU63", "AU64"}
    assert all(values[:3].max() == 0 for au, values in faces.items() if au not in gaze)
    assert max(faces["AU45"].max(), faces["AU46"].max()) == 0
    assert sum(values[3:].max() > 1 for values in faces.values()) > 15
