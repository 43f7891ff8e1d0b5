import numpy as np
from real_clip import real_clip

from cot_engine import weights
from cot_engine.faces.finder import FaceFinder
from cot_engine.faces.landmarker import box_iou
from cot_engine.video import open_clip


def test_all_five_people_of_a_group_are_found_once_each(find_faces, picture):
    faces = find_faces(picture("multi_face.jpg"))
    assert len(faces) == 5
    assert all(box_iou(a.box, b.box) < 0.2 for i, a in enumerate(faces) for b in faces[:i])


def test_a_landscape_has_no_face(find_faces, picture):
    assert find_faces(picture("free-mountain-vector-01.jpg")) == []


def test_a_small_face_in_a_large_picture_is_found(find_faces, picture):
    face = picture("single_face.jpg")
    canvas = np.full((1000, 1600, 3), 128, np.uint8)
    small = face[::5, ::5]  # the face is then about 45 pixels high
    canvas[700 : 700 + small.shape[0], 1200 : 1200 + small.shape[1]] = small
    assert len(find_faces(canvas)) == 1


def test_a_face_that_leaves_its_window_is_found_again(picture):
    face = picture("single_face.jpg")[::4, ::4]
    height, width = face.shape[:2]
    found = []
    with FaceFinder(weights.find("face_landmarker").path) as finder:
        for frame, x in enumerate([0] * 5 + [1000] * 15):
            canvas = np.full((400, 1200, 3), 128, np.uint8)
            canvas[100 : 100 + height, x : x + width] = face
            found.append(len(finder.find(canvas, frame / 25)))
    assert found[:5] == [1] * 5
    assert found[-1] == 1


def test_the_same_frames_give_the_same_faces():
    def boxes():
        with open_clip(real_clip("single_face.mp4")) as clip, FaceFinder(weights.find("face_landmarker").path) as finder:
            return [finder.find(f.rgb, f.time_s)[0].box for f in clip.frames() if f.index < 10]

    assert boxes() == boxes()
