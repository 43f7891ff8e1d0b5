"""Small geometry of the studio: triangles to VTK meshes, normals, spheres through points, the head's rotation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.studio.rig import Array

Triangles = NDArray[np.int32]


def mesh(points: Array, triangles: Triangles) -> Any:
    """A ``pyvista.PolyData`` of (V, 3) points and (F, 3) triangles."""
    import pyvista

    return pyvista.PolyData(points, np.column_stack([np.full(len(triangles), 3), triangles]).ravel())


class Normals:
    """Vertex normals of a mesh whose points move and whose triangles stay."""

    def __init__(self, triangles: Triangles, vertices: int) -> None:
        from scipy.sparse import coo_matrix

        self._corners = triangles.T
        face = np.tile(np.arange(len(triangles)), 3)
        ones = np.ones(triangles.size, np.float32)
        self._gather = coo_matrix((ones, (self._corners.ravel(), face)), shape=(vertices, len(triangles))).tocsr()

    def __call__(self, points: Array) -> Array:
        """(V, 3) unit vectors; zero for vertices of no triangle."""
        a, b, c = (points[corner] for corner in self._corners)
        summed = self._gather @ np.cross(b - a, c - a)
        return np.asarray(summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12), np.float32)


def sphere_through(points: Array) -> tuple[Array, float]:
    """Centre and radius of the sphere that fits (N, 3) points best (linear least squares)."""
    system = np.column_stack([2 * points, np.ones(len(points))])
    solution = np.linalg.lstsq(system.astype(np.float64), (points.astype(np.float64) ** 2).sum(axis=1), rcond=None)[0]
    centre = solution[:3]
    return centre.astype(np.float32), float(np.sqrt(solution[3] + centre @ centre))


def head_rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """(3, 3) rotation of a head that looks along -y with +z up; degrees, signs as in ``evidence.Pose``."""
    y, p, r = np.radians((yaw, -pitch, roll))
    turn = np.array([[np.cos(y), -np.sin(y), 0], [np.sin(y), np.cos(y), 0], [0, 0, 1]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    tilt = np.array([[np.cos(r), 0, np.sin(r)], [0, 1, 0], [-np.sin(r), 0, np.cos(r)]])
    return np.asarray(turn @ nod @ tilt)
