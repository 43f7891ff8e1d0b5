import numpy as np
import pytest

from cot_engine.studio.furrows import Furrows
from cot_engine.studio.muscles import ACTIONS, MUSCLES, SKIN_ONLY, action_weights
from cot_engine.studio.skin import SIZE, pixel_places

SKIN = np.full((SIZE, SIZE, 3), 120, np.uint8)


def folded(age=0.75, **aus):
    weights = action_weights({au: np.array([sides], float) for au, sides in aus.items()})[0]
    return Furrows(SKIN, ACTIONS, age).folded(weights).astype(int)


def changed(picture):
    return np.abs(picture - 120).max(axis=2)


def test_a_face_at_rest_is_as_it_was_painted():
    assert np.array_equal(folded(AU12=(0, 0)), SKIN)


@pytest.mark.parametrize(
    "au", ["AU1", "AU2", "AU4", "AU6", "AU7", "AU9", "AU10", "AU12", "AU14", "AU15", "AU17", "AU18", "AU23"]
)
def test_grade_b_leaves_a_plain_line_and_more_leaves_a_deeper_one(au):
    slight, strong = (changed(folded(**{au: (level, level)})) for level in (1.5, 4.5))
    assert slight.max() >= 8
    assert strong.max() > 2 * slight.max()


def test_one_side_folds_only_its_half():
    x, _ = pixel_places()
    left = changed(folded(AU12=(4, 0)))
    assert left[x > 0.01].max() > 20
    assert left[x < -0.005].max() == 0
    assert np.array_equal(left[:, ::-1], changed(folded(AU12=(0, 4))))


def test_lines_lie_where_facs_looks_for_them():
    """AU1 on the forehead, AU9 on the nose, AU17 on the chin."""
    _, z = pixel_places()
    for au, low, high in (("AU1", 0.75, 0.79), ("AU9", 0.67, 0.75), ("AU17", 0.60, 0.66)):
        height = z[changed(folded(**{au: (4, 4)})) > 12]
        assert low < height.min() < height.max() < high, au


def test_older_skin_folds_deeper():
    assert changed(folded(age=1.0, AU4=(2, 2))).max() > changed(folded(age=0.55, AU4=(2, 2))).max()


def test_the_folds_go_when_the_movement_goes():
    furrows = Furrows(SKIN, ACTIONS, 0.75)
    furrows.folded(np.ones(len(ACTIONS)))
    assert np.array_equal(furrows.folded(np.zeros(len(ACTIONS))), SKIN)


def test_what_only_folds_the_skin_belongs_to_an_action_unit():
    assert {pull.action for pulls in MUSCLES.values() for pull in pulls} >= SKIN_ONLY
