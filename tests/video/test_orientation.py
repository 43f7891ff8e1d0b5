import itertools

import numpy as np
import pytest
from PIL import Image, ImageOps

from cot_engine.video.orientation import Orientation, from_display_matrix, from_exif

STORED = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
ONE = 1 << 16


@pytest.mark.parametrize("way", [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)])
def test_rotation_and_mirroring_describe_what_apply_does(way):
    described = STORED[:, ::-1] if way.mirrored else STORED
    described = np.rot90(described, -way.rotation // 90)
    upright = way.apply(STORED)
    assert np.array_equal(upright, described)
    assert upright.flags.c_contiguous
    assert way.size(3, 2) == (upright.shape[1], upright.shape[0])


@pytest.mark.parametrize("tag", range(1, 9))
def test_exif_tags_agree_with_pillow(tag):
    image = Image.fromarray(STORED)
    image.getexif()[274] = tag
    assert np.array_equal(from_exif(tag).apply(STORED), np.asarray(ImageOps.exif_transpose(image)))


def test_unknown_exif_tag_counts_as_upright():
    assert from_exif(77) == Orientation()


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((ONE, 0, 0, 0, ONE), STORED),
        ((0, ONE, 0, -ONE, 0), np.rot90(STORED, -1)),
        ((-ONE, 0, 0, 0, -ONE), np.rot90(STORED, 2)),
        ((0, -ONE, 0, ONE, 0), np.rot90(STORED, 1)),
        ((-ONE, 0, 0, 0, ONE), STORED[:, ::-1]),
        ((ONE, 0, 0, 0, -ONE), STORED[::-1]),
    ],
)
def test_display_matrices(matrix, expected):
    assert np.array_equal(from_display_matrix((*matrix, 0, 0, 0, 1 << 30)).apply(STORED), expected)


def test_crooked_matrix_takes_the_nearest_quarter_turn():
    assert (
        from_display_matrix((int(0.9 * ONE), int(0.4 * ONE), 0, int(-0.4 * ONE), int(0.9 * ONE), 0, 0, 0, 1 << 30)).rotation
        == 0
    )
