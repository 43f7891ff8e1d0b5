import numpy as np

from cot_engine.studio.performance import plan_clip
from cot_engine.studio.stills import draw_faces


def test_stills_begin_with_rest_and_close_eyes_in_one_au_only():
    faces = draw_faces(np.random.default_rng(3), plan_clip(1, 0, split="train"))
    gaze = {"AU61", "AU62", "AU63", "AU64"}
    assert all(values[:3].max() == 0 for au, values in faces.items() if au not in gaze)
    assert max(faces["AU45"].max(), faces["AU46"].max()) == 0
    assert sum(values[3:].max() > 1 for values in faces.values()) > 15


def test_a_face_is_never_asked_for_two_movements_that_cannot_go_together():
    for seed in range(60):
        faces = draw_faces(np.random.default_rng(seed), plan_clip(1, seed, split="train"))
        shown = [{au for au, values in faces.items() if values[k].max() > 0} for k in range(18)]
        for pair in ({"AU61", "AU62"}, {"AU5", "AU43"}, {"AU28", "AU25"}, {"AU18", "AU12"}):
            assert not any(pair <= face for face in shown[3:13]), pair
        assert all({"AU25", "AU26"} <= face for face in shown if "AU27" in face)


def test_what_is_one_sided_by_nature_is_never_on_both_sides():
    """A jaw that moves to both sides at once does not move."""
    shown = 0
    for seed in range(40):
        jaw = draw_faces(np.random.default_rng(seed), plan_clip(1, seed, split="train"))["AU30"]
        assert jaw.min(axis=1).max() == 0
        shown += (jaw.max(axis=1) > 1).sum()
    assert shown > 20
