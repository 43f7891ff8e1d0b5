"""MediaPipe's face landmarker over one fixed window of the frame, in video mode."""

from contextlib import nullcontext
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.faces.pose import HeadPose, head_pose
from cot_engine.faces.quiet import quiet

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in frame pixels

# Smaller faces are found but not measured: their mesh is guesswork.
MIN_FACE_PX = 32.0


@dataclass(frozen=True)
class Face:
    """One face in one frame.

    Attributes:
        landmarks: (478, 3) x and y in frame pixels, z on the same scale (smaller is nearer).
        blendshapes: (52,) MediaPipe coefficients 0-1 in the order of ``BLENDSHAPES``.
        pose: head rotation.
        box: bounds of the landmarks.
    """

    landmarks: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    pose: HeadPose
    box: Box

    @property
    def size(self) -> float:
        """Face height in frame pixels."""
        return self.box[3] - self.box[1]


_XYZ = attrgetter("x", "y", "z")


class Landmarker:
    """Finds and follows one face inside ``window`` (x0, y0, x1, y1); frames must come in order of time."""

    def __init__(self, model: Path, window: tuple[int, int, int, int]) -> None:
        from mediapipe.tasks.python import BaseOptions, vision

        self.window = window
        self.last_seen_s = -np.inf
        self._following = False
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=vision.RunningMode.VIDEO,
            num_faces=1,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        with quiet():
            self._task = vision.FaceLandmarker.create_from_options(options)

    def detect(self, rgb: NDArray[np.uint8], time_s: float) -> list[Face]:
        """The face in this frame, or none. ``rgb``: (H, W, 3); ``time_s`` must be larger than in the call before."""
        import mediapipe as mp

        x0, y0, x1, y1 = self.window
        view = np.ascontiguousarray(rgb[y0:y1, x0:x1])
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=view)
        with nullcontext() if self._following else quiet():
            result = self._task.detect_for_video(image, round(time_s * 1000))
        if result.face_landmarks and not self._following:
            # A face just detected is cropped otherwise than one that is followed, and reads a little different: look again.
            result = self._task.detect_for_video(image, round(time_s * 1000) + 1)
        self._following = bool(result.face_landmarks)
        if self._following:
            self.last_seen_s = time_s
        return [
            _face(points, scores, matrix, view.shape[1], view.shape[0], x0, y0)
            for points, scores, matrix in zip(
                result.face_landmarks, result.face_blendshapes, result.facial_transformation_matrixes, strict=True
            )
        ]

    def close(self) -> None:
        with quiet():
            self._task.close()

    def __enter__(self) -> "Landmarker":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _face(points: Any, scores: Any, matrix: Any, width: int, height: int, x0: int, y0: int) -> Face:
    scale, shift = np.array((width, height, width), np.float32), np.array((x0, y0, 0), np.float32)
    landmarks = np.array(list(map(_XYZ, points)), np.float32) * scale + shift
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    return Face(
        landmarks=landmarks,
        blendshapes=np.array([c.score for c in scores], np.float32),
        pose=head_pose(np.asarray(matrix)),
        box=(float(low[0]), float(low[1]), float(high[0]), float(high[1])),
    )


def box_iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


# The order of MediaPipe's 52 outputs.
BLENDSHAPES: tuple[str, ...] = (
    "_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel", "mouthLeft",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft", "mouthSmileRight",
    "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
