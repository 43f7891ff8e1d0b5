import numpy as np
import pytest

from cot_engine.facs import ACTION_UNITS
from cot_engine.studio.muscles import ACTIONS, MUSCLES, SKIN_ONLY, SPLIT, action_curves, action_weights, actions_at
from cot_engine.studio.performance import plan_clip

# The 52 names of ARKit, typed in from its documentation.
_NAMES = """browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight
    eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight eyeLookOutLeft eyeLookOutRight
    eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward jawLeft jawOpen jawRight
    mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel mouthLeft mouthLowerDownLeft
    mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRight mouthRollLower mouthRollUpper mouthShrugLower
    mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight
    noseSneerLeft noseSneerRight tongueOut"""
ARKIT = frozenset(_NAMES.split())


def test_every_au_is_in_the_codebook_and_every_action_exists():
    assert set(MUSCLES) <= set(ACTION_UNITS)
    assert {action for action, _ in ACTIONS} - SKIN_ONLY <= ARKIT
    assert not SKIN_ONLY & ARKIT
    assert {action for action, side in ACTIONS if side} == SPLIT
    assert len(set(ACTIONS)) == len(ACTIONS)


@pytest.mark.parametrize("au", MUSCLES)
def test_every_au_moves_something_and_more_when_stronger(au):
    sides = (1.0, 0.0) if ACTION_UNITS[au].sided else (1.0, 1.0)
    weak = actions_at({au: sides})
    strong = actions_at({au: tuple(5 * side for side in sides)})
    assert weak
    assert weak.keys() == strong.keys()
    assert all(0 < weak[key] < strong[key] <= 1 for key in weak)


@pytest.mark.parametrize("au", [au for au in MUSCLES if ACTION_UNITS[au].sided])
def test_the_left_side_of_an_au_is_the_mirror_of_its_right_side(au):
    def mirrored(key):
        action, side = key
        if side:
            return action, "right"
        return action.removesuffix("Left") + "Right" if action.endswith("Left") else action, None

    left, right = actions_at({au: (4.0, 0.0)}), actions_at({au: (0.0, 4.0)})
    assert left != right
    assert {mirrored(key): weight for key, weight in left.items()} == right


def test_inner_brow_and_cheek_puff_of_one_side_ask_for_half_of_an_unsided_action():
    assert actions_at({"AU1": (5.0, 0.0)}) == {("browInnerUp", "left"): 1.0}
    assert actions_at({"AU34": (0.0, 2.5)}) == {("cheekPuff", "right"): 0.5}


def test_eyes_turn_together_to_the_persons_own_left():
    assert set(actions_at({"AU61": (3.0, 3.0)})) == {("eyeLookOutLeft", None), ("eyeLookInRight", None)}
    assert set(actions_at({"AU62": (3.0, 3.0)})) == {("eyeLookInLeft", None), ("eyeLookOutRight", None)}


def test_lips_stay_closed_over_a_dropped_jaw_until_they_part():
    closed = actions_at({"AU26": (5.0, 5.0)})
    assert closed["jawOpen", None] == closed["mouthClose", None] == 0.5
    parted = actions_at({"AU26": (5.0, 5.0), "AU25": (2.0, 2.0)})
    assert parted["mouthClose", None] == pytest.approx(0.3)
    assert ("mouthClose", None) not in actions_at({"AU26": (5.0, 5.0), "AU25": (5.0, 5.0)})


def test_a_stretched_mouth_is_the_jaw_at_its_furthest_and_does_not_add_to_the_drop():
    assert actions_at({"AU27": (5.0, 5.0)})["jawOpen", None] == 1.0
    assert actions_at({"AU27": (3.0, 3.0), "AU26": (5.0, 5.0)})["jawOpen", None] == pytest.approx(0.6)


def test_a_closed_eye_is_neither_wide_nor_narrowed():
    shut = actions_at({"AU43": (5.0, 0.0), "AU5": (4.0, 4.0), "AU7": (4.0, 4.0), "AU45": (2.0, 2.0)})
    assert shut["eyeBlinkLeft", None] == 1.0
    assert shut["eyeBlinkRight", None] == pytest.approx(0.4)
    assert ("eyeWideLeft", None) not in shut
    assert ("eyeSquintLeft", None) not in shut
    assert shut["eyeWideRight", None] == pytest.approx(0.8 * 0.6)


def test_what_several_aus_do_to_one_action_adds_up_to_at_most_one():
    assert actions_at({"AU6": (5.0, 5.0), "AU7": (2.0, 2.0)})["eyeSquintLeft", None] == pytest.approx(0.9)
    assert actions_at({"AU6": (5.0, 5.0), "AU7": (5.0, 5.0)})["eyeSquintLeft", None] == 1.0


def test_a_face_at_rest_and_a_turning_head_move_no_action():
    assert actions_at({}) == {}
    assert actions_at({"AU51": (5.0, 5.0)}) == {}
    assert actions_at({"AU12": (0.0, 0.0)}) == {}


def test_curves_are_the_weights_of_every_moment():
    plan = plan_clip(1, 0, split="train")
    names, weights = action_curves(plan)
    assert weights.shape == (plan.frames, len(names))
    assert weights.min() >= 0
    assert weights.max() <= 1
    movement = max(plan.movements, key=lambda m: m.intensity)
    alone = action_weights({movement.au: np.full((1, 2), movement.intensity)})
    assert alone.shape == (1, len(names))
