import base64
import io

import numpy as np
import pytest
from PIL import Image

from cot_engine.figures.thumbnails import Thumbnail, face_thumbnail, frame_thumbnail

GREY = np.full((360, 640, 3), 128, np.uint8)


def pixels(thumbnail: Thumbnail) -> np.ndarray:
    data = base64.b64decode(thumbnail.uri.removeprefix("data:image/jpeg;base64,"))
    picture = np.asarray(Image.open(io.BytesIO(data)))
    assert picture.shape == (thumbnail.height, thumbnail.width, 3)
    return picture.astype(int)


def test_the_box_is_drawn_at_its_place_in_the_frame():
    picture = pixels(frame_thumbnail(GREY, (160, 90, 320, 270), height=360))
    assert picture.shape == (360, 640, 3)
    assert picture[180, 160:162].mean() > 200
    assert picture[180, 319:321].mean() > 200
    assert abs(picture[180, 240].mean() - 128) < 8
    assert abs(picture[40, 40].mean() - 128) < 8


def test_the_face_fills_a_good_part_of_its_picture():
    thumbnail = face_thumbnail(GREY, (300, 150, 340, 200))
    column = pixels(thumbnail)[:, thumbnail.width // 2].mean(axis=1)
    bright = np.flatnonzero(column > 180)
    assert 0.45 < (bright.max() - bright.min()) / thumbnail.height < 0.65


def test_a_small_face_is_enlarged_at_most_twice():
    assert face_thumbnail(GREY, (300, 150, 316, 170)).height <= 2 * 1.8 * 20 + 4


def test_a_box_that_reaches_beyond_the_frame_is_cut_not_padded():
    picture = pixels(face_thumbnail(GREY, (-40, -30, 60, 95)))
    assert picture[-1].mean() > 100
    assert picture[:, -1].mean() > 100


def test_a_panorama_is_bounded_in_width():
    assert frame_thumbnail(np.zeros((50, 4000, 3), np.uint8), (0, 0, 50, 50)).width <= 600


@pytest.mark.parametrize("box", [(10, 10, 10, 20), (20, 10, 10, 20), (float("nan"), 0, 1, 1), (900, 10, 950, 60)])
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(ValueError, match="box"):
        face_thumbnail(GREY, box)


def test_a_frame_that_is_not_rgb_bytes_is_refused():
    with pytest.raises(ValueError, match="uint8"):
        frame_thumbnail(GREY.astype(np.float32), (0, 0, 9, 9))
