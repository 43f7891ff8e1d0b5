"""The one map between action units and the facial actions that the face is moved with.

It is M. Ozel's ARKit/FACS cheat sheet with py-feat's AU reference (section 3 of the project's FACS notes) read backwards, from
AU to blendshape, with the swapped gaze rows of the second source put right. Where FACS says more than those tables (AU6
narrows the eye, AU9 lifts the upper lip, AU17 pushes the upper lip, AU26 opens the jaw and not the lips), the row says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cot_engine.studio.motion import movement_curves
from cot_engine.studio.plan import ClipPlan

# A facial action, and the half of the face it is limited to where the action itself has no sides.
Key = tuple[str, Literal["left", "right"] | None]

_SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")

# Actions without sides that serve AUs with sides: the renderer splits them by a smooth mask.
SPLIT = frozenset({"browInnerUp", "cheekPuff"})

# Actions that move nothing and only fold the skin (``furrows``).
SKIN_ONLY = frozenset({"lipsTighten"})


@dataclass(frozen=True)
class Pull:
    """One action of an AU: its name without Left or Right, and its weight 0-1 when the AU is at its maximum (E).

    ``paired`` actions exist as Left and Right, or are split; an action of the whole face takes the stronger side.
    """

    action: str
    weight: float = 1.0
    paired: bool = True


def _whole(action: str, weight: float = 1.0) -> Pull:
    return Pull(action, weight, paired=False)


# At intensity E; in between the weights are proportional. Jaw, lids, gaze and the sideways jaw have their own rules below.
MUSCLES: dict[str, tuple[Pull, ...]] = {
    "AU1": (Pull("browInnerUp"),),
    "AU2": (Pull("browOuterUp"),),
    "AU4": (Pull("browDown"),),
    "AU5": (Pull("eyeWide"),),
    "AU6": (Pull("cheekSquint"), Pull("eyeSquint", 0.5)),
    "AU7": (Pull("eyeSquint"),),
    "AU9": (Pull("noseSneer"), Pull("mouthUpperUp", 0.2)),
    "AU10": (Pull("mouthUpperUp"),),
    "AU12": (Pull("mouthSmile"),),
    "AU14": (Pull("mouthDimple"),),
    "AU15": (Pull("mouthFrown"),),
    "AU16": (Pull("mouthLowerDown"),),
    "AU17": (_whole("mouthShrugLower"), _whole("mouthShrugUpper", 0.5)),
    "AU18": (_whole("mouthPucker"),),
    "AU20": (Pull("mouthStretch"),),
    "AU22": (_whole("mouthFunnel"),),
    # The lips narrow and turn in a little; sucked in (AU28) they do so altogether, and pressed (AU24) they stay in place.
    "AU23": (
        *(_whole("mouthRollLower", 0.4), _whole("mouthRollUpper", 0.4), _whole("mouthPucker", 0.25)),
        _whole("lipsTighten"),
    ),
    "AU24": (Pull("mouthPress"),),
    # Lips alone; what the jaw adds depends on mouthClose, see ``_jaw``.
    "AU25": (Pull("mouthUpperUp", 0.25), Pull("mouthLowerDown", 0.4)),
    "AU26": (_whole("jawOpen", 0.5),),
    "AU27": (_whole("jawOpen"),),
    "AU28": (_whole("mouthRollLower"), _whole("mouthRollUpper")),
    # To the person's own left: the value of the left side drives jawLeft.
    "AU30": (Pull("jaw"), Pull("mouth", 0.3)),
    "AU34": (Pull("cheekPuff"),),
    "AU43": (Pull("eyeBlink"),),
    "AU45": (Pull("eyeBlink"),),
    "AU46": (Pull("eyeBlink"),),
    # Gaze to the person's own left: the left eye turns out, the right eye in.
    "AU61": (_whole("eyeLookOutLeft"), _whole("eyeLookInRight")),
    "AU62": (_whole("eyeLookInLeft"), _whole("eyeLookOutRight")),
    "AU63": (Pull("eyeLookUp"),),
    "AU64": (Pull("eyeLookDown"),),
}

# AUs that are stages of one opening or closing: the furthest one counts, they do not add up.
_STAGES = frozenset({"jawOpen", "eyeBlink"})


def _keys(pull: Pull) -> tuple[Key, ...]:
    if not pull.paired:
        return ((pull.action, None),)
    if pull.action in SPLIT:
        return tuple((pull.action, side) for side in _SIDES)
    return tuple((pull.action + side.capitalize(), None) for side in _SIDES)


def apart(key: Key) -> tuple[str, Literal["left", "right"] | None]:
    """An action's name without its side, and the side."""
    action, half = key
    for side in _SIDES:
        if action.endswith(side.capitalize()):
            return action.removesuffix(side.capitalize()), side
    return action, half


# Every action that can move, in the order of the columns of ``action_curves``.
ACTIONS: tuple[Key, ...] = (
    *dict.fromkeys(key for pulls in MUSCLES.values() for pull in pulls for key in _keys(pull)),
    ("mouthClose", None),
)


def action_weights(curves: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """(T, len(ACTIONS)) weights 0-1 of the facial actions.

    Args:
        curves: AU -> (T, 2) intensities 0-5, left and right; AUs without muscles here (the head's) are passed over.
    """
    moving = {au: values / 5.0 for au, values in curves.items() if au in MUSCLES}
    length = len(next(iter(moving.values()))) if moving else 0
    weights: dict[Key, NDArray[np.float64]] = {key: np.zeros(length) for key in ACTIONS}
    for au, values in moving.items():
        for pull in MUSCLES[au]:
            keys = _keys(pull)
            strengths = (values[:, 0], values[:, 1]) if len(keys) == 2 else (values.max(axis=1),)
            for key, strength in zip(keys, strengths, strict=True):
                join = np.maximum if pull.action in _STAGES else np.add
                weights[key] = join(weights[key], pull.weight * strength)
    for key in weights:
        weights[key] = np.clip(weights[key], 0.0, 1.0)
    _lids(weights)
    _jaw(weights, moving)
    return np.stack(list(weights.values()), axis=1)


def _lids(weights: dict[Key, NDArray[np.float64]]) -> None:
    """A closed eye is neither wide nor narrowed: what closes it takes over."""
    for side in ("Left", "Right"):
        opened = 1.0 - weights["eyeBlink" + side, None]
        for action in ("eyeWide", "eyeSquint"):
            weights[action + side, None] *= opened


def _jaw(weights: dict[Key, NDArray[np.float64]], moving: Mapping[str, NDArray[np.float64]]) -> None:
    """The lips follow the jaw only as far as they part (AU25): without AU25 they stay closed over an open jaw."""
    jaw = weights["jawOpen", None]
    parted = moving["AU25"].max(axis=1) if "AU25" in moving else np.zeros_like(jaw)
    weights["mouthClose", None] = jaw * (1.0 - np.clip(parted, 0.0, 1.0))


def actions_at(intensities: Mapping[str, tuple[float, float]]) -> dict[Key, float]:
    """The facial actions of one moment, those at rest left out; AU -> (left, right) intensities 0-5."""
    curves = {au: np.array([sides], np.float64) for au, sides in intensities.items()}
    if not curves.keys() & MUSCLES.keys():
        return {}
    return {key: float(weight) for key, weight in zip(ACTIONS, action_weights(curves)[0], strict=True) if weight > 0}


def action_curves(plan: ClipPlan) -> tuple[tuple[Key, ...], NDArray[np.float64]]:
    """The names of the facial actions and their (T, K) weights 0-1 in every frame of a plan."""
    return ACTIONS, action_weights(movement_curves(plan.movements, plan.times_s, MUSCLES))
