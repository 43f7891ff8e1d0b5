import numpy as np

from cot_engine.action_units.people import by_identity, by_place


def place(*rows: tuple[int, float, float]) -> list[int]:
    """Persons of rows (frame, x, width); a width of 0 stands for no face."""
    frame = np.array([row[0] for row in rows], float)
    boxes = np.array([[x, 0, width, 100] if width else [np.nan] * 4 for _, x, width in rows])
    return by_place(frame, boxes, np.isfinite(boxes).all(axis=1)).tolist()


def test_faces_keep_their_person_in_any_order_of_rows():
    assert place((0, 0, 100), (0, 300, 100), (1, 310, 100), (1, 10, 100)) == [0, 1, 1, 0]


def test_rows_need_not_be_sorted_by_frame():
    assert place((1, 310, 100), (1, 10, 100), (0, 0, 100), (0, 300, 100)) == [1, 0, 0, 1]


def test_a_face_that_wanders_stays_the_same_person():
    assert place(*((f, 40 * f, 100) for f in range(5)), (5, 200, 100), (5, 600, 100)) == [0, 0, 0, 0, 0, 0, 1]


def test_two_faces_on_one_known_place_are_two_people_and_the_nearer_is_the_known_one():
    assert place((0, 0, 100), (1, 30, 100), (1, 5, 100)) == [0, 1, 0]


def test_one_face_a_frame_is_one_person_and_rows_without_a_face_are_nobody():
    assert place((0, 0, 100), (1, 0, 0), (2, 900, 100)) == [0, -1, 0]


def test_no_face_at_all_is_nobody():
    assert place((0, 0, 0), (1, 0, 0)) == [-1, -1]


def test_names_number_people_by_first_appearance():
    person = by_identity(np.array([0.0, 0, 1, 2]), ("B", "A", "A", ""), np.array([True, True, True, False]))
    assert person is not None
    assert person.tolist() == [0, 1, 1, -1]


def test_names_that_cannot_be_right_number_nobody():
    frame, found = np.array([0.0, 0]), np.array([True, True])
    assert by_identity(frame, ("A", "A"), found) is None
    assert by_identity(frame, ("A", ""), found) is None
    assert by_identity(frame, ("A", "nan"), found) is None
