"""Head pose, and the removal of rigid head motion from landmarks."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Outer eye corners: the person's right and left. Their distance is the unit of all pose-normalised lengths.
_OUTER_CORNERS = (33, 263)


@dataclass(frozen=True)
class HeadPose:
    """Degrees. yaw > 0: turned to the person's own left; pitch > 0: up; roll > 0: tilted to the person's own left.

    ``rotation``: (3, 3) from the face's axes (x to its own left, y up, z out of the face) to the camera's.
    """

    yaw: float
    pitch: float
    roll: float
    rotation: NDArray[np.float64]


def head_pose(matrix: NDArray[np.float64]) -> HeadPose:
    """Pose from MediaPipe's (4, 4) facial transformation matrix (rotation and scale in its upper left 3 x 3)."""
    rotation = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    forward, left = rotation[:, 2], rotation[:, 0]
    return HeadPose(
        yaw=math.degrees(math.atan2(forward[0], forward[2])),
        pitch=math.degrees(math.asin(float(np.clip(forward[1], -1, 1)))),
        roll=math.degrees(math.atan2(-left[1], left[0])),
        rotation=rotation,
    )


def without_head_motion(landmarks: NDArray[np.float32], pose: HeadPose) -> NDArray[np.float64]:
    """Landmarks with the head's rotation, position and size taken out.

    Args:
        landmarks: (478, 3) in pixels, y down, z away from the camera.

    Returns:
        (478, 3) with x to the person's own left, y up, z out of the face; unit: the distance of the outer eye corners.
    """
    camera = (landmarks - landmarks.mean(axis=0)) * (1.0, -1.0, -1.0)
    face: NDArray[np.float64] = camera @ pose.rotation
    return face / float(np.linalg.norm(face[_OUTER_CORNERS[0]] - face[_OUTER_CORNERS[1]]))
