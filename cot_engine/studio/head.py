"""An actor's head on the stage: skin, mouth, teeth, eyes, hair and glasses, moved by facial actions and by the neck."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cot_engine.studio.actor import Actor
from cot_engine.studio.furrows import Furrows
from cot_engine.studio.muscles import SKIN_ONLY, Key, apart
from cot_engine.studio.rig import Array, load_rig
from cot_engine.studio.shapes import Normals, head_rotation, mesh, sphere_through
from cot_engine.studio.skin import SIZE, paint, texture_coordinates

# Middle of the eyes and their distance on every actor, metres; what is painted and worn is placed on this head.
EYES = np.array((0.0, -0.1245, 0.7285), np.float32)
_EYE_DISTANCE = 0.0624
# The head turns about the top of the neck.
PIVOT = np.array((0.0, -0.01, 0.66))
# Degrees by which the eyeball turns when a gaze action is at 1.
_GAZE = {"In": 28.0, "Out": 28.0, "Up": 18.0, "Down": 22.0}
_JAW = ("jawOpen", "jawLeft", "jawRight", "jawForward")
# At 1 most of anny's actions move the skin less than the strongest contraction does (a raised brow climbs about 10 mm, a
# frowning lip corner falls as far); intensity E is the strongest contraction. Actions that are not listed are used as they are.
_GAIN = {
    "browInnerUp": 1.8, "browOuterUp": 1.4, "browDown": 1.3, "eyeWide": 1.3, "eyeSquint": 1.5, "cheekSquint": 1.2, "noseSneer":
    1.8, "mouthUpperUp": 1.5, "mouthLowerDown": 1.7, "mouthFrown": 1.5, "mouthDimple": 1.3, "mouthPress": 1.2, "mouthPucker":
    1.4, "mouthFunnel": 1.2, "mouthStretch": 1.4, "mouthShrugLower": 1.4, "mouthRollLower": 1.2, "cheekPuff": 1.2, "jaw": 1.7,
}  # fmt: skip
# Half-width in metres of the soft seam along which actions without sides are split.
_SEAM = 0.008
# Height of the hairline by depth, template metres: forehead, temple, ear, nape.
_HAIRLINE = ((-0.16, -0.08, -0.045, -0.03, 0.0, 0.04), (0.800, 0.785, 0.750, 0.715, 0.680, 0.660))


class Head:
    """``move`` sets the face, ``turn`` the head; both change the meshes in place."""

    def __init__(self, plotter: Any, actor: Actor, keys: tuple[Key, ...]) -> None:
        import pyvista

        rig = load_rig()
        self._plotter = plotter
        self._keys = keys
        self.rest = _in_place(actor.rest)
        self._offsets = _offsets(keys)
        self._jaw = np.array([key[0] in _JAW or key[0] == "mouthClose" for key in keys])
        self._normals = Normals(rig.skin, len(self.rest))
        self.normals = self._normals(self.rest)
        self._actors: list[Any] = []

        self._skin = mesh(self.rest.copy(), rig.skin)
        self._skin.active_texture_coordinates = texture_coordinates(rig.template)
        self._skin.point_data.active_normals = self.normals
        painted = paint(actor)
        self._furrows = Furrows(painted, keys, actor.look.age)
        texture = cast(Any, pyvista).Texture(painted)
        texture.interpolate = True
        self._texture = texture.to_image()
        self._add(self._skin, texture=texture, ambient=0.22, diffuse=0.85, specular=0.10, specular_power=14)
        self._cavity = mesh(self.rest.copy(), rig.cavity)
        self._add(self._cavity, color=(0.22, 0.06, 0.06), ambient=0.25, diffuse=0.5)
        self._tongue = mesh(self.rest.copy(), rig.tongue)
        self._add(self._tongue, color=(0.55, 0.25, 0.25), ambient=0.25, diffuse=0.5)
        self._lower_teeth = self._add_teeth()
        self._eyes = [self._add_eye(front, actor) for front in (rig.left_eye, rig.right_eye)]
        self._dress(actor)

    def _add(self, shape: Any, **look: Any) -> Any:
        actor = self._plotter.add_mesh(shape, smooth_shading=False, render=False, reset_camera=False, **look)
        actor.prop.interpolation = "Gouraud"
        self._actors.append(actor)
        return actor

    def wear(self, shape: Any, **look: Any) -> Any:
        """Adds something that turns with the head."""
        return self._add(shape, **look)

    def move(self, weights: NDArray[np.float64]) -> None:
        """Sets the face to (K,) weights of the actions in ``keys``."""
        offset = np.tensordot(weights.astype(np.float32), self._offsets, 1)
        points = self.rest + offset
        self._skin.points = points
        self._skin.point_data.active_normals = self._normals(points)
        self._fold(weights)
        self._cavity.points = points
        self._tongue.points = points
        self._lower_teeth.position = tuple(self.jaw_offset(weights))
        named = {key[0]: weight for key, weight in zip(self._keys, weights, strict=True)}
        for eye, side, out in zip(self._eyes, ("Left", "Right"), (1, -1), strict=True):
            yaw = out * (_GAZE["Out"] * named["eyeLookOut" + side] - _GAZE["In"] * named["eyeLookIn" + side])
            pitch = _GAZE["Up"] * named["eyeLookUp" + side] - _GAZE["Down"] * named["eyeLookDown" + side]
            eye.orientation = (-pitch, 0.0, yaw)

    def _fold(self, weights: NDArray[np.float64]) -> None:
        # VTK's first row is the lowest.
        colours = self._texture.point_data.active_scalars
        colours.reshape(SIZE, SIZE, 3)[:] = self._furrows.folded(weights)[::-1]
        colours.VTKObject.Modified()
        self._texture.Modified()

    def jaw_offset(self, weights: NDArray[np.float64]) -> Array:
        """(3,) how far the lower incisors are from their place at rest."""
        jaw = np.where(self._jaw, weights, 0.0).astype(np.float32)
        return np.asarray(np.tensordot(jaw, self._offsets[:, self._incisor], 1))

    def turn(self, yaw: float, pitch: float, roll: float) -> None:
        """Turns the head; degrees, signs as in ``evidence.Pose``."""
        matrix = np.eye(4)
        matrix[:3, :3] = head_rotation(yaw, pitch, roll)
        matrix[:3, 3] = PIVOT - matrix[:3, :3] @ PIVOT
        for actor in self._actors:
            actor.user_matrix = matrix

    def _add_teeth(self) -> Any:
        """Two rows behind the lips; the lower one is returned, for it moves with the jaw."""
        rig = load_rig()
        lips = _nearest(rig.template, (0.0, -0.150, 0.6608))
        self._incisor = _nearest(rig.template, (0.0, -0.148, 0.655))
        behind = self.rest[lips] - rig.template[lips]
        rows = []
        for top, bottom in ((0.6685, 0.6610), (0.6600, 0.6525)):
            x = np.linspace(-0.018, 0.018, 15, dtype=np.float32)
            y = -0.1375 + 40.0 * x**2
            edges = [np.column_stack([x, y, np.full_like(x, z)]) for z in (top, bottom)]
            points = np.concatenate(edges).astype(np.float32) + behind
            i = np.arange(len(x) - 1)
            n = len(x)
            triangles = np.concatenate([np.column_stack([i, i + 1, i + n]), np.column_stack([i + 1, i + n + 1, i + n])])
            rows.append(self._add(mesh(points, triangles), color=(0.86, 0.83, 0.76), ambient=0.35, diffuse=0.55))
        return rows[1]

    def _add_eye(self, front: NDArray[np.int32], actor: Actor) -> Any:
        """A ball that fits the eyeball of this identity; rings around its pole are pupil, iris and white."""
        import pyvista

        centre, radius = sphere_through(self.rest[np.unique(front)])
        # A little smaller than the socket, so that lids which close in straight lines stay in front of it.
        radius *= 0.975
        ball = pyvista.Sphere(radius=radius, direction=(0, -1, 0), theta_resolution=24, phi_resolution=60)
        angle = np.degrees(np.arccos((-ball.points[:, 1] / radius).clip(-1, 1)))[:, None]
        white = np.array((0.90, 0.87, 0.85))
        colour = np.where(
            angle < 9.0, 0.03, np.where(angle < 23.0, actor.look.iris, np.where(angle < 26.0, 0.4 * actor.look.iris, white))
        )
        ball["colour"] = (255 * colour).round().astype(np.uint8)
        eye = self._add(ball, scalars="colour", rgb=True, ambient=0.35, diffuse=0.7, specular=0.5, specular_power=60)
        eye.position = tuple(float(c) for c in centre)
        return eye

    def _dress(self, actor: Actor) -> None:
        look = actor.look
        if look.hairstyle != "bald":
            cap = look.hairstyle == "cap"
            rng = np.random.default_rng((actor.seed, 3))
            thickness = 0.008 if cap else 0.022 if look.hairstyle == "long" else 0.010
            shell = self.shell(_scalp(lower=0.11 if look.hairstyle == "long" else 0.0), thickness)
            if not cap:
                shell.points += rng.normal(0, 0.0012, shell.points.shape).astype(np.float32)
            self._add(shell, color=look.cloth if cap else look.hair, ambient=0.3, diffuse=0.8, specular=0.05)
        if look.glasses:
            for x in (-0.032, 0.032):
                self._add(_rim(x), color=(0.08, 0.07, 0.07), ambient=0.3)

    def shell(self, chosen: NDArray[np.bool_], thickness: float) -> Any:
        """The part of the skin whose triangles lie in ``chosen`` (V), lifted off by ``thickness`` metres."""
        skin = load_rig().skin
        triangles = skin[chosen[skin].all(axis=1)]
        used, numbers = np.unique(triangles, return_inverse=True)
        points = self.rest[used] + thickness * self.normals[used]
        shell = mesh(points.astype(np.float32), numbers.reshape(-1, 3).astype(np.int32))
        shell.point_data.active_normals = self.normals[used]
        return shell

    def close(self) -> None:
        """Takes the head off the stage."""
        for actor in self._actors:
            self._plotter.remove_actor(actor, render=False)


def _in_place(rest: Array) -> Array:
    """The face moved and scaled so that its eyes are where everyone's are."""
    rig = load_rig()
    left, right = (sphere_through(rest[np.unique(front)])[0] for front in (rig.left_eye, rig.right_eye))
    scale = _EYE_DISTANCE / np.linalg.norm(left - right)
    return np.asarray((rest - (left + right) / 2) * scale + EYES, np.float32)


def _offsets(keys: tuple[Key, ...]) -> Array:
    """(K, V, 3) offset of each action, those with a side cut along the middle of the face."""
    rig = load_rig()
    names = [str(name) for name in rig.action_names]
    left = 1 / (1 + np.exp(-rig.template[:, :1] / _SEAM * 4))
    share = {None: 1.0, "left": left, "right": 1 - left}
    gains = [_GAIN.get(apart(key)[0], 1.0) for key in keys]
    still = np.zeros_like(rig.template)
    offsets = [
        still if action in SKIN_ONLY else gain * share[side] * rig.actions[names.index(action)]
        for gain, (action, side) in zip(gains, keys, strict=True)
    ]
    return np.stack(offsets).astype(np.float32)


def _nearest(points: Array, place: tuple[float, float, float]) -> int:
    return int(np.linalg.norm(points - np.array(place, np.float32), axis=1).argmin())


def _scalp(lower: float) -> NDArray[np.bool_]:
    """(V,) true where hair grows, ``lower`` metres further down behind the ears."""
    _, y, z = load_rig().template.T
    line = np.interp(y, *_HAIRLINE) - np.where(y > -0.05, lower, 0.0)
    return np.asarray(z > line)


def _rim(x: float) -> Any:
    import pyvista

    ring = pyvista.ParametricTorus(ringradius=1.0, crosssectionradius=0.05, u_res=28, v_res=8, w_res=8)
    points = ring.points * np.array((0.0235, 0.0185, 0.02))
    ring.points = np.column_stack([points[:, 0] + x, points[:, 2] - 0.152, points[:, 1] + 0.7265]).astype(np.float32)
    return ring
