"""From a plan to pictures."""

import os
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal
from cot_engine.studio.actor import make_actor
from cot_engine.studio.plan import ClipPlan, Scene, Shot


class Studio:
    """Films plans one after another. Deterministic: the same plan gives the same pictures on the same software.

    Raises:
        Refusal: ``backend_missing`` when PyVista is not installed.
    """

    def __init__(self) -> None:
        # Mesa's software renderer is faster alone on a core than spread over several; workers are what runs in parallel.
        os.environ.setdefault("LP_NUM_THREADS", "0")
        try:
            import pyvista  # noqa: F401
        except ImportError as error:
            raise Refusal(
                "backend_missing",
                "The studio renders with PyVista, which is not installed.",
                "pip install 'cot-engine[studio]'",
            ) from error
        from cot_engine.studio.stage import Stage

        self._stages: dict[tuple[int, int], Stage] = {}

    def groups(self, actor_seed: int) -> dict[str, str]:
        """Age, gender, ancestry and skin tone of an actor, for tables by group."""
        return make_actor(actor_seed).groups

    def film(self, plan: ClipPlan) -> Iterator[Shot]:
        """The frames of a clip, in order."""
        from cot_engine.studio.muscles import action_curves

        return self.shoot(plan, action_curves(plan)[1])

    def moments(self, plan: ClipPlan, rows: Sequence[int]) -> Iterator[Shot]:
        """Only these frames of a clip, in the order given."""
        from cot_engine.studio.muscles import action_curves

        chosen = list(rows)
        yield from self._shoot(plan, plan.times_s[chosen], plan.head[chosen], action_curves(plan)[1][chosen])

    def shoot(self, plan: ClipPlan, weights: NDArray[np.float64]) -> Iterator[Shot]:
        """The person and scene of a plan, making the faces of (T, len(muscles.ACTIONS)) weights one after another."""
        yield from self._shoot(plan, plan.times_s, plan.head, weights)

    def _shoot(
        self, plan: ClipPlan, times_s: NDArray[np.float64], turns: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> Iterator[Shot]:
        from cot_engine.studio.head import Head
        from cot_engine.studio.muscles import ACTIONS
        from cot_engine.studio.props import Prop, turned_away
        from cot_engine.studio.stage import Stage

        scene = plan.scene
        stage = self._stages.get(scene.size) or self._stages.setdefault(scene.size, Stage(scene.size))
        person = make_actor(plan.actor)
        stage.set(scene, person)
        head = Head(stage.plotter, person, ACTIONS)
        try:
            props = [Prop(head, occluder, plan.seed) for occluder in scene.occluders]
            noise = np.random.default_rng((plan.seed, 7))
            for time_s, moved, turn in zip(times_s, weights, turns, strict=True):
                pose = (scene.yaw + turn[0], scene.pitch + turn[1], scene.roll + turn[2])
                head.move(moved)
                head.turn(*pose)
                covered = [prop.show(float(time_s), head.jaw_offset(moved)) for prop in props]
                hidden = turned_away(pose).union(*covered)
                yield Shot(degrade(stage.picture(), scene, noise), float(time_s), pose, hidden)
        finally:
            head.close()

    def close(self) -> None:
        """Frees the windows."""
        for stage in self._stages.values():
            stage.close()


def degrade(picture: NDArray[np.uint8], scene: Scene, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Blur of the lens and noise of the sensor; compression is the encoder's."""
    import cv2

    if scene.blur > 0:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), scene.blur), np.uint8)
    if scene.noise > 0:
        noisy = picture + rng.normal(0, scene.noise, picture.shape).astype(np.float32)
        picture = noisy.round().clip(0, 255).astype(np.uint8)
    return picture
