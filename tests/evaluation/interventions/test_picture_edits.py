import io

import numpy as np
from faked_picture import RAMP, picture
from PIL import Image

from cot_engine.evaluation.interventions.picture_edits import burnt, covered, edited, flipped, grey, masked, middle


def pixels(shown):
    return np.asarray(Image.open(io.BytesIO(shown.jpeg)).convert("RGB")).astype(int)


def test_flipped_is_the_mirror_image():
    assert (np.asarray(flipped(RAMP)) == np.asarray(RAMP)[:, ::-1]).all()


def test_grey_has_no_picture_in_it():
    assert len(np.unique(np.asarray(grey(RAMP)))) == 1


def test_the_two_masks_hide_two_halves_and_leave_the_nose():
    box = middle((160, 160))
    upper, lower = (np.asarray(covered(RAMP, half, box)) != np.asarray(RAMP) for half in ("upper", "lower"))
    assert not (upper & lower).any()
    assert upper[60, 75].any()
    assert lower[115, 75].any()
    assert not upper[84].any()
    assert not lower[84].any()


def test_a_whole_picture_becomes_grey_under_a_mask():
    assert np.ptp(pixels(masked(picture("context"), "upper"))) <= 2


def test_no_change_is_nearly_no_change():
    assert np.abs(pixels(edited(picture(), lambda image: image)) - pixels(picture())).mean() < 2


def test_burnt_text_stays_in_its_strip_and_differs_by_text():
    one, two = (np.asarray(burnt(RAMP, f"The expression is {label}.")) for label in ("fear", "disgust"))
    assert (one[:140] == np.asarray(RAMP)[:140]).all()
    assert (one[145:] != two[145:]).any()
    assert (one[145:] > 200).any()


def test_a_long_text_fits():
    found = np.asarray(burnt(RAMP, "The expression is disgustedly surprised, and nothing else at all."))
    assert (found[142:, [0, 159]] < 60).all()
