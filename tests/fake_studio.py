"""Stand-ins for the renderer: flat pictures whose colour tells actor and frame."""

import time

import numpy as np

from cot_engine.errors import Refusal
from cot_engine.studio.plan import Shot


class FakeStudio:
    def groups(self, actor_seed):
        return {"skin_tone": "dark" if actor_seed % 2 else "light", "age": "middle", "gender": "female", "ancestry": "asian"}

    def film(self, plan):
        height, width = plan.scene.size
        for i, time_s in enumerate(plan.times_s):
            rgb = np.full((height, width, 3), (plan.actor * 37 % 256, i % 256, 128), np.uint8)
            hidden = frozenset({"mouth"}) if plan.scene.occluders else frozenset()
            yield Shot(rgb, float(time_s), (plan.scene.yaw, plan.scene.pitch, plan.scene.roll), hidden)


class SlowStudio(FakeStudio):
    def film(self, plan):
        for shot in super().film(plan):
            time.sleep(0.01)
            yield shot


class FaultyStudio(FakeStudio):
    def __init__(self):
        raise Refusal("backend_missing", "There is no camera.", "Buy one.")
