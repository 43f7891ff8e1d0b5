"""A contact sheet: people of the studio at rest, and the seven prototypes as one of them plays them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cot_engine.facs import LABEL_SETS
from cot_engine.studio.muscles import ACTIONS, action_weights
from cot_engine.studio.performance import TEST_ACTORS
from cot_engine.studio.plan import ClipPlan, Scene
from cot_engine.studio.render import Studio

_COLUMNS, _TILE = 8, 192
# Strong, but not at the limit, where real faces seldom are.
_STRENGTH = 3.8
_CAPTION = 20


def contact_sheet(out: Path, *, people: int = 24, first_actor: int = TEST_ACTORS) -> None:
    """Writes a PNG: ``people`` actors from ``first_actor`` on, then the seven prototypes on one of them.

    Raises:
        Refusal: ``backend_missing`` without the studio's packages.
    """
    from PIL import Image, ImageDraw

    studio = Studio()
    tiles = [(_portrait(studio, first_actor + k, {}), _who(studio, first_actor + k)) for k in range(people)]
    for label in LABEL_SETS["basic-7"].labels:
        core = label.prototypes[0].core if label.prototypes else frozenset[str]()
        aus = {au: np.full((1, 2), _STRENGTH) for au in sorted(core)}
        # Lips part where the jaw drops.
        if "AU26" in aus:
            aus["AU25"] = aus["AU26"]
        tiles.append((_portrait(studio, first_actor + 6, aus), label.name))
    rows = -(-people // _COLUMNS) + -(-(len(tiles) - people) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _TILE, rows * (_TILE + _CAPTION)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (picture, caption) in enumerate(tiles):
        # The prototypes begin a row of their own.
        place = number if number < people else -(-people // _COLUMNS) * _COLUMNS + number - people
        x, y = place % _COLUMNS * _TILE, place // _COLUMNS * (_TILE + _CAPTION)
        sheet.paste(Image.fromarray(picture), (x, y))
        draw.text((x + _TILE / 2, y + _TILE + _CAPTION / 2), caption, fill="black", anchor="mm", font_size=12)
    sheet.save(out)
    studio.close()


def _portrait(studio: Studio, actor: int, aus: dict[str, NDArray[np.float64]]) -> NDArray[np.uint8]:
    weights = action_weights(aus) if aus else np.zeros((1, len(ACTIONS)))
    scene = Scene((_TILE, _TILE), 0.0, 0.0, 0.0, int(0.66 * _TILE), light=actor, background=actor, blur=0, noise=0, crf=18)
    plan = ClipPlan("sheet", actor, actor, "none", "free", 25.0, 1, (), (), np.zeros((1, 3)), scene)
    return next(iter(studio.shoot(plan, weights))).rgb


def _who(studio: Studio, actor: int) -> str:
    groups = studio.groups(actor)
    return f"{groups['age']}, {groups['skin_tone']}"
