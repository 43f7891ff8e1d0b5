from faked import event

from cot_engine.evaluation.event_match import pair_up, sidedness_wrong, sides_swapped, stronger_side, timing


def sided(side, left, right, au="AU12", **more):
    return event(au, side=side, left=left, right=right, **more)


def test_events_of_the_same_au_that_overlap_are_paired():
    true = [event("AU12", onset=1.0), event("AU4", onset=1.0)]
    measured = [event("AU4", onset=1.2), event("AU12", onset=0.9)]
    assert sorted(pair_up(true, measured)) == [(0, 1), (1, 0)]


def test_events_that_share_no_time_or_no_au_are_not_paired():
    assert pair_up([event("AU12", onset=0.0, length=0.5)], [event("AU12", onset=0.5, length=0.5)]) == []
    assert pair_up([event("AU12")], [event("AU6")]) == []
    assert pair_up([], [event("AU6")]) == []
    assert pair_up([event("AU6")], []) == []


def test_each_event_is_used_once_and_the_greatest_overlap_wins():
    true = [event("AU12", onset=1.0, length=2.0)]
    measured = [event("AU12", onset=0.8, length=0.5), event("AU12", onset=1.5, length=1.5)]
    assert pair_up(true, measured) == [(0, 1)]


def test_the_whole_assignment_is_the_best_not_the_first():
    # Greedily the long true event would take the only measured one that the short event could have.
    true = [event("AU12", onset=0.0, length=2.0), event("AU12", onset=2.1, length=0.5)]
    measured = [event("AU12", onset=0.0, length=1.0), event("AU12", onset=1.4, length=1.2)]
    assert sorted(pair_up(true, measured)) == [(0, 0), (1, 1)]


def test_a_blink_and_a_wink_match_closed_eyes():
    assert pair_up([event("AU45")], [event("AU43")]) == [(0, 0)]
    assert pair_up([event("AU46", side="left")], [event("AU45")]) == [(0, 0)]


def test_errors_are_measured_minus_true_in_milliseconds():
    found = timing(event("AU12", onset=1.0, length=1.5), event("AU12", onset=1.06, length=1.2))
    assert round(found.onset_ms, 6) == 60
    assert round(found.apex_ms, 6) == -40
    assert round(found.offset_ms, 6) == -240


def test_a_border_that_was_not_seen_has_no_error():
    found = timing(event("AU12", onset_seen=False), event("AU12", offset_seen=False))
    assert (found.onset_ms, found.offset_ms) == (None, None)
    assert found.apex_ms == 0


def test_the_wrong_stronger_side_is_a_swap_even_when_called_both():
    true = sided("left", 3.0, 0.0)
    assert sides_swapped(true, sided("left", 2.0, 0.5)) is False
    assert sides_swapped(true, sided("right", 0.5, 2.0)) is True
    assert sides_swapped(true, sided("both", 1.9, 2.0)) is True
    assert sides_swapped(true, sided("both", 2.0, 2.0)) is False


def test_a_two_sided_movement_or_an_estimator_without_sides_says_nothing_about_swaps():
    assert sides_swapped(sided("both", 3.0, 3.0), sided("left", 3.0, 0.0)) is None
    assert sides_swapped(sided("left", 3.0, 0.0), event("AU12", side_measured=False)) is None


def test_one_called_both_and_both_called_one_are_the_other_confusion():
    assert sidedness_wrong(sided("left", 3.0, 0.0), sided("both", 3.0, 2.9)) is True
    assert sidedness_wrong(sided("both", 3.0, 3.0), sided("left", 3.0, 0.1)) is True
    assert sidedness_wrong(sided("left", 3.0, 0.0), sided("right", 0.0, 3.0)) is False
    assert sidedness_wrong(event("AU12", side_measured=False), sided("both", 3.0, 2.9)) is False
    assert sidedness_wrong(event("AU25"), event("AU25")) is None
    assert sidedness_wrong(sided("left", 3.0, 0.0), event("AU12", side_measured=False)) is None


def test_the_stronger_side():
    assert stronger_side(sided("both", 2.0, 2.1)) == "right"
    assert stronger_side(event("AU12")) == "both"
