import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from cot_engine.faces.pose import head_pose, without_head_motion


def matrix(axis: str, degrees: float, scale: float = 7.0) -> np.ndarray:
    out = np.eye(4)
    out[:3, :3] = scale * Rotation.from_euler(axis, degrees, degrees=True).as_matrix()
    return out


@pytest.mark.parametrize(
    ("axis", "turn", "name", "expected"),
    [
        ("y", 20, "yaw", 20),  # towards the image's right, which is the person's own left
        ("x", -15, "pitch", 15),  # nose up
        ("z", -10, "roll", 10),  # clockwise in the picture: towards the person's own left shoulder
    ],
)
def test_each_turn_has_its_sign_from_the_persons_own_side(axis, turn, name, expected):
    pose = head_pose(matrix(axis, turn))
    assert getattr(pose, name) == pytest.approx(expected)
    others = {"yaw", "pitch", "roll"} - {name}
    assert all(getattr(pose, other) == pytest.approx(0, abs=1e-6) for other in others)


@pytest.mark.parametrize("scale", [0.5, 3.0])
@pytest.mark.parametrize("angles", [(0, 0, 0), (25, -10, 8), (-35, 20, -30)])
def test_rotation_position_and_size_are_taken_out(angles, scale):
    rng = np.random.default_rng(0)
    face = rng.normal(size=(478, 3))
    rotation = Rotation.from_euler("yxz", angles, degrees=True).as_matrix()
    camera = scale * face @ rotation.T + (30, 40, 5)
    pixels = (camera * (1, -1, -1)).astype(np.float32)
    transform = np.eye(4)
    transform[:3, :3] = rotation
    plain = without_head_motion((face * (1, -1, -1)).astype(np.float32), head_pose(np.eye(4)))
    np.testing.assert_allclose(without_head_motion(pixels, head_pose(transform)), plain, atol=1e-4)
