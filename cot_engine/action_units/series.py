"""A timeline: the intensity of every measured AU, frame by frame, left and right apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Timeline:
    """Intensities of one person through a clip.

    Attributes:
        times_s: (T,) seconds from the first frame, increasing.
        intensity: AU code -> (T, 2) intensities 0-5, columns left and right (equal for AUs without sides); NaN where the AU
            could not be measured (face lost, part hidden).
    """

    times_s: NDArray[np.float64]
    intensity: dict[str, NDArray[np.float64]]
