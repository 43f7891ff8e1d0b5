"""The stage: window, lights, background, camera. One stage a picture size, used for clip after clip."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cot_engine.studio.actor import Actor
from cot_engine.studio.head import EYES, PIVOT
from cot_engine.studio.plan import Scene
from cot_engine.studio.shapes import head_rotation

# Metres from chin to hairline; what ``Scene.face_px`` measures.
_FACE = 0.185
_MIDDLE = EYES - np.array((0.0, 0.0, 0.018))
# Pictures are rendered this much larger and averaged down, which smooths edges at half the cost of VTK's own.
_OVERSAMPLE = 1.5


class Stage:
    """``set`` prepares a scene; ``picture`` renders it."""

    def __init__(self, size: tuple[int, int]) -> None:
        import pyvista

        height, width = size
        self.size = size
        self.plotter = pyvista.Plotter(
            off_screen=True, lighting="none", window_size=[int(width * _OVERSAMPLE), int(height * _OVERSAMPLE)]
        )
        self.plotter.disable_anti_aliasing()
        self._set: list[Any] = []

    def set(self, scene: Scene, actor: Actor) -> None:
        """Lights, background, camera and shoulders of a clip."""
        plotter = self.plotter
        for old in self._set:
            plotter.remove_actor(old, render=False)
        plotter.remove_all_lights()
        self._lights(np.random.default_rng((scene.light, 5)))
        rng = np.random.default_rng((scene.background, 6))
        distance = float(rng.uniform(0.7, 1.6))
        height = scene.size[0]
        view_angle = 2 * np.degrees(np.arctan(height * _FACE / (2 * distance * scene.face_px)))
        metres = height * _FACE / scene.face_px
        free = max(0.0, 0.5 * metres - 0.55 * _FACE)
        shift = rng.uniform(-0.5, 0.5, 2) * free
        # The camera aims at the face as the head is held through the clip.
        face = PIVOT + head_rotation(scene.yaw, scene.pitch, scene.roll) @ (_MIDDLE - PIVOT)
        target = face + np.array((shift[0], 0.0, shift[1]))
        plotter.camera.position = (target[0], face[1] - distance, target[2])
        plotter.camera.focal_point = tuple(target)
        plotter.camera.up = (0, 0, 1)
        plotter.camera.view_angle = view_angle
        self._set = [self._backdrop(rng, target, metres), *self._shoulders(actor)]
        plotter.camera.clipping_range = (0.1, distance + 1.5)

    def _lights(self, rng: np.random.Generator) -> None:
        import pyvista

        for intensity, spread in ((rng.uniform(0.40, 0.70), 60.0), (rng.uniform(0.03, 0.22), 75.0)):
            around, above = np.radians((rng.uniform(-spread, spread), rng.uniform(-10, 60)))
            warm = rng.uniform(-0.08, 0.08)
            self.plotter.add_light(
                pyvista.Light(
                    position=tuple(EYES + 3 * np.array((np.sin(around), -np.cos(around) * np.cos(above), np.sin(above)))),
                    focal_point=tuple(EYES),
                    color=(1.0, 1.0 - abs(warm) / 2, 1.0 - max(warm, 0)) if warm > 0 else (1.0 + warm, 1.0 + warm / 2, 1.0),
                    intensity=float(intensity),
                )
            )
        self.plotter.add_light(pyvista.Light(light_type="headlight", intensity=float(rng.uniform(0.05, 0.18))))

    def _backdrop(self, rng: np.random.Generator, target: NDArray[np.float64], metres: float) -> Any:
        import pyvista

        plane = pyvista.Plane(center=(target[0], 0.6, target[2]), direction=(0, -1, 0), i_size=metres * 6, j_size=metres * 6)
        texture = cast(Any, pyvista).Texture(backdrop(rng))
        texture.interpolate = True
        return self.plotter.add_mesh(plane, texture=texture, lighting=False, render=False, reset_camera=False)

    def _shoulders(self, actor: Actor) -> list[Any]:
        import pyvista

        neck = pyvista.Cylinder(center=(0, -0.025, 0.55), direction=(0, 0.15, 1), radius=0.052, height=0.24, resolution=40)
        body = pyvista.Sphere(radius=1.0, theta_resolution=40, phi_resolution=40)
        # Shoulders on a trunk: a ball whose lower and upper half are pulled straight.
        x, y, z = body.points.T
        trunk = np.sign(z) * np.abs(z) ** 0.4
        body.points = np.column_stack([0.22 * x, 0.11 * y, 0.45 * trunk + 0.13 * (1 - x**2) * (z > 0) + 0.04]).astype(
            np.float32
        )
        return [
            self.plotter.add_mesh(
                shape, color=colour, ambient=0.3, diffuse=0.75, render=False, reset_camera=False, smooth_shading=True
            )
            for shape, colour in ((neck, actor.look.skin * 0.92), (body, actor.look.cloth))
        ]

    def picture(self) -> NDArray[np.uint8]:
        """(H, W, 3) RGB."""
        import cv2

        self.plotter.render()
        large = np.asarray(self.plotter.screenshot(return_img=True))
        return np.asarray(cv2.resize(large, self.size[::-1], interpolation=cv2.INTER_AREA), np.uint8)

    def close(self) -> None:
        self.plotter.close()


def backdrop(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A room out of focus: two colours, some boxes, soft noise. (256, 256, 3)."""
    import cv2

    top, bottom = rng.uniform(0.15, 0.85, (2, 1)) + rng.uniform(-0.12, 0.12, (2, 3))
    ramp = np.linspace(0, 1, 256)[:, None, None]
    picture = np.broadcast_to(top * (1 - ramp) + bottom * ramp, (256, 256, 3)).astype(np.float32).copy()
    for _ in range(int(rng.integers(0, 9))):
        x, y = rng.integers(0, 256, 2)
        w, h = rng.integers(10, 110, 2)
        picture[y : y + h, x : x + w] = rng.uniform(0.1, 0.9) + rng.uniform(-0.15, 0.15, 3)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(2, 14))), np.float32)
    picture += 0.04 * cv2.resize(rng.standard_normal((24, 24, 1)).astype(np.float32), (256, 256))[..., None]
    return np.asarray((picture.clip(0, 1) * 255).round(), np.uint8)
