from dataclasses import replace

from faked import event, evidence
from faked_picture import picture

from cot_engine.evaluation.interventions.case import Case
from cot_engine.evaluation.interventions.edits import EDITS
from cot_engine.frame_choice import ChosenFrame, Picture

JPEG = picture().jpeg
FRAMES = (
    ChosenFrame(0, 0.0, "rest"),
    ChosenFrame(3, 1.5, "onset", 0),
    ChosenFrame(6, 2.0, "apex", 1),
    ChosenFrame(9, 3.0, "context"),
)
CASE = Case("a", evidence(event("AU4", 2.0, onset=1.5), event("AU12", 4.0, onset=1.5)), tuple(Picture(f, JPEG) for f in FRAMES))
OTHER = Case("b", evidence(event("AU1")), (Picture(FRAMES[0], b"other"),))
CHANGES = {edit.name: edit.change for edit in EDITS}


def made(name):
    return CHANGES[name](CASE, OTHER, "fear")


def test_the_clip_stays_the_same_clip():
    assert all(made(name).id == "a" for name in CHANGES)


def test_no_frame_points_at_an_event_that_is_not_there():
    for name in CHANGES:
        changed = made(name)
        assert all(p.frame.event is None or p.frame.event < len(changed.evidence.events) for p in changed.pictures), name


def test_backwards_turns_times_roles_and_events():
    changed = made("reversed")
    assert [(p.frame.time_s, p.frame.role) for p in changed.pictures] == [
        (1.0, "context"), (2.0, "apex"), (2.5, "offset"), (4.0, "rest"),
    ]  # fmt: skip
    assert changed.evidence.events[changed.pictures[1].frame.event].au == "AU12"


def test_frozen_shows_the_face_of_one_moment():
    marked = replace(CASE, pictures=tuple(Picture(f, str(i).encode()) for i, f in enumerate(FRAMES)))
    changed = CHANGES["frozen"](marked, OTHER, "fear")
    assert [p.jpeg for p in changed.pictures] == [b"2", b"2", b"2", b"3"]


def test_another_face_brings_everything_and_another_measurement_that_alone():
    assert made("another clip's face").pictures == OTHER.pictures
    assert made("another clip's measurement").evidence == OTHER.evidence
    assert [p.jpeg for p in made("another clip's measurement").pictures] == [JPEG] * 4


def test_grey_pictures_leave_the_measurement():
    changed = made("pictures grey")
    assert changed.evidence == CASE.evidence
    assert all(p.jpeg != JPEG for p in changed.pictures)


def test_planted_text_touches_one_channel_each():
    assert made("text burnt in").evidence == CASE.evidence
    assert made("text in the measurement").pictures == CASE.pictures
    assert "fear" in made("text in the measurement").evidence.source
