import pytest
from faked_pairs import AUS, SMILE, Move, subject

from cot_engine.compare.align import align
from cot_engine.compare.counterparts import find_counterparts

# Movements that both clips share, so that the common lag is none.
ANCHOR = (Move("AU4", 0.1, 0.6, 5, 5), Move("AU1", 3.2, 0.6, 5, 5), Move("AU2", 3.2, 0.6, 5, 5))


def counterparts(a, b, trust=0.9):
    trusts = dict.fromkeys(AUS, trust)
    return find_counterparts(align(a, b, trusts), (a.evidence, b.evidence), trusts)


def test_a_movement_a_little_later_is_the_same_and_a_second_later_is_not():
    near = counterparts(subject(Move("AU12", 1, 0.6), *ANCHOR), subject(Move("AU12", 1.2, 0.6), *ANCHOR))
    assert [m.kind for m in near.matched if m.au == "AU12"] == ["event"]
    far = counterparts(subject(Move("AU12", 1, 0.6), *ANCHOR), subject(Move("AU12", 2.2, 0.6), *ANCHOR))
    assert [x.au for x in far.lost] == [x.au for x in far.added] == ["AU12"]


def test_times_and_strengths_are_b_minus_a():
    found = counterparts(subject(Move("AU12", 1, 1, 2, 2), *ANCHOR), subject(Move("AU12", 1.1, 1, 3, 3), *ANCHOR))
    smile = next(m for m in found.matched if m.au == "AU12")
    assert smile.strength_ratio == pytest.approx(1.5, abs=0.02)
    assert smile.apex_ms == pytest.approx(100, abs=50)
    assert smile.onset_ms < smile.offset_ms
    assert (smile.peak_a, smile.peak_b) == (pytest.approx(2, abs=0.02), pytest.approx(3, abs=0.02))


def test_a_movement_under_the_threshold_of_an_event_is_weak_but_not_lost():
    b = subject(Move("AU12", 0.8, 1.4, 1.8, 1.8))
    evidence = b.evidence.model_copy(update={"events": ()})
    found = counterparts(subject(Move("AU12", 0.8, 1.4, 2.5, 2.5)), type(b)(b.clip, b.track, b.timeline, evidence))
    (match,) = found.matched
    assert (match.kind, match.b, match.peak_b) == ("curve", None, pytest.approx(1.8, abs=0.02))


def test_less_than_half_of_the_movement_is_lost_and_its_rest_is_told():
    b = subject(Move("AU12", 0.8, 1.4, 1.5, 1.5))
    evidence = b.evidence.model_copy(update={"events": ()})
    found = counterparts(subject(Move("AU12", 0.8, 1.4, 4, 4)), type(b)(b.clip, b.track, b.timeline, evidence))
    assert found.matched == ()
    assert found.lost[0].other_peak == pytest.approx(1.5, abs=0.02)


def test_a_movement_cut_in_two_is_part_of_the_whole_one():
    whole, halves = Move("AU12", 0.5, 2.6), (Move("AU12", 0.5, 1.2), Move("AU12", 1.9, 1.2))
    found = counterparts(subject(whole), subject(*halves))
    assert sorted(m.kind for m in found.matched) == ["event", "part"]
    assert (found.lost, found.added) == ((), ())
    part = next(m for m in found.matched if m.kind == "part")
    assert (part.onset_ms, part.apex_ms, part.offset_ms) == (None, None, None)


def test_one_movement_cannot_stand_for_two_that_lie_apart():
    found = counterparts(subject(Move("AU43", 0.5, 0.4), Move("AU43", 1.1, 0.4), SMILE), subject(Move("AU43", 1.1, 0.4), SMILE))
    assert [(x.event.au, round(x.start_s, 1)) for x in found.lost] == [("AU45", 0.5)]


def test_a_border_counts_only_as_far_as_it_is_certain():
    # A's smile goes on when the clip ends; B's is over by then: it ends at least so much earlier.
    long, short = (subject(Move("AU12", 1.5, length), *ANCHOR) for length in (5, 1.5))
    smile = next(m for m in counterparts(long, short).matched if m.au == "AU12")
    assert -1300 < smile.offset_ms < -900
    # Neither ends in view: nothing is known.
    smile = next(m for m in counterparts(long, long).matched if m.au == "AU12")
    assert smile.offset_ms is None
    assert smile.onset_ms == 0


def test_little_trust_is_said():
    assert not counterparts(subject(SMILE), subject(), trust=0.4).lost[0].reliable
    assert counterparts(subject(SMILE), subject(), trust=0.6).lost[0].reliable


def test_every_event_is_in_exactly_one_list():
    a = subject(SMILE, Move("AU4", 0.2), Move("AU43", 3.5, 0.3), Move("AU1", 1))
    b = subject(Move("AU4", 0.3), Move("AU15", 2), duration=3)
    found = counterparts(a, b)
    of_a = [m.a for m in found.matched if m.kind != "part" and m.a] + [x.event for x in found.lost]
    of_a += [x.event for x in found.not_compared if x.clip == "a"]
    assert sorted(of_a, key=str) == sorted(a.evidence.events, key=str)
