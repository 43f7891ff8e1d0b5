"""Chosen frames as pictures: the face at good resolution, the whole picture small. The same for training and inference."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cot_engine.frame_choice import ChosenFrame, Picture, Role, choose_frames
from cot_engine.video import open_clip

if TYPE_CHECKING:
    from PIL.Image import Image

    from cot_engine.perceive import Perceived

FACE_PX, CONTEXT_PX = 384, 192
"""Longest side of a picture of the face and of a whole picture; nothing is enlarged."""
JPEG_QUALITY = 90
"""Of pictures that are kept or sent."""
# The face box is widened by this, so that brows, chin and a raised hand are in the picture.
_WIDEN = 1.6


def chosen_pictures(path: str | Path, person: "Perceived", budget: int) -> tuple[Picture, ...]:
    """The frames of one person that the one sampler chooses, at most ``budget``, as a model is given them.

    Raises:
        Refusal: as ``Clip.at``.
    """
    return pictures(path, person, choose_frames(person.evidence, person.times_s.tolist(), budget))


def pictures(path: str | Path, person: "Perceived", chosen: Sequence[ChosenFrame]) -> tuple[Picture, ...]:
    """The chosen frames of one person as JPEG files, decoded in a second pass; in the order of ``chosen``.

    Raises:
        Refusal: as ``Clip.at``.
    """
    if not chosen:
        return ()
    with open_clip(path) as clip:
        frames = clip.at(int(person.indices[one.row]) for one in chosen)
    shown = (
        picture(frame.rgb, tuple(map(float, person.boxes[one.row])), one.role)
        for frame, one in zip(frames, chosen, strict=True)
    )
    return tuple(Picture(one, jpeg(image)) for one, image in zip(chosen, shown, strict=True))


def jpeg(image: "Image") -> bytes:
    """A picture as it is kept and sent."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def picture(rgb: NDArray[np.uint8], box: tuple[float, ...] | None, role: Role) -> "Image":
    """One frame (H, W, 3) as a picture: the square around ``box`` (x0, y0, x1, y1), or all of it for context."""
    from PIL import Image

    image = Image.fromarray(rgb)
    if role != "context" and box is not None:
        half = _WIDEN * max(box[2] - box[0], box[3] - box[1]) / 2
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        left, top = max(0, round(x - half)), max(0, round(y - half))
        right, bottom = min(image.width, round(x + half)), min(image.height, round(y + half))
        image = image.crop((left, top, right, bottom))
    longest = CONTEXT_PX if role == "context" else FACE_PX
    scale = min(1.0, longest / max(image.size))
    return image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS)
