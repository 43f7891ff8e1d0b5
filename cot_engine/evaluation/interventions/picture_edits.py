"""Changes of one picture. They work on whole frames and on the JPEG files that a model is shown."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from cot_engine.frame_choice import Picture
from cot_engine.frame_pictures import JPEG_QUALITY

if TYPE_CHECKING:
    from PIL.Image import Image

Half = Literal["upper", "lower"]
Box = tuple[float, float, float, float]

_GREY = (128, 128, 128)
# A picture of the face is its box widened by this factor (frame_pictures), so the face itself is the middle of it.
_WIDENED = 1.6
# Rows of the face box that hold brows and eyes, and mouth and chin; the mask is a little wider than the face.
_ROWS: dict[Half, tuple[float, float]] = {"upper": (-0.05, 0.5), "lower": (0.6, 1.1)}
_MARGIN = 0.1
# Height of the strip that carries a text, as a share of the picture's.
_STRIP = 0.12


def flipped(image: "Image") -> "Image":
    """Left to right."""
    from PIL import ImageOps

    return ImageOps.mirror(image)


def grey(image: "Image") -> "Image":
    """Nothing but grey."""
    from PIL import Image

    return Image.new("RGB", image.size, _GREY)


def covered(image: "Image", half: Half, box: Box) -> "Image":
    """A grey bar over one half of the face whose box is (x0, y0, x1, y1) in pixels; the same for both halves."""
    from PIL import ImageDraw

    x0, y0, x1, y1 = box
    top, bottom = (y0 + share * (y1 - y0) for share in _ROWS[half])
    image = image.copy()
    ImageDraw.Draw(image).rectangle((x0 - _MARGIN * (x1 - x0), top, x1 + _MARGIN * (x1 - x0), bottom), fill=_GREY)
    return image


def middle(size: tuple[int, int]) -> Box:
    """Where the face is in a picture of the face."""
    (width, height), half = size, 0.5 / _WIDENED
    return width * (0.5 - half), height * (0.5 - half), width * (0.5 + half), height * (0.5 + half)


def burnt(image: "Image", text: str) -> "Image":
    """``text`` in white on a black strip along the lower edge, as large as fits."""
    from PIL import ImageDraw, ImageFont

    image = image.copy()
    draw, strip = ImageDraw.Draw(image), max(8, round(image.height * _STRIP))
    draw.rectangle((0, image.height - strip, image.width, image.height), fill=(0, 0, 0))
    size = 0.75 * strip
    font = ImageFont.load_default(size)
    if (width := draw.textlength(text, font=font)) > 0.95 * image.width:
        font = ImageFont.load_default(max(1.0, size * 0.95 * image.width / width))
    draw.text((image.width / 2, image.height - strip / 2), text, fill=(255, 255, 255), font=font, anchor="mm")
    return image


def edited(picture: Picture, change: "Callable[[Image], Image]") -> Picture:
    """A picture with the change made, as a JPEG file of the same quality as any."""
    from PIL import Image

    file = io.BytesIO()
    change(Image.open(io.BytesIO(picture.jpeg)).convert("RGB")).save(file, "JPEG", quality=JPEG_QUALITY)
    return replace(picture, jpeg=file.getvalue())


def masked(picture: Picture, half: Half) -> Picture:
    """One half of the face hidden. Where the face is in a whole picture is not known here: that one becomes grey."""
    if picture.frame.role == "context":
        return edited(picture, grey)
    return edited(picture, lambda image: covered(image, half, middle(image.size)))
