from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("pyvista")

from cot_engine import weights
from cot_engine.faces.finder import FaceFinder
from cot_engine.studio.muscles import ACTIONS, action_weights
from cot_engine.studio.plan import ClipPlan, Occluder, Scene
from cot_engine.studio.props import turned_away
from cot_engine.studio.render import Studio, degrade

SCENE = Scene((224, 224), 0.0, 0.0, 0.0, 150, light=3, background=4, blur=0.0, noise=0.0, crf=20)


@pytest.fixture(scope="module")
def studio():
    studio = Studio()
    yield studio
    studio.close()


def plan(actor=6, frames=1, **scene):
    return ClipPlan("c", 1, actor, "none", "free", 25.0, frames, (), (), np.zeros((frames, 3)), replace(SCENE, **scene))


def shoot(studio, plan, **aus):
    curves = {au: np.tile(np.asarray(sides, float), (plan.frames, 1)) for au, sides in ({"AU12": (0, 0)} | aus).items()}
    return list(studio.shoot(plan, action_weights(curves)))


def face(rgb):
    with FaceFinder(weights.find("face_landmarker").path) as finder:
        return finder.find(rgb, 0.0)[0]


def test_the_same_plan_gives_the_same_pixels(studio):
    first = shoot(studio, plan(noise=5.0))[0].rgb
    shoot(studio, plan(actor=9))
    assert np.array_equal(first, shoot(studio, plan(noise=5.0))[0].rgb)


def test_folds_are_in_the_picture_where_the_face_folds_and_gone_when_it_rests(studio):
    """``lipsTighten`` moves nothing: all that changes is the skin."""
    weights = np.zeros((3, len(ACTIONS)))
    weights[1, ACTIONS.index(("lipsTighten", None))] = 1.0
    before, folded, after = (shot.rgb.astype(int) for shot in studio.shoot(plan(frames=3), weights))
    rows, columns = np.nonzero(np.abs(folded - before).max(axis=2) > 4)
    assert len(rows) > 30
    assert np.ptp(rows) < 40
    assert np.ptp(columns) < 60
    lips = face(before.astype(np.uint8)).landmarks[[13, 14], :2].mean(axis=0)
    assert (columns.mean(), rows.mean()) == pytest.approx(lips, abs=8)
    assert np.array_equal(before, after)


def test_the_landmarker_finds_the_face_at_the_size_and_pose_of_the_scene(studio):
    found = face(shoot(studio, plan(yaw=25.0, pitch=8.0))[0].rgb)
    assert found.pose.yaw == pytest.approx(25.0, abs=8.0)
    assert found.size == pytest.approx(150, rel=0.2)


def test_left_is_the_persons_own_left(studio):
    still, winking = (shoot(studio, plan(), **aus)[0].rgb.astype(int) for aus in ({}, {"AU43": (5, 0)}))
    changed = np.abs(winking - still).sum(axis=2)
    assert changed[:, 112:].sum() > 10 * changed[:, :112].sum(), "the person's left eye is on the right of the picture"


@pytest.mark.parametrize("kind", ["mask", "sunglasses", "hand"])
def test_occluders_hide_what_they_say(studio, kind):
    scene = plan(frames=10, occluders=(Occluder(kind, 0.0, 10.0),))
    shots = shoot(studio, scene)
    hidden = shots[-1].hidden
    expected = {"mask": {"mouth", "chin"}, "sunglasses": {"left eye", "right eye"}, "hand": set()}[kind]
    assert expected <= hidden
    assert hidden, "a hand hides something"
    bare = shoot(studio, plan(frames=10))[-1]
    assert not bare.hidden
    assert np.abs(bare.rgb.astype(int) - shots[-1].rgb).mean() > 1.0


def test_far_cheek_turns_away_with_the_head():
    assert turned_away((0.0, 0.0, 0.0)) == frozenset()
    # Turned to their own left, a person shows the camera the right cheek.
    assert "left cheek" in turned_away((60.0, 0.0, 0.0))
    assert "right cheek" not in turned_away((60.0, 0.0, 0.0))
    assert "right cheek" in turned_away((-60.0, 0.0, 0.0))


def test_degrading_adds_the_noise_of_the_scene():
    grey = np.full((64, 64, 3), 128, np.uint8)
    noisy = degrade(grey, replace(SCENE, noise=6.0), np.random.default_rng(0))
    assert noisy.astype(float).std() == pytest.approx(6.0, rel=0.1)
    assert np.array_equal(degrade(grey, SCENE, np.random.default_rng(0)), grey)
