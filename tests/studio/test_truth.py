from dataclasses import replace

import numpy as np
import pytest

from cot_engine.facs import ACTION_UNITS
from cot_engine.studio.performance import plan_clip
from cot_engine.studio.plan import Movement
from cot_engine.studio.truth import STUDIO_AUS, events, intensity_curves

BASE = replace(plan_clip(0, 0, split="train"), fps=25.0, frames=75, talking=(), head=np.zeros((75, 3)))


def played(*movements, **changes):
    return replace(BASE, movements=movements, **changes)


def smile(onset=0.5, length=1.0, left=4.0, right=4.0, au="AU12", side="both"):
    return Movement(au, side, onset, onset + 0.3 * length, onset + 0.6 * length, onset + length, left, right)


def test_every_au_of_the_studio_is_in_the_codebook_and_has_a_curve_in_every_frame():
    curves = intensity_curves(BASE)
    assert tuple(curves) == STUDIO_AUS
    assert set(STUDIO_AUS) <= set(ACTION_UNITS)
    assert {values.shape for values in curves.values()} == {(75, 2)}


def test_an_event_has_the_times_sides_and_grade_that_were_played():
    (event,) = events(played(smile(left=1.0, right=3.5, side="right")))
    assert (event.au, event.side, event.left, event.right, event.intensity, event.grade) == ("AU12", "right", 1, 3.5, 3.5, "D")
    assert (event.onset_s, event.apex_s, event.offset_s) == (0.5, 0.8, 1.5)


def test_an_event_is_seen_where_its_curve_crosses_half_a_trace():
    plan = played(smile())
    (event,) = events(plan)
    level = intensity_curves(replace(plan, fps=1000.0, frames=3000, head=np.zeros((3000, 3))))["AU12"].max(axis=1)
    above = np.flatnonzero(level > 0.5) / 1000
    assert event.seen_from_s == pytest.approx(above[0], abs=0.003)
    assert event.seen_to_s == pytest.approx(above[-1], abs=0.003)
    assert event.onset_s < event.seen_from_s < event.apex_s


def test_an_event_weaker_than_half_a_trace_is_never_seen():
    (event,) = events(played(smile(left=0.45, right=0.4)))
    assert (event.seen_from_s, event.seen_to_s, event.grade) == (None, None, "A")


def test_movements_that_run_into_each_other_are_one_event_and_others_are_not():
    one = events(played(smile(0.5, left=2.0), smile(1.2)))
    assert [(e.onset_s, e.offset_s, e.intensity) for e in one] == [(0.5, 2.2, 4.0)]
    assert one[0].apex_s == pytest.approx(0.8)
    assert [e.onset_s for e in events(played(smile(0.5), smile(1.6)))] == [0.5, 1.6]


def test_two_sides_moving_one_after_the_other_in_one_event_are_both():
    (event,) = events(played(smile(0.5, left=3, right=0, side="left"), smile(1.0, left=0, right=3, side="right")))
    assert (event.side, event.left, event.right) == ("both", 3, 3)


def test_movements_outside_the_clip_are_no_events_and_those_across_its_edges_are():
    plan = played(smile(-1.2), smile(-0.4, au="AU4"), smile(2.8, au="AU6"), smile(3.0, au="AU9"))
    assert [event.au for event in events(plan)] == ["AU4", "AU6"]


def test_speech_marks_what_lies_inside_it():
    plan = played(smile(0.5, 0.2, au="AU25"), smile(1.5, 1.0, au="AU26"), talking=((0.4, 2.0),))
    assert [(event.au, event.talking) for event in events(plan)] == [("AU25", True), ("AU26", False)]


def test_a_turning_head_is_an_event():
    head = np.zeros((75, 3))
    head[25:50, 0] = -30
    (event,) = events(played(head=head))
    assert (event.au, event.side) == ("AU52", "both")
    assert event.onset_s == pytest.approx(1.0, abs=0.05)
    assert event.offset_s == pytest.approx(2.0, abs=0.05)
