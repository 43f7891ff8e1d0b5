"""The chart of a still image: how strong each action unit is, without a time axis."""

from typing import TYPE_CHECKING

from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS, GRADE_WORDS
from cot_engine.figures.chart import Sheet, au_label, blank, margin_text, row_order
from cot_engine.figures.palette import LIGHT
from cot_engine.report import Person

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.34


def strength_figure(person: Person, sheet: Sheet) -> "Figure":
    """One bar (or a bar a side, when the sides differ) per AU on the FACS scale 0-5, with the letters A-E below."""
    events = sorted(person.events, key=lambda event: row_order(event.au))
    height = _ROW * max(len(events), 1) + 0.06
    figure, axes = blank(sheet, height, bottom=0.42)
    axes.set_xlim(0, 5)
    for edge in range(6):
        axes.axvline(edge, color=LIGHT["rule"], linewidth=0.6, zorder=0)
    axes.set_xticks([0.5 + i for i in range(5)], _scale_words(sheet))
    axes.tick_params(axis="x", length=0)
    for row, event in enumerate(events):
        middle = _ROW * (row + 0.5) + 0.03
        au_label(axes, sheet, middle, event.au)
        _bars(axes, sheet, middle, event)
    if not events:
        margin_text(axes, sheet, 0.0, height / 2, "no event", colour=LIGHT["muted"])
    return figure


def _scale_words(sheet: Sheet) -> list[str]:
    return [letter if sheet.names_below else f"{letter} {word}" for letter, word in GRADE_WORDS.items()]


def _bars(axes: "Axes", sheet: Sheet, middle: float, event: Event) -> None:
    colour = LIGHT[ACTION_UNITS[event.au].region]
    bars = [(event.intensity, event.grade if event.side == "both" else f"{event.grade}, {event.side}")]
    if event.left is not None and event.right is not None and abs(event.left - event.right) > 0.5:
        bars = [(event.left, "left"), (event.right, "right")]
        stronger = int(event.right > event.left)
        bars[stronger] = (bars[stronger][0], f"{event.grade}, {bars[stronger][1]}")
    thickness = 0.16 / len(bars)
    for i, (value, note) in enumerate(bars):
        y = middle + (i - (len(bars) - 1) / 2) * (thickness + 0.05)
        axes.barh(y, value, height=thickness, color=colour, alpha=0.8)
        axes.annotate(
            note,
            (value, y),
            (4, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=sheet.size - 1.5,
            color=LIGHT["ink"],
        )
