"""One frame as the page shows it: everyone's face boxed, and the region that the selected claim or event speaks of."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cot_engine.analysis import Analysis
from cot_engine.evidence import Part
from cot_engine.figures.thumbnails import Box
from cot_engine.perceive import Perceived
from cot_engine.ui.frame_store import FrameStore

# Where the parts of a frontal face lie in its box, as shares x0, y0, x1, y1: approximate, and said to be so. The person's
# own right is on the left of the picture.
_PLACES: dict[Part, Box] = {
    "right brow": (0.08, 0.16, 0.47, 0.32),
    "left brow": (0.53, 0.16, 0.92, 0.32),
    "right eye": (0.12, 0.29, 0.45, 0.45),
    "left eye": (0.55, 0.29, 0.88, 0.45),
    "nose": (0.34, 0.36, 0.66, 0.66),
    "right cheek": (0.06, 0.44, 0.37, 0.72),
    "left cheek": (0.63, 0.44, 0.94, 0.72),
    "mouth": (0.24, 0.64, 0.76, 0.86),
    "chin": (0.28, 0.83, 0.72, 1.0),
}
# Yellow shows on every skin; the dark line beside each light one shows on every background.
_REGION, _LIGHT, _DARK, _OTHER = (255, 214, 64), (255, 255, 255), (20, 20, 20), (190, 195, 205)
# A box is drawn where the face was seen this near to the frame's time.
_NEAR_S = 0.1


@dataclass(frozen=True)
class View:
    """``uri``: the picture as a data URI; ``seen``: whether the selected person's face was found in it."""

    uri: str
    width: int
    height: int
    time_s: float
    index: int
    seen: bool


def draw_frame(store: FrameStore, analysis: Analysis, person: int, time_s: float, parts: Sequence[Part]) -> View:
    """The stored frame nearest to ``time_s``.

    Args:
        person: index into the report's people; this face is boxed brightly, the others faintly.
        parts: of this face, marked.
    """
    frame = store.nearest(time_s)
    with Image.open(frame.file) as opened:
        picture = opened.convert("RGB")
    pen = ImageDraw.Draw(picture, "RGBA")
    seen = False
    people = analysis.perception.people[: len(analysis.report.people)]
    for i, other in sorted(enumerate(people), key=lambda item: item[0] == person):
        box = _box(other, frame.time_s)
        if box is None:
            continue
        x0, y0, x1, y1 = scaled = tuple(side * frame.scale for side in box)
        if i == person:
            seen = True
            for part in parts:
                u0, v0, u1, v1 = _PLACES[part]
                area = (x0 + u0 * (x1 - x0), y0 + v0 * (y1 - y0), x0 + u1 * (x1 - x0), y0 + v1 * (y1 - y0))
                pen.rounded_rectangle(area, radius=6, fill=(*_REGION, 50), outline=(*_DARK, 255), width=4)
                pen.rounded_rectangle(area, radius=6, outline=(*_REGION, 255), width=2)
        pen.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), outline=(*_DARK, 200), width=4)
        pen.rectangle(scaled, outline=(*(_LIGHT if i == person else _OTHER), 255), width=2)
        if len(people) > 1:
            _number(pen, x0, y0, i + 1)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    uri = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return View(uri, *picture.size, frame.time_s, frame.index, seen)


def face_pictures(store: FrameStore, analysis: Analysis) -> list[str | None]:
    """A thumbnail of every person of the report, as data URI; None where there is no picture."""
    from cot_engine.figures.thumbnails import face_thumbnail

    found: list[str | None] = []
    for person in analysis.perception.people[: len(analysis.report.people)]:
        if not store or not len(person.indices):
            found.append(None)
            continue
        # The largest face is the one seen best.
        row = int(np.argmax((person.boxes[:, 2] - person.boxes[:, 0]) * (person.boxes[:, 3] - person.boxes[:, 1])))
        frame = store.nearest(float(person.times_s[row]))
        box = _box(person, frame.time_s)
        if box is None:
            found.append(None)
            continue
        with Image.open(frame.file) as opened:
            rgb = np.asarray(opened.convert("RGB"))
        x0, y0, x1, y1 = (side * frame.scale for side in box)
        found.append(face_thumbnail(rgb, (x0, y0, x1, y1), height=120).uri)
    return found


def _box(person: Perceived, time_s: float) -> Box | None:
    """The person's box at this time, in pixels of the frames as perception saw them."""
    if not len(person.times_s):
        return None
    row = int(np.argmin(np.abs(person.times_s - time_s)))
    if abs(person.times_s[row] - time_s) > _NEAR_S:
        return None
    x0, y0, x1, y1 = (float(side) for side in person.boxes[row])
    return x0, y0, x1, y1


def _number(pen: ImageDraw.ImageDraw, x: float, y: float, number: int) -> None:
    pen.rectangle((x, y - 20, x + 18, y), fill=(*_DARK, 255))
    pen.text((x + 9, y - 10), str(number), fill=(*_LIGHT, 255), anchor="mm", font=ImageFont.load_default(14))
