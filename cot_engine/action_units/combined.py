"""The reading that the product reports: per AU the learned estimate or the blendshapes, whichever was measured to be better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.blendshapes import READINGS
from cot_engine.action_units.intensity import AUS, find_baseline, settle, strengths
from cot_engine.action_units.learned import Estimator, Glimpse
from cot_engine.action_units.series import Timeline
from cot_engine.evidence import Hidden, parts_of
from cot_engine.facs import ACTION_UNITS

# Without a neutral stretch of the person, AUs that differ from face to face at rest need a clearer reading.
_UNSURE_FLOOR, _UNSURE_TRUST = 1.4, 0.7


@dataclass(frozen=True)
class AUReading:
    """One person's AUs. ``blendshapes`` is what MediaPipe's blendshapes alone say, for comparison.

    ``trust`` in 0-1 and ``floors`` (the peak from which an event is believed) are per AU; ``gap`` (T,) is the raw opening of
    the lips, which tells talking.
    """

    timeline: Timeline
    blendshapes: Timeline
    baseline: Literal["person", "population"]
    trust: dict[str, float]
    floors: dict[str, float]
    gap: NDArray[np.float64]


def read_action_units(
    times_s: NDArray[np.float64],
    raw: NDArray[np.float64],
    glimpses: Sequence[Glimpse | None],
    hidden: tuple[Hidden, ...],
    estimator: Estimator,
    progress: Callable[[int, int], None] | None = None,
) -> AUReading:
    """From what was kept of each frame to intensities 0-5.

    Args:
        raw: (T, K, 2) of ``blendshapes.raw_values``; NaN where the face was not seen.
        glimpses: T of ``Estimator.describe``; None likewise.
        progress: as in ``Estimator.estimate``.
    """
    for k, au in enumerate(AUS):
        _blank(raw[:, k], times_s, au, hidden)
    rest = find_baseline(times_s, raw)
    plain = dict(zip(AUS, strengths(raw, rest).swapaxes(0, 1), strict=True))
    learned = estimator.estimate(glimpses, rest.calm, progress)
    mixed = dict(plain)
    for i, au in enumerate(learned.aus):
        if estimator.calibration[au].learned:
            values = learned.strength[:, i].copy()
            if not ACTION_UNITS[au].sided:
                values[:] = values.mean(axis=1, keepdims=True)
            _blank(values, times_s, au, hidden)
            if ACTION_UNITS[au].sided and au not in estimator.tells_sides:
                # One movement whose side is not measured; what is hidden has no part in it.
                stronger = np.fmax(values[:, 0], values[:, 1])[:, None]
                values[:] = np.where(np.isfinite(values), stronger, np.nan)
            mixed[au] = values
    trust = {au: reading.trust for au, reading in READINGS.items()}
    floors = {au: reading.floor for au, reading in READINGS.items()}
    if rest.source == "population":
        for au, reading in READINGS.items():
            if reading.rest >= 0.1 and reading.full <= 1.0 and au != "AU43":
                trust[au], floors[au] = _unsure(reading.trust, reading.floor)
    for au in learned.aus:
        card = estimator.calibration[au]
        if card.learned:
            sure = learned.baseline == "person"
            trust[au], floors[au] = (card.trust, card.floor) if sure else _unsure(card.trust, card.floor)
    # Closings of the eyes are read once and named by how long they last.
    trust |= {"AU45": trust["AU43"], "AU46": trust["AU43"]}
    return AUReading(
        timeline=settle(times_s, {au: mixed[au] for au in sorted(mixed, key=lambda au: ACTION_UNITS[au].number)}),
        blendshapes=settle(times_s, plain),
        baseline=learned.baseline,
        trust=trust,
        floors=floors,
        gap=raw[:, AUS.index("AU25"), 0],
    )


def _unsure(trust: float, floor: float) -> tuple[float, float]:
    return round(trust * _UNSURE_TRUST, 2), floor * _UNSURE_FLOOR


def _blank(values: NDArray[np.float64], times_s: NDArray[np.float64], au: str, hidden: tuple[Hidden, ...]) -> None:
    """Sets (T, 2) values to NaN while a part that is needed for them is hidden."""
    for column, side in enumerate(("left", "right")):
        for part in parts_of(au, side):  # type: ignore[arg-type]
            for h in hidden:
                if h.part == part:
                    for span in h.spans:
                        values[(times_s >= span.start_s) & (times_s <= span.end_s), column] = np.nan
