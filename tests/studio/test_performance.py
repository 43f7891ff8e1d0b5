from collections import Counter, defaultdict

import numpy as np
import pytest

from cot_engine.facs import LABEL_SETS
from cot_engine.studio.motion import shape
from cot_engine.studio.performance import NO_EXPRESSION, TEST_ACTORS, plan_clip
from cot_engine.studio.truth import STUDIO_AUS, events, intensity_curves

PLANS = [plan_clip(7, index, split="test") for index in range(300)]
EVENTS = [events(plan) for plan in PLANS]


def of_kind(kind):
    return [(plan, found) for plan, found in zip(PLANS, EVENTS, strict=True) if plan.kind == kind]


def test_the_same_seed_gives_the_same_plan_and_another_seed_index_or_split_another():
    first, again = plan_clip(3, 5, split="train"), plan_clip(3, 5, split="train")
    assert np.array_equal(first.head, again.head)
    assert (first.movements, first.scene, first.actor, first.label) == (again.movements, again.scene, again.actor, again.label)
    for other in (plan_clip(4, 5, split="train"), plan_clip(3, 6, split="train"), plan_clip(3, 5, split="test")):
        assert other.movements != first.movements
        assert other.clip != first.clip


def test_people_of_the_splits_are_disjoint_and_three_hundred_clips_have_a_hundred():
    train = {plan_clip(899, index, split="train").actor for index in range(0, 6000, 50)}
    test = {plan.actor for plan in PLANS}
    assert len(test) == 100
    assert min(test) >= TEST_ACTORS > max(train)


def test_every_au_is_to_be_seen_often_in_a_test_of_three_hundred_clips():
    seen = Counter(au for found in EVENTS for au in {event.au for event in found if event.seen_from_s is not None})
    present = Counter(au for plan in PLANS for au, values in intensity_curves(plan).items() if values.max() >= 1.5)
    assert {au: count for au in STUDIO_AUS if (count := seen[au]) < 20} == {}
    assert sum(seen[au] >= 30 for au in STUDIO_AUS) >= 30
    assert {au: count for au in STUDIO_AUS if (count := present[au]) < 15} == {}


def test_all_grades_occur_and_none_is_rare():
    grades = Counter(event.grade for found in EVENTS for event in found if event.au != "AU45")
    assert all(grades[letter] > 0.06 * grades.total() for letter in "ABCDE")


def test_both_sides_alone_occur_alike():
    sides = Counter(event.side for found in EVENTS for event in found)
    assert min(sides["left"], sides["right"]) > 80


def test_labels_are_the_expression_the_score_was_drawn_from():
    names = {name for label_set in ("basic-8", "compound-23") for name in LABEL_SETS[label_set].names}
    assert {plan.label for plan in PLANS} <= names | {NO_EXPRESSION}
    basic = set(LABEL_SETS["basic-7"].names)
    assert {plan.label for plan, _ in of_kind("prototype")} == basic - {"neutral"}
    assert {plan.label for plan, _ in of_kind("neutral")} == {"neutral"}
    assert {plan.label for plan, _ in of_kind("free")} == {NO_EXPRESSION}
    assert {plan.label for plan, _ in of_kind("one-sided")} == {"contempt", NO_EXPRESSION}


def test_a_prototype_shows_most_of_its_core():
    for plan, found in of_kind("prototype"):
        label = LABEL_SETS["basic-7"].find(plan.label)
        moved = {event.au for event in found}
        assert any(len(prototype.core & moved) >= 0.3 * len(prototype.core) for prototype in label.prototypes), plan.clip


def test_a_contradicting_clip_holds_what_its_expression_does_not():
    surplus = 0
    for plan, found in of_kind("contradicting"):
        label = LABEL_SETS["basic-7"].find(plan.label)
        own = {au for prototype in label.prototypes for au in prototype.core | prototype.optional}
        surplus += bool({event.au for event in found if event.au not in ("AU45", "AU25", "AU26")} - own)
    assert surplus == len(of_kind("contradicting"))


def test_micro_expressions_are_over_in_half_a_second_and_at_most_marked():
    for plan, found in of_kind("micro"):
        short = [e for e in found if e.au not in ("AU45", *(f"AU{n}" for n in (*range(51, 57), *range(61, 65))))]
        assert short, plan.clip
        assert all(event.offset_s - event.onset_s < 0.5 and event.grade in "ABC" for event in short)


def test_a_neutral_face_moves_only_a_little():
    for plan, _ in of_kind("neutral"):
        curves = intensity_curves(plan)
        face = [au for au in curves if au != "AU45" and int(au[2:]) < 51]
        assert max(curves[au].max() for au in face) <= 2.0, plan.clip


def test_talking_clips_say_when_and_only_they_do():
    for plan in PLANS:
        assert bool(plan.talking) == (plan.kind == "talking")
    for plan, found in of_kind("talking"):
        assert sum(event.talking for event in found) >= 2, plan.clip


def test_most_clips_begin_with_a_face_at_rest():
    def rests(plan):
        early = plan.times_s < 0.3
        return not any(shape(m, plan.times_s[early]).any() for m in plan.movements if m.au != "AU45")

    assert 0.80 < np.mean([rests(plan) for plan in PLANS]) < 0.95


def test_clips_last_two_to_four_seconds_at_their_frame_rate():
    for plan in PLANS:
        assert plan.fps in (25, 30)
        assert 1.95 <= plan.frames / plan.fps <= 4.05
        assert plan.head.shape == (plan.frames, 3)


def test_sides_of_every_movement_agree_with_its_peaks():
    for plan in PLANS:
        for m in plan.movements:
            assert m.onset_s < m.apex_s <= m.hold_s < m.offset_s
            assert 0 < m.intensity <= 5
            weaker, stronger = sorted((m.left, m.right))
            assert (m.side == "both") == (weaker >= 0.45 * stronger)


def test_any_stretch_of_a_data_set_holds_all_kinds():
    kinds = defaultdict(set)
    for index, plan in enumerate(PLANS):
        kinds[index // 25].add(plan.kind)
    assert {len(found) for found in kinds.values()} == {8}


@pytest.mark.parametrize("index", range(5))
def test_plans_of_an_actor_share_the_person(index):
    assert len({plan.actor for plan in PLANS[3 * index : 3 * index + 3]}) == 1


def test_no_head_movement_tells_the_expression():
    labels = defaultdict(set)
    for plan, found in of_kind("prototype"):
        for event in found:
            labels[event.au].add(plan.label)
    assert min(len(labels[f"AU{number}"]) for number in range(51, 57)) >= 3
