"""What perception was seen to get wrong in films is what happens to performances that nobody filmed."""

import numpy as np
from misreading import learn

from cot_engine.studio.performance import plan_clip
from cot_engine.studio.truth import seen_events

PLANS = [plan_clip(3, index, split="train") for index in range(0, 60, 3)]


def read(films, plan, seed=0):
    return learn(films).read(plan, np.random.default_rng(seed))


def test_a_perfect_reader_misreads_nothing():
    films = [(plan, seen_events(plan)) for plan in PLANS]
    for plan in PLANS:
        found = read(films, plan)
        assert [e.au for e in found] == [e.au for e in sorted(seen_events(plan), key=lambda e: (e.onset_s, e.au))]
        assert all(
            abs(a.intensity - b.intensity) < 0.02
            for a, b in zip(found, sorted(seen_events(plan), key=lambda e: (e.onset_s, e.au)), strict=True)
        )


def test_a_reader_that_sees_nothing_finds_nothing():
    assert read([(plan, []) for plan in PLANS], PLANS[0]) == ()


def test_half_of_what_was_missed_is_missed_again():
    films = [(plan, seen_events(plan)[::2]) for plan in PLANS]
    reader, rng = learn(films), np.random.default_rng(1)
    found = sum(len(reader.read(plan, rng)) for plan in PLANS for _ in range(5))
    played = 5 * sum(len(seen_events(plan)) for plan in PLANS)
    assert 0.4 < found / played < 0.65


def test_what_was_invented_is_invented_again_in_clips_of_any_length():
    ghost = seen_events(PLANS[0])[0].model_copy(update={"au": "AU34", "onset_s": 0.1, "apex_s": 0.2, "offset_s": 0.3})
    films = [(plan, [ghost]) for plan in PLANS if not any(e.au == "AU34" for e in seen_events(plan))]
    for plan, _ in films:
        (found,) = read(films, plan)
        assert found.au == "AU34"
        assert 0 <= found.onset_s <= found.apex_s <= found.offset_s <= plan.frames / plan.fps


def test_strengths_that_were_halved_are_halved():
    films = [(plan, [e.model_copy(update={"intensity": e.intensity / 2}) for e in seen_events(plan)]) for plan in PLANS]
    true = {e.au: e for e in seen_events(PLANS[1])}
    for event in read(films, PLANS[1]):
        assert (
            abs(event.intensity - max(true[event.au].intensity / 2, 0.6)) < 0.1
            or sum(e.au == event.au for e in seen_events(PLANS[1])) > 1
        )


def test_times_stay_inside_the_clip_and_in_order():
    def later(event):
        moved = {"onset_s": event.onset_s + 0.3, "apex_s": event.apex_s + 0.3, "offset_s": event.offset_s + 0.5}
        return event.model_copy(update=moved)

    films = [(plan, [later(event) for event in seen_events(plan) if event.offset_seen]) for plan in PLANS]
    for plan in PLANS:
        for event in read(films, plan):
            assert 0 <= event.onset_s <= event.apex_s <= event.offset_s


def test_sides_that_are_never_measured_are_not_told():
    films = [(plan, [e.model_copy(update={"side_measured": e.au != "AU4"}) for e in seen_events(plan)]) for plan in PLANS]
    found = [event for plan in PLANS for seed in range(5) for event in read(films, plan, seed)]
    untold = [event for event in found if not event.side_measured]
    assert {event.au for event in untold} == {"AU4"}
    assert all(event in untold for event in found if event.au == "AU4")
    assert all((event.side, event.left, event.right) == ("both", None, None) for event in untold)
