import numpy as np
import pytest

from cot_engine.evidence import Span
from cot_engine.faces.visibility import hidden_spans, look

SKIN, CLOTH = (205, 165, 145), (120, 170, 200)
EYES, MOUTH = (33, 133, 362, 263), (61, 291, 0, 17)


def covered(picture, face, landmarks, colour, margin):
    """The picture with a rectangle over the given landmarks, ``margin`` in face heights around them."""
    out = picture.copy()
    points = face.landmarks[list(landmarks), :2]
    (x0, y0), (x1, y1) = points.min(0) - margin * face.size, points.max(0) + margin * face.size
    out[int(y0) : int(y1), int(x0) : int(x1)] = colour
    return out


@pytest.mark.parametrize("name", ["single_face.jpg", "0-f1-su-ph.jpg", "0-f15-hao-ph.jpg", "15-f13-anc-ph.jpg"])
def test_nothing_is_hidden_on_an_uncovered_face(find_faces, picture, name):
    rgb = picture(name)
    (face,) = find_faces(rgb)
    assert look(rgb, face).hidden == {}


@pytest.mark.parametrize("name", ["single_face.jpg", "0-f15-hao-ph.jpg"])
@pytest.mark.parametrize(
    ("landmarks", "colour", "margin", "hidden"),
    [
        (MOUTH, SKIN, 0.06, {"mouth": "hand or object", "chin": "hand or object"}),
        (EYES, (15, 15, 18), 0.09, {"left eye": "sunglasses", "right eye": "sunglasses"}),
    ],
)
def test_what_is_covered_is_hidden_and_the_rest_is_not(find_faces, picture, name, landmarks, colour, margin, hidden):
    rgb = picture(name)
    (face,) = find_faces(rgb)
    seen = look(covered(rgb, face, landmarks, colour, margin), face).hidden
    assert hidden.items() <= seen.items()
    other = "left eye" if landmarks is MOUTH else "mouth"
    assert other not in seen


@pytest.mark.parametrize("name", ["single_face.jpg", "0-f1-su-ph.jpg", "15-f13-anc-ph.jpg"])
@pytest.mark.parametrize("light", [0.25, 0.4, 0.6])
def test_lips_in_the_dark_are_still_lips(find_faces, picture, name, light):
    """Little light, or dark skin: what tells lips from skin shrinks with the brightness and must not be taken for a cover."""
    rgb = picture(name)
    (face,) = find_faces(rgb)
    assert "mouth" not in look((rgb * light).astype(np.uint8), face).hidden


def test_lips_without_colours_are_still_lips(find_faces, picture):
    rgb = picture("single_face.jpg")
    (face,) = find_faces(rgb)
    grey = np.repeat(rgb.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    assert "mouth" not in look(grey, face).hidden


def test_a_mask_hides_nose_mouth_and_chin(find_faces, picture):
    rgb = picture("single_face.jpg")
    (face,) = find_faces(rgb)
    masked = covered(rgb, face, (*MOUTH, 152, 4, 234, 454), CLOTH, 0.01)
    seen = look(masked, face).hidden
    assert {part: seen.get(part) for part in ("nose", "mouth", "chin")} == dict.fromkeys(("nose", "mouth", "chin"), "mask")


def test_sunglasses_in_a_real_picture_hide_only_their_wearers_eyes(find_faces, picture):
    rgb = picture("multi_face.jpg")
    wearers = [set(look(rgb, face).hidden) for face in find_faces(rgb)]
    assert sorted(map(len, wearers)) == [0, 0, 0, 0, 4]
    assert {"left eye", "right eye"} <= max(wearers, key=len)


def test_parts_beyond_the_frame_edge_are_outside(find_faces, picture):
    rgb = picture("single_face.jpg")
    (face,) = find_faces(rgb)
    cut = rgb[:, : int(face.landmarks[4, 0])]  # through the tip of the nose
    seen = look(cut, face).hidden
    assert seen["left eye"] == "outside the frame"
    assert "right eye" not in seen


def test_a_tiny_face_shows_nothing(find_faces, picture):
    rgb = picture("single_face.jpg")
    (face,) = find_faces(rgb)
    small = type(face)(face.landmarks * 0.1, face.blendshapes, face.pose, tuple(v * 0.1 for v in face.box))
    assert set(look(np.ascontiguousarray(rgb[::10, ::10]), small).hidden.values()) == {"too small"}


def test_spans_join_short_breaks_and_outvote_single_looks():
    times = np.arange(0, 4, 0.1)
    mouth = {"mouth": "mask"}
    looks = [mouth if 1 <= t < 2 or 2.3 <= t < 3 else {} for t in times]
    looks[35] = mouth  # one look alone
    (hidden,) = hidden_spans(times, looks, 4.0)
    assert hidden.spans == (Span(start_s=1.0, end_s=3.0),)
