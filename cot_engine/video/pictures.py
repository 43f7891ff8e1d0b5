"""Stills, animated pictures and folders of pictures through Pillow."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal
from cot_engine.video.orientation import Orientation, from_exif
from cot_engine.video.types import ClipInfo, Frames, Limits, fit

if TYPE_CHECKING:
    import PIL.Image

# Formats whose readers are plain decoders; others (EPS, WMF) start programs or follow references.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "AVIF")
_ANIMATED = ("GIF", "WEBP", "PNG", "AVIF")
FOLDER_FPS = 25.0
_GREY = 128
# Browsers show a frame without a duration for a tenth of a second.
_DEFAULT_MS = 100.0
_EXIF_ORIENTATION = 274


def open_picture(file: str, limits: Limits) -> "PIL.Image.Image":
    """Open a picture and check its header; nothing is decoded yet.

    Raises:
        Refusal: ``not_a_video``, ``too_large``.
    """
    import PIL.Image

    PIL.Image.MAX_IMAGE_PIXELS = limits.max_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            image = PIL.Image.open(file, formats=_FORMATS)
    except PIL.Image.DecompressionBombError:
        raise _too_large("more than twice the limit of", limits) from None
    except PIL.UnidentifiedImageError:
        raise Refusal("not_a_video", "The picture is in a format that cannot be read.", "Save it as JPEG or PNG.") from None
    except Exception as error:  # damaged headers raise anything from OSError to struct.error
        raise Refusal(
            "not_a_video", f"The file begins like a picture but cannot be opened: {error}.", "Export or copy it again."
        ) from None
    if image.width * image.height > limits.max_pixels:
        raise _too_large(f"{image.width} x {image.height}, more than", limits)
    return image


def describe(image: "PIL.Image.Image", path: str, limits: Limits) -> tuple[ClipInfo, Orientation]:
    """Header of a still or an animation.

    The duration and rate of an animation are those it would have if all its frames lasted like the first.

    Raises:
        Refusal: ``too_long``.
    """
    orientation = _orientation(image)
    width, height = orientation.size(image.width, image.height)
    count = int(getattr(image, "n_frames", 1)) if image.format in _ANIMATED else 1
    step = _duration_s(image)
    if count > 1 and count * step > limits.max_duration_s:
        raise Refusal(
            "too_long",
            f"The animation lasts about {count * step:.0f} s; at most {limits.max_duration_s:.0f} s are read.",
            "Cut out the part that matters.",
        )
    info = ClipInfo(
        path=path,
        kind="animation" if count > 1 else "image",
        width=width,
        height=height,
        claimed_frames=count,
        fps=1 / step if count > 1 else None,
        duration_s=count * step if count > 1 else 0.0,
        codec=str(image.format).lower(),
        rotation=orientation.rotation,
        mirrored=orientation.mirrored,
    )
    return info, orientation


def read_animation(
    image: "PIL.Image.Image", count: int, orientation: Orientation, limits: Limits, wanted: Callable[[int], bool]
) -> Frames:
    """Frames of an animation, or the one of a still."""
    seconds = 0.0
    for number in range(count):
        try:
            image.seek(number)
            image.load()
        except Exception:  # broken data: what came before stands, and the count tells that frames are missing
            return
        yield number, seconds, upright(image, orientation, limits) if wanted(number) else None
        seconds += _duration_s(image)


def describe_folder(paths: Sequence[str], path: str, limits: Limits) -> ClipInfo:
    """Header of a folder of pictures, taken from its first readable one; ``FOLDER_FPS`` frames per second are assumed.

    Raises:
        Refusal: that of the last picture, if not one can be opened.
    """
    for number, name in enumerate(paths):
        try:
            with open_picture(name, limits) as image:
                info, _ = describe(image, path, limits)
        except Refusal:
            if number == len(paths) - 1:
                raise
            continue
        return replace(info, kind="frames", claimed_frames=len(paths), fps=FOLDER_FPS, duration_s=len(paths) / FOLDER_FPS)
    raise ValueError("a folder without pictures")


def read_folder(paths: Sequence[str], info: ClipInfo, limits: Limits, wanted: Callable[[int], bool]) -> Frames:
    """The pictures of a folder; one that cannot be read, or has another size than the first, is left out."""
    for number, path in enumerate(paths):
        if not wanted(number):
            yield number, number / FOLDER_FPS, None
        elif (picture := _one_of_many(path, info, limits)) is not None:
            yield number, number / FOLDER_FPS, picture


def _one_of_many(path: str, info: ClipInfo, limits: Limits) -> NDArray[np.uint8] | None:
    try:
        with open_picture(path, limits) as image:
            orientation = _orientation(image)
            if orientation.size(image.width, image.height) != (info.width, info.height):
                return None
            return upright(image, orientation, limits)
    except Exception:  # Pillow raises anything on broken data; the count of readable frames tells that one is missing
        return None


def _orientation(image: "PIL.Image.Image") -> Orientation:
    return from_exif(image.getexif().get(_EXIF_ORIENTATION, 1))


def upright(image: "PIL.Image.Image", orientation: Orientation, limits: Limits) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 upright picture; transparent parts show mid-grey, 16-bit values are scaled to 8."""
    import PIL.Image

    if image.mode.startswith("I") or image.mode == "F":
        deep = np.asarray(image, np.float64)
        image = PIL.Image.fromarray((deep / (257.0 if deep.max() > 255 else 1.0)).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        shown = image.convert("RGBA")
        grey = PIL.Image.new("RGBA", shown.size, (_GREY, _GREY, _GREY, 255))
        image = PIL.Image.alpha_composite(grey, shown)
    image = image.convert("RGB")
    size = fit(image.width, image.height, limits.max_side)
    if size != image.size:
        image = image.resize(size, PIL.Image.Resampling.BICUBIC)
    return orientation.apply(np.asarray(image))


def _duration_s(image: "PIL.Image.Image") -> float:
    duration: Any = image.info.get("duration", 0)
    return float(duration or _DEFAULT_MS) / 1000


def _too_large(what: str, limits: Limits) -> Refusal:
    return Refusal("too_large", f"The picture is {what} {limits.max_pixels} pixels.", "Scale it down first.")
