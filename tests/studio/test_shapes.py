import numpy as np
import pytest

from cot_engine.studio.shapes import Normals, head_rotation, sphere_through


def test_sphere_through_points_of_a_cap_finds_centre_and_radius():
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(50, 3))
    directions[:, 1] = -np.abs(directions[:, 1])
    points = np.array((1.0, 2.0, 3.0)) + 0.5 * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    centre, radius = sphere_through(points.astype(np.float32))
    assert centre == pytest.approx((1.0, 2.0, 3.0), abs=1e-3)
    assert radius == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("pose", "point", "where"),
    [
        ((30.0, 0.0, 0.0), (0, -1, 0), (0.5, -0.866, 0)),  # turned to the person's own left (+x)
        ((0.0, 30.0, 0.0), (0, -1, 0), (0, -0.866, 0.5)),  # up
        ((0.0, 0.0, 30.0), (0, 0, 1), (0.5, 0, 0.866)),  # tilted to the person's own left
    ],
)
def test_head_rotation_follows_the_signs_of_pose(pose, point, where):
    assert head_rotation(*pose) @ point == pytest.approx(where, abs=1e-3)


def test_normals_of_a_flat_square_point_up_and_unused_vertices_have_none():
    points = np.array(((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (9, 9, 9)), np.float32)
    normals = Normals(np.array(((0, 1, 2), (0, 2, 3)), np.int32), 5)(points)
    assert normals[:4] == pytest.approx(np.tile((0, 0, 1), (4, 1)))
    assert not normals[4].any()
