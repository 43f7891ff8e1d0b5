import pytest
from faked import event, evidence

from cot_engine.evidence import Span
from cot_engine.frame_choice import choose_frames, strongest_events

TIMES = [n / 25 for n in range(100)]


def roles(frames):
    return [(frame.role, frame.event) for frame in frames]


def test_onset_apex_and_offset_of_the_strongest_movement_are_chosen_with_rest_and_context():
    frames = choose_frames(evidence(event("AU12", 4.0, onset=1.0)), TIMES)
    assert {("onset", 0), ("apex", 0), ("offset", 0), ("rest", None), ("context", None)} == set(roles(frames))
    apex = next(frame for frame in frames if frame.role == "apex")
    assert apex.time_s == pytest.approx(1.5, abs=0.03)
    assert TIMES[apex.row] == apex.time_s


def test_frames_are_in_order_and_none_comes_twice():
    crowd = evidence(*(event(au, 3.0, onset=0.2 * n) for n, au in enumerate(("AU1", "AU2", "AU4", "AU6", "AU12", "AU25"))))
    rows = [frame.row for frame in choose_frames(crowd, TIMES, budget=12)]
    assert rows == sorted(set(rows))
    assert len(rows) == 12


@pytest.mark.parametrize("budget", range(1, 9))
def test_the_budget_is_kept_and_the_strongest_apex_always_shown(budget):
    frames = choose_frames(evidence(event("AU4", 2.0), event("AU12", 4.5, onset=0.5)), TIMES, budget)
    assert len(frames) <= budget
    strongest = next(
        i for i, e in enumerate(evidence(event("AU4", 2.0), event("AU12", 4.5, onset=0.5)).events) if e.au == "AU12"
    )
    assert ("apex", strongest) in roles(frames)


def test_a_boundary_out_of_view_is_not_shown():
    frames = choose_frames(evidence(event("AU12", onset=0, onset_seen=False)), TIMES)
    assert "onset" not in {frame.role for frame in frames}


def test_a_face_that_never_rests_has_no_rest_frame():
    frames = choose_frames(evidence(event("AU12", onset=0, length=4.0)), TIMES)
    assert "rest" not in {frame.role for frame in frames}


def test_a_calm_clip_and_a_picture_still_give_frames():
    assert choose_frames(evidence(), TIMES)[0].role == "rest"
    still = evidence(event("AU12", onset=0, length=0), still=True, duration_s=0, seen=(Span(start_s=0, end_s=0),))
    assert roles(choose_frames(still, [0.0])) == [("apex", 0)]


def test_without_frames_nothing_is_chosen():
    assert choose_frames(evidence(event("AU12")), []) == []


def test_blinks_come_after_movements_however_strong():
    measured = evidence(event("AU45", 5.0, onset=0.1, length=0.2), event("AU12", 2.0))
    assert [measured.events[i].au for i in strongest_events(measured, 2)] == ["AU12", "AU45"]
