"""Raw AU values -> intensities 0-5 relative to the person's own neutral face."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.blendshapes import BLINK_DRAGS, READINGS
from cot_engine.action_units.series import Timeline
from cot_engine.arrays import runs

AUS = tuple(READINGS)
_REST = np.array([r.rest for r in READINGS.values()])
_FULL = np.array([r.full for r in READINGS.values()])

# A frame is neutral when none of these reaches grade B on an average face, and brows and lids are near their rest.
_TELLING = [AUS.index(au) for au in ("AU4", "AU10", "AU12", "AU14", "AU17", "AU22", "AU24", "AU25", "AU26")]
_BROWS_AND_LIDS = [AUS.index(au) for au in ("AU1", "AU2", "AU43")]
_POSE = [AUS.index(f"AU{n}") for n in range(51, 57)]
_MAX_POSE_OFFSET = 15.0  # degrees
_MIN_NEUTRAL_S = 0.2
# A neutral face may differ from the average one by this share of an AU's range; more would hide a held expression.
_MAX_OFFSET = 0.4
# Eyes shut for longer than this are closed, not blinking.
BLINK_MAX_S = 0.5
_BLINK_MARGIN_S = 0.07
_CLOSED = 3.0


@dataclass(frozen=True)
class Baseline:
    """``rest``: (K, 2) raw values of the neutral face; ``source`` says whose; ``calm``: (T,) the frames that showed it."""

    rest: NDArray[np.float64]
    source: Literal["person", "population"]
    calm: NDArray[np.bool_]


def find_baseline(times_s: NDArray[np.float64], raw: NDArray[np.float64]) -> Baseline:
    """The neutral face of this person, from the calm frames of this clip, wherever they lie.

    A clip without a calm stretch (a smile held from the first frame to the last) gives the average face instead of
    subtracting the expression itself, which is what whole-clip medians do (OpenFace issues 389, 940).

    Args:
        raw: (T, K, 2) from ``raw_values``; NaN where not measured.
    """
    average = np.repeat(_REST[:, None], 2, axis=1)
    strength = _scale(raw, average)
    with np.errstate(invalid="ignore"):
        calm = np.all(~(strength[:, _TELLING] >= 1.0), axis=(1, 2)) & np.all(
            ~(strength[:, _BROWS_AND_LIDS] >= 2.0), axis=(1, 2)
        )
    calm &= np.isfinite(raw[:, _TELLING]).all(axis=(1, 2))
    step = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    # The head's rest is where this person holds it; a camera below or beside the face is no head movement.
    if len(times_s) > 2:
        usual = np.nan_to_num(np.nanmedian(raw[:, _POSE], axis=0))
        average[_POSE] += np.clip(usual, -_MAX_POSE_OFFSET, _MAX_POSE_OFFSET)
    if calm.sum() * step < _MIN_NEUTRAL_S:
        return Baseline(average, "population", np.zeros(len(times_s), bool))
    # Of the calm frames the calmest half: the first traces of a movement are not yet grade B.
    activity = np.nansum(strength[:, _TELLING], axis=(1, 2))
    calmest = calm & (activity <= np.median(activity[calm]))
    with warnings.catch_warnings():
        # A part that was hidden in every calm frame has no median; the average face stands in for it below.
        warnings.simplefilter("ignore", RuntimeWarning)
        own = np.nanmedian(raw[calmest], axis=0)
    room = _MAX_OFFSET * np.abs(_FULL - _REST)[:, None]
    own = np.where(np.isfinite(own), np.clip(own, average - room, average + room), average)
    own[_POSE] = average[_POSE]
    return Baseline(own, "person", calmest)


def to_timeline(times_s: NDArray[np.float64], raw: NDArray[np.float64], baseline: Baseline) -> Timeline:
    """Intensities 0-5 of the blendshapes; (T, K, 2) raw values in, settled."""
    return settle(times_s, dict(zip(AUS, strengths(raw, baseline).swapaxes(0, 1), strict=True)))


def strengths(raw: NDArray[np.float64], baseline: Baseline) -> NDArray[np.float64]:
    """(T, K, 2) raw values -> intensities 0-5 relative to the neutral face, frame by frame."""
    return _scale(raw, baseline.rest)


def settle(times_s: NDArray[np.float64], values: Mapping[str, NDArray[np.float64]]) -> Timeline:
    """Intensities AU -> (T, 2) of single frames, smoothed without a shift in time. AU43 must be among them.

    Lids, brows and gaze are bridged over blinks, which drag them along for a tenth of a second.
    """
    shut = _blink_frames(times_s, values["AU43"])
    series = {}
    for au, strength in values.items():
        if au in BLINK_DRAGS and shut.any():
            strength = _bridge(times_s, strength, shut)
        series[au] = strength if au == "AU43" else np.stack([smooth(times_s, strength[:, side]) for side in (0, 1)], axis=1)
    return Timeline(times_s, series)


def smooth(times_s: NDArray[np.float64], values: NDArray[np.float64], sigma_s: float = 0.035) -> NDArray[np.float64]:
    """Median of three against single-frame spikes, then a symmetric Gaussian in time: no phase shift, so no late onsets.

    (T,) in and out; NaN stays NaN and lends no weight to its neighbours.
    """
    from scipy.ndimage import median_filter

    known = np.isfinite(values)
    if known.sum() < 3:
        return values
    calm = np.where(known, values, np.nan)
    calm[known] = median_filter(values[known], size=3, mode="nearest")
    total, weight = np.zeros_like(values), np.zeros_like(values)
    reach = max(1, int(np.ceil(3 * sigma_s / max(float(np.median(np.diff(times_s))), 1e-3))))
    for shift in range(-reach, reach + 1):
        source = np.clip(np.arange(len(values)) + shift, 0, len(values) - 1)
        near = np.exp(-0.5 * ((times_s[source] - times_s) / sigma_s) ** 2) * known[source]
        near[(np.arange(len(values)) + shift) != source] = 0.0
        total += near * np.where(known[source], calm[source], 0.0)
        weight += near
    return np.where(known, total / np.maximum(weight, 1e-9), np.nan)


def _scale(raw: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = 5.0 * np.clip((raw - rest) / (_FULL[:, None] - rest), 0.0, 1.0)
    return scaled


def _blink_frames(times_s: NDArray[np.float64], lids: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(T,) frames in or next to a closing of the eyes that is short enough to be a blink."""
    with np.errstate(invalid="ignore"):
        closing = np.nanmax(np.nan_to_num(lids), axis=1) >= _CLOSED / 2
    shut = np.zeros(len(times_s), bool)
    for start, end in runs(closing):
        if times_s[end] - times_s[start] <= BLINK_MAX_S:
            near = (times_s >= times_s[start] - _BLINK_MARGIN_S) & (times_s <= times_s[end] + _BLINK_MARGIN_S)
            shut |= near
    return shut


def _bridge(times_s: NDArray[np.float64], values: NDArray[np.float64], gap: NDArray[np.bool_]) -> NDArray[np.float64]:
    out = values.copy()
    for side in (0, 1):
        good = ~gap & np.isfinite(values[:, side])
        if good.any():
            bridged = np.interp(times_s, times_s[good], values[good, side])
            out[:, side] = np.where(np.isfinite(values[:, side]), bridged, np.nan)
    return out
