"""Which parts of a face can be seen in a frame, and why not.

Lips have another colour than the skin around them, eyes hold light and dark side by side, and the skin under the eyes is as
bright as the cheeks. Where that is not so, something lies in front: a hand or an object, a mask, sunglasses. The limits were
chosen by looking at uncovered and covered faces and are deliberately cautious; a skin-coloured hand on brow, nose or cheek
that leaves lips and eyes free is not noticed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.arrays import runs
from cot_engine.evidence import Hidden, Part, Reason, Span
from cot_engine.faces.landmarker import MIN_FACE_PX, Face

# MediaPipe mesh indices. Right and left are the person's own.
_LIPS_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
_LIPS_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
_EYES: dict[str, tuple[int, ...]] = {
    "right": (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    "left": (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
}
_UNDER_EYE: dict[str, tuple[int, ...]] = {
    "right": (226, 31, 228, 229, 230, 231, 232, 100, 118, 117, 111),
    "left": (446, 261, 448, 449, 450, 451, 452, 329, 347, 346, 340),
}
_SKIN = {
    "right cheek": (50, 101, 36, 205, 187, 123),
    "left cheek": (280, 330, 266, 425, 411, 352),
    "forehead": (109, 10, 338, 337, 9, 108),
    "nose bridge": (168, 6, 197, 122, 351),
    "nose tip": (195, 5, 4, 45, 275),
    "chin": (32, 171, 175, 396, 262, 418, 421, 200, 201, 194, 204),
    "upper lip": (206, 92, 165, 167, 164, 393, 391, 322, 426),
}
_PARTS: dict[Part, tuple[int, ...]] = {
    "right brow": (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    "left brow": (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
    "right eye": _EYES["right"],
    "left eye": _EYES["left"],
    "nose": (6, 197, 195, 5, 4, 45, 275, 98, 327),
    "right cheek": _SKIN["right cheek"],
    "left cheek": _SKIN["left cheek"],
    "mouth": _LIPS_OUTER,
    "chin": _SKIN["chin"],
}
PARTS: tuple[Part, ...] = tuple(_PARTS)

# A cover that is lost for less than this was there all the time.
_JOIN_S = 0.5
_FACE_PX = 160  # the face is looked at on this scale, so that limits do not depend on its size
# Natural logarithms of ratios, set on 1,686 frames of 160 studio films (training people): 1 % of the mouths that can be seen
# fall below all three, 2 % of those on dark skin; 98 % of the masked ones do.
_REDDER, _DARKER, _UNEVEN = 0.04, 0.2, 0.2
_FAR_SIDE_YAW, _PROFILE_YAW, _MAX_PITCH = 35.0, 55.0, 40.0


@dataclass(frozen=True)
class Look:
    """What one frame shows of a face: hidden parts with the reason, and sharpness (variance of the Laplacian at 160 px)."""

    hidden: dict[Part, Reason]
    sharpness: float


def look(rgb: NDArray[np.uint8], face: Face) -> Look:
    """Judges each face part in (H, W, 3) ``rgb``."""
    hidden: dict[Part, Reason] = {}
    if face.size < MIN_FACE_PX:
        return Look(dict.fromkeys(PARTS, "too small"), 0.0)
    patch, points = _crop(rgb, face)
    _covered_parts(patch, points, hidden)
    hidden |= _turned_away(face)
    hidden |= _outside(face, rgb.shape[1], rgb.shape[0])
    return Look(hidden, _sharpness(patch))


def hidden_spans(times: NDArray[np.float64], looks: list[dict[Part, Reason]], until_s: float) -> tuple[Hidden, ...]:
    """Looks ten times a second -> stretches; one look that disagrees with both its neighbours is outvoted."""
    out = []
    for part in PARTS:
        covered = np.array([part in seen for seen in looks])
        if len(covered) >= 3:
            votes = np.convolve(np.pad(covered.astype(int), 1, mode="edge"), np.ones(3), mode="valid")
            covered = votes >= 2
        if not covered.any():
            continue
        reasons = [seen[part] for seen in looks if part in seen]
        reason = max(set(reasons), key=reasons.count)
        spans: list[Span] = []
        for start, end in runs(covered):
            stop = float(times[end + 1]) if end + 1 < len(times) else until_s
            if spans and times[start] - spans[-1].end_s <= _JOIN_S:
                spans[-1] = Span(start_s=spans[-1].start_s, end_s=round(stop, 3))
            else:
                spans.append(Span(start_s=round(float(times[start]), 3), end_s=round(stop, 3)))
        out.append(Hidden(part=part, reason=reason, spans=tuple(spans)))
    return tuple(out)


def _crop(rgb: NDArray[np.uint8], face: Face) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The face scaled to 160 px height with a margin, and its landmarks (478, 2) there."""
    import cv2

    scale, margin = _FACE_PX / face.size, 16
    shift = np.array([-face.box[0] * scale + margin, -face.box[1] * scale + margin])
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    size = (int((face.box[2] - face.box[0]) * scale) + 2 * margin, _FACE_PX + 2 * margin)
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    # What lies outside the frame repeats its edge: black would look like a cover.
    patch = cv2.warpAffine(rgb, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(patch, np.uint8), face.landmarks[:, :2] * scale + shift


def _covered_parts(patch: NDArray[np.uint8], points: NDArray[np.float64], hidden: dict[Part, Reason]) -> None:
    import cv2

    lab = cv2.cvtColor(patch, cv2.COLOR_RGB2LAB).astype(np.float32)

    def median(indices: tuple[int, ...]) -> NDArray[np.float32]:
        return _median(lab, _hull(lab.shape[:2], points[list(indices)]))

    skin = {name: median(indices) for name, indices in _SKIN.items()}
    under_eye = {side: median(indices) for side, indices in _UNDER_EYE.items()}
    # Of these seven places a mask covers three and sunglasses three: the median stays on skin.
    places = ("forehead", "nose bridge", "nose tip", "right cheek", "left cheek")
    reference = np.median([*(skin[place] for place in places), *under_eye.values()], axis=0)
    brightness = max(float(reference[0]), 1.0)

    for side in ("left", "right"):
        under = under_eye[side] - reference
        darker, tinted = -float(under[0]) / brightness, float(np.hypot(under[1], under[2]))
        # Shadow under a brow darkens without changing the colour; dark glass does both, or darkens far more.
        if (darker > 0.35 and tinted > 10) or darker > 0.6:
            for part in (f"{side} eye", f"{side} cheek"):
                hidden[part] = "sunglasses"  # type: ignore[index]

    if _lips_are_gone(patch, points):
        lower = [skin["chin"] - reference, skin["upper lip"] - reference]
        not_skin = all(np.hypot(d[1], d[2]) > 10 or abs(d[0]) > 0.35 * brightness for d in lower)
        reason: Reason = "mask" if not_skin else "hand or object"
        hidden |= {"mouth": reason, "chin": reason}
        if not_skin:
            hidden["nose"] = reason


def _lips_are_gone(patch: NDArray[np.uint8], points: NDArray[np.float64]) -> bool:
    """Lips are redder than the ring of skin around them or clearly darker, and the line between them is dark; under a hand or
    a mask they are not. Logarithms, because light and skin tone multiply: on a dark face the differences are as plain."""
    import cv2

    outer, inner = (np.zeros(patch.shape[:2], np.uint8) for _ in range(2))
    cv2.fillPoly(outer, [points[list(_LIPS_OUTER)].astype(np.int32)], 1)
    cv2.fillPoly(inner, [points[list(_LIPS_INNER)].astype(np.int32)], 1)
    around = cv2.dilate(outer, np.ones((9, 9), np.uint8)) - cv2.dilate(outer, np.ones((3, 3), np.uint8))
    colours = patch.astype(np.float32)
    lips, skin = (np.log(_median(colours, mask) + 1) for mask in (outer > inner, around > 0))
    redder, darker = (lips - skin)[0] - (lips - skin)[1], -(lips - skin).mean()
    uneven = np.log(colours.mean(axis=2) + 8)[outer > 0]
    return bool(redder < _REDDER and darker < _DARKER and (uneven.std() if len(uneven) else 0.0) < _UNEVEN)


def _turned_away(face: Face) -> dict[Part, Reason]:
    yaw, pitch = face.pose.yaw, face.pose.pitch
    if abs(yaw) > _PROFILE_YAW or abs(pitch) > _MAX_PITCH:
        return dict.fromkeys(PARTS, "turned away")
    if abs(yaw) > _FAR_SIDE_YAW:
        # Turned to the own left, the camera sees the right half.
        far = "left" if yaw > 0 else "right"
        return {part: "turned away" for part in PARTS if part.startswith(far)}
    return {}


def _outside(face: Face, width: int, height: int) -> dict[Part, Reason]:
    x, y = face.landmarks[:, 0], face.landmarks[:, 1]
    out = (x < 0) | (y < 0) | (x >= width) | (y >= height)
    return {part: "outside the frame" for part, indices in _PARTS.items() if out[list(indices)].mean() > 0.3}


def _hull(shape: tuple[int, ...], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    import cv2

    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), 1)
    return mask > 0


def _median(picture: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    pixels = picture[mask]
    return np.median(pixels, axis=0) if len(pixels) else np.zeros(3, np.float32)


def _sharpness(patch: NDArray[np.uint8]) -> float:
    import cv2

    return float(cv2.Laplacian(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var())
