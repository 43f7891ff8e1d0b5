import importlib.metadata

import numpy as np
import pytest
from real_clip import real_clip

from cot_engine import weights
from cot_engine.action_units.appearance import PICTURE, STABLE, places, upright
from cot_engine.action_units.learned import load_estimator
from cot_engine.faces.finder import FaceFinder
from cot_engine.video import open_clip


@pytest.fixture(scope="module")
def glimpses():
    """Every third frame of the real smile: neutral for half a second, then a broad smile."""
    estimator, seen = load_estimator(), []
    with open_clip(real_clip("single_face.mp4")) as clip, FaceFinder(weights.find("face_landmarker").path) as finder:
        for frame in clip.frames():
            (face,) = finder.find(frame.rgb, frame.time_s)
            if frame.index % 3 == 0:
                seen.append(estimator.describe(frame.rgb, face))
    return seen


def test_stable_landmarks_land_on_their_places():
    rng = np.random.default_rng(0)
    target = rng.uniform(20, 80, (len(STABLE), 2)).astype(np.float32)
    stable = target * 1.3 + 12
    window = np.zeros((160, 160), np.uint8)
    x, y = stable[0].round().astype(int)
    window[y - 1 : y + 2, x - 1 : x + 2] = 255
    picture = upright(window, stable, target)
    assert picture.shape == PICTURE
    row, column = np.unravel_index(picture.argmax(), picture.shape)
    assert (column, row) == pytest.approx(tuple(target[0]), abs=1.5)


def test_places_put_the_eyes_on_one_line_and_left_on_the_right():
    geometry = np.zeros((478, 3), np.float32)
    geometry[33], geometry[263] = (-0.5, 0.2, 0), (0.5, 0.2, 0)
    spots = dict(zip(STABLE, places(geometry), strict=True))
    assert spots[33][1] == spots[263][1]
    assert spots[33][0] < PICTURE[1] / 2 < spots[263][0]


def test_a_real_smile_reads_against_the_persons_own_rest(glimpses):
    calm, told = np.arange(len(glimpses)) < 4, []
    read = load_estimator().estimate(glimpses, calm, lambda done, of: told.append((done, of)))
    assert read.baseline == "person"
    smile = read.strength[:, read.aus.index("AU12")].min(axis=1)
    assert smile[:4].max() < 1.0
    assert smile[len(smile) // 2 :].min() > 2.0
    assert told[-1] == (len(glimpses), len(glimpses))


def test_a_smile_that_is_held_throughout_is_not_taken_for_rest(glimpses):
    held = glimpses[len(glimpses) // 2 :]
    read = load_estimator().estimate(held, np.zeros(len(held), bool))
    assert read.baseline == "population"
    assert read.strength[:, read.aus.index("AU12")].min() > 2.0


def test_rest_is_found_wherever_it_lies(glimpses):
    estimator = load_estimator()
    smile_first = glimpses[::-1]
    rest = estimator.find_rest(smile_first, np.arange(len(glimpses)) >= len(glimpses) - 4)
    assert rest is not None
    smile = estimator.aus.index("AU12")
    assert estimator.read(smile_first[0], rest)[smile].min() > 2.0
    assert estimator.read(smile_first[-1], rest)[smile].max() < 1.0


def test_unseen_frames_stay_unknown_and_strengths_within_the_scale(glimpses):
    read = load_estimator().estimate([*glimpses[:3], None, *glimpses[3:]], np.zeros(len(glimpses) + 1, bool))
    assert np.isnan(read.strength[3]).all()
    assert np.isfinite(read.strength[4]).all()
    assert read.strength[4:].min() >= 0
    assert read.strength[4:].max() <= 5


def test_a_picture_has_no_rest_to_be_held_against(glimpses):
    assert load_estimator().find_rest(glimpses[:1], np.ones(1, bool)) is None


def test_the_estimator_ships_with_the_package_and_is_small():
    assert importlib.metadata.version("safetensors")
    from cot_engine.action_units import learned

    files = list((learned.Path(learned.__file__).parent / "estimator").iterdir())
    assert {file.suffix for file in files} == {".onnx", ".safetensors", ".json"}
    assert sum(file.stat().st_size for file in files) <= 8_000_000
