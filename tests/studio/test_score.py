import numpy as np
import pytest

from cot_engine.facs import ACTION_UNITS
from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.plan import Movement
from cot_engine.studio.score import Score


def score(seed=0):
    return Score(np.random.default_rng(seed))


def add(target, au, at=0.0, intensity=3.0, side=None):
    return target.add(au, intensity, at, 0.2, 0.3, 0.4, side=side)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("AU25", "AU24"),
        ("AU5", "AU43"),
        ("AU61", "AU62"),
        ("AU28", "AU25"),
        ("AU34", "AU26"),
        ("AU12", "AU12"),
        ("AU43", "AU45"),
    ],
)
def test_what_excludes_each_other_is_not_played_at_once_but_one_after_the_other(first, second):
    for a, b in ((first, second), (second, first)):
        target = score()
        assert add(target, a)
        assert not add(target, b, at=0.5)
        assert add(target, b, at=2.0)


def test_movements_of_different_parts_are_played_at_once():
    target = score()
    assert all(add(target, au) for au in ("AU1", "AU4", "AU12", "AU17", "AU61", "AU63"))


def test_a_stretched_mouth_brings_the_widest_drop_and_parted_lips_or_does_not_come():
    target = score()
    assert add(target, "AU27", intensity=1.0)
    played = {m.au: m.intensity for m in target.movements}
    assert played == {"AU27": 2.6, "AU26": 5.0, "AU25": 2.6}
    pressed = score()
    add(pressed, "AU24")
    assert not add(pressed, "AU27")
    assert [m.au for m in pressed.movements] == ["AU24"]


@pytest.mark.parametrize("au", MUSCLES)
def test_sides_are_what_facs_allows(au):
    for seed in range(30):
        target = score(seed)
        add(target, au)
        movement = next(m for m in target.movements if m.au == au)
        weaker, stronger = sorted((movement.left, movement.right))
        if au in ("AU30", "AU46"):
            assert movement.side in ("left", "right")
            assert weaker == 0
        else:
            assert movement.side == "both"
            assert weaker >= (0.65 * stronger - 1e-3 if ACTION_UNITS[au].sided else stronger)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_one_sided_movement_leaves_at_most_a_trace_on_the_other_side(side):
    for seed in range(30):
        target = score(seed)
        add(target, "AU12", intensity=5.0, side=side)
        (movement,) = target.movements
        assert movement.side == side
        assert getattr(movement, side) == 5.0
        assert min(movement.left, movement.right) <= 1.0


def test_a_marked_jaw_drop_mostly_parts_the_lips_and_not_always():
    def parted(seed):
        target = score(seed)
        add(target, "AU26")
        return len(target.movements) == 2

    assert 60 < sum(parted(seed) for seed in range(100)) < 100


@pytest.mark.parametrize("au", ["AU10", "AU16", "AU22"])
def test_a_lip_that_is_pulled_up_down_or_out_leaves_the_other_and_a_trace_of_it_does_not(au):
    for intensity, parted in ((3.0, ["AU25"]), (0.8, [])):
        target = score()
        add(target, au, intensity=intensity)
        assert [m.au for m in target.movements if m.au != au] == parted


def test_movements_that_belong_together_may_overlap_each_other_and_not_what_was_there():
    target = score()
    add(target, "AU24", at=1.0)
    lips = [Movement("AU25", "both", at, at + 0.1, at + 0.1, at + 0.3, 2, 2) for at in (0.0, 0.2, 0.9)]
    target.extend(lips)
    assert [m.onset_s for m in target.movements if m.au == "AU25"] == [0.0, 0.2]
