import numpy as np
import pytest

from cot_engine.faces.landmarker import Face
from cot_engine.faces.pose import head_pose
from cot_engine.faces.tracks import Tracker

RED, BLUE = (200, 40, 30), (30, 60, 200)


def scene(*people: tuple[float, tuple[int, int, int]]) -> tuple[np.ndarray, list[Face]]:
    """A 640 x 360 picture with a coloured square for each (x, colour), and the faces in it."""
    rgb = np.full((360, 640, 3), 90, np.uint8)
    faces = []
    for x, colour in people:
        box = (x - 40.0, 140.0, x + 40.0, 230.0)
        rgb[100:300, max(0, int(x) - 70) : int(x) + 70] = colour
        faces.append(Face(np.zeros((478, 3), np.float32), np.zeros(52, np.float32), head_pose(np.eye(4)), box))
    return rgb, faces


def test_two_people_who_cross_keep_their_numbers():
    tracker, numbers = Tracker(), {}
    for frame in range(60):
        t = frame / 30
        red, blue = 120 + 200 * t, 520 - 200 * t
        rgb, faces = scene((red, RED), (blue, BLUE))
        names = ["red", "blue"]
        if abs(red - blue) < 40:  # the blue one, nearer, covers the other
            faces, names = faces[1:], ["blue"]
        for name, (number, _) in zip(names, tracker.assign(rgb, faces, t), strict=True):
            numbers.setdefault(name, set()).add(number)
    assert numbers["red"] == {0}
    assert numbers["blue"] == {1}


@pytest.mark.parametrize(("gap_s", "same"), [(0.8, True), (3.0, False)])
def test_a_face_that_comes_back_is_the_same_person_only_after_a_short_gap(gap_s, same):
    tracker = Tracker()
    rgb, faces = scene((300, RED))
    first = tracker.assign(rgb, faces, 0.0)[0][0]
    tracker.assign(np.full_like(rgb, 90), [], 0.1)
    rgb, faces = scene((310, RED))
    assert (tracker.assign(rgb, faces, 0.1 + gap_s)[0][0] == first) is same


def test_a_newcomer_in_the_same_place_is_another_person():
    tracker = Tracker()
    first = tracker.assign(*scene((300, RED)), 0.0)[0][0]
    assert tracker.assign(*scene((300, BLUE)), 0.5)[0][0] != first
