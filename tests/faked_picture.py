"""A picture made up for tests: a ramp from dark to bright."""

import io

import numpy as np
from PIL import Image

from cot_engine.frame_choice import ChosenFrame, Picture

RAMP = Image.fromarray(np.tile(np.linspace(0, 255, 160, dtype=np.uint8)[None, :, None], (160, 1, 3)))


def picture(role: str = "apex") -> Picture:
    file = io.BytesIO()
    RAMP.save(file, "JPEG", quality=95)
    return Picture(ChosenFrame(0, 0.0, role), file.getvalue())
