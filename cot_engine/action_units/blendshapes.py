"""From one frame's face to raw AU values: MediaPipe blendshapes, and three lengths measured without head motion.

A blendshape is an animation control, not a FACS strength. Each row below says at which value the movement is absent on an
average face (``rest``), at which it is at its maximum (``full``), how far the reading is to be trusted, and from which
intensity on an event is believed (``floor``). Rows follow M. Ozel's ARKit/FACS table where MediaPipe's output is alive; AU5,
AU9 and AU34 are left out because MediaPipe's outputs for them stay near zero (mediapipe issues 4436, 4450), AU11, AU13, AU23,
AU27 and others because no output tells them apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.faces.landmarker import BLENDSHAPES, Face
from cot_engine.faces.pose import without_head_motion

_INDEX = {name: i for i, name in enumerate(BLENDSHAPES)}


@dataclass(frozen=True)
class Reading:
    """How one AU is read: raw value at rest and at full strength, trust 0-1, and the intensity from which it is believed."""

    rest: float
    full: float
    trust: float
    floor: float


# AU codes in the order of the columns of ``raw_values``.
READINGS: dict[str, Reading] = {
    "AU1": Reading(0.35, 0.95, 0.6, 1.5),
    "AU2": Reading(0.30, 0.95, 0.6, 1.5),
    "AU4": Reading(0.02, 0.70, 0.5, 1.2),
    "AU6": Reading(0.38, 0.85, 0.5, 1.2),
    "AU7": Reading(0.38, 0.85, 0.5, 2.0),
    "AU10": Reading(0.02, 0.70, 0.6, 1.5),
    "AU12": Reading(0.02, 1.00, 0.9, 1.0),
    "AU14": Reading(0.02, 0.45, 0.5, 2.0),
    "AU15": Reading(0.02, 0.50, 0.3, 2.0),
    "AU16": Reading(0.03, 0.70, 0.5, 2.0),
    "AU17": Reading(0.15, 0.85, 0.6, 1.5),
    "AU18": Reading(0.40, 0.98, 0.5, 2.0),
    "AU20": Reading(0.03, 0.60, 0.3, 2.0),
    "AU22": Reading(0.05, 0.80, 0.5, 1.5),
    "AU24": Reading(0.08, 0.70, 0.5, 1.5),
    "AU25": Reading(0.02, 0.38, 0.9, 1.0),
    "AU26": Reading(0.05, 0.75, 0.9, 1.0),
    "AU28": Reading(0.15, 0.90, 0.3, 2.0),
    "AU43": Reading(0.35, 0.80, 0.9, 3.0),
    "AU61": Reading(0.15, 0.90, 0.7, 2.0),
    "AU62": Reading(0.15, 0.90, 0.7, 2.0),
    "AU63": Reading(0.15, 0.90, 0.7, 2.0),
    "AU64": Reading(0.25, 0.95, 0.7, 2.5),
    "AU51": Reading(6.0, 45.0, 0.9, 1.2),
    "AU52": Reading(6.0, 45.0, 0.9, 1.2),
    "AU53": Reading(6.0, 35.0, 0.9, 1.2),
    "AU54": Reading(6.0, 35.0, 0.9, 1.2),
    "AU55": Reading(6.0, 35.0, 0.9, 1.2),
    "AU56": Reading(6.0, 35.0, 0.9, 1.2),
}

# AUs that a blink drags along: lids, brows and gaze are not read while the eyes are shut.
BLINK_DRAGS = ("AU1", "AU2", "AU4", "AU6", "AU7", "AU61", "AU62", "AU63", "AU64")

# Upper and lower lid, and inner lips. Right and left are the person's own. Open eyes measure about 0.12 of the distance
# between the outer eye corners.
_LIDS = {"left": (386, 374), "right": (159, 145)}
_LIPS = (13, 14)
_LIPS_TOUCH = 0.03
_OPEN_EYE = 0.115


def raw_values(face: Face) -> NDArray[np.float64]:
    """(len(READINGS), 2) raw values, columns left and right; both columns are equal where no side is measured."""
    b = face.blendshapes

    def pair(name: str) -> NDArray[np.float64]:
        return np.array([b[_INDEX[name + "Left"]], b[_INDEX[name + "Right"]]], np.float64)

    def one(name: str) -> NDArray[np.float64]:
        return np.full(2, float(b[_INDEX[name]]))

    smile, squint = pair("mouthSmile"), pair("eyeSquint")
    points = without_head_motion(face.landmarks, face.pose)

    def length(a: int, c: int) -> float:
        return float(np.linalg.norm(points[a] - points[c]))

    lids = np.array([length(*_LIDS["left"]), length(*_LIDS["right"])])
    gap = length(*_LIPS)
    pose = face.pose
    values = {
        "AU1": one("browInnerUp"),
        "AU2": pair("browOuterUp"),
        "AU4": pair("browDown"),
        # A cheek that rises narrows the eye while the lip corner goes up; lids that tighten do so without it.
        "AU6": np.where(smile > 0.25, squint, 0.0),
        "AU7": np.where(smile > 0.25, 0.0, squint),
        # The lip corner puller lifts the upper lip and draws the lower one along; only the rest is their own movement.
        "AU10": pair("mouthUpperUp") - 0.75 * smile,
        "AU12": smile,
        "AU14": pair("mouthDimple"),
        "AU15": pair("mouthFrown"),
        "AU16": pair("mouthLowerDown") - 0.4 * smile,
        "AU17": one("mouthShrugLower"),
        "AU18": one("mouthPucker"),
        "AU20": pair("mouthStretch"),
        "AU22": one("mouthFunnel"),
        # Lips that are apart are not pressed.
        "AU24": pair("mouthPress") if gap < _LIPS_TOUCH else np.zeros(2),
        "AU25": np.full(2, gap),
        "AU26": one("jawOpen"),
        "AU28": (one("mouthRollUpper") + one("mouthRollLower")) / 2,
        "AU43": 1.0 - lids / _OPEN_EYE,
        "AU61": (one("eyeLookOutLeft") + one("eyeLookInRight")) / 2,
        "AU62": (one("eyeLookInLeft") + one("eyeLookOutRight")) / 2,
        "AU63": pair("eyeLookUp"),
        "AU64": pair("eyeLookDown"),
        "AU51": np.full(2, pose.yaw),
        "AU52": np.full(2, -pose.yaw),
        "AU53": np.full(2, pose.pitch),
        "AU54": np.full(2, -pose.pitch),
        "AU55": np.full(2, pose.roll),
        "AU56": np.full(2, -pose.roll),
    }
    return np.stack([values[au] for au in READINGS])
