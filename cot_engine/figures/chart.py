"""The ground every chart stands on: a figure measured in inches, rows with AU names on the left, nothing else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cot_engine.facs import ACTION_UNITS
from cot_engine.figures.palette import LIGHT, REGIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Sheet:
    """Widths in inches (96 CSS pixels each) and the text size in points."""

    width: float
    left: float
    right: float
    size: float
    names_below: bool

    @property
    def plot(self) -> float:
        return self.width - self.left - self.right


# Inches above and below the rows of a chart.
TOP, BOTTOM = 0.12, 0.5

WIDE = Sheet(width=9.0, left=2.05, right=0.55, size=9.0, names_below=False)
NARROW = Sheet(width=3.7, left=1.2, right=0.42, size=7.5, names_below=True)


def blank(sheet: Sheet, height: float, *, top: float = TOP, bottom: float = BOTTOM) -> tuple["Figure", "Axes"]:
    """A figure with one frameless axes whose y runs downwards in inches, 0 to ``height``."""
    from matplotlib.figure import Figure

    total = top + height + bottom
    figure = Figure(figsize=(sheet.width, total), facecolor="none")
    axes = figure.add_axes((sheet.left / sheet.width, bottom / total, sheet.plot / sheet.width, height / total))
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(axis="x", length=3, width=0.6, color=LIGHT["muted"], labelcolor=LIGHT["muted"], labelsize=sheet.size - 0.5)
    return figure, axes


def au_label(axes: "Axes", sheet: Sheet, y: float, au: str) -> None:
    """Code and name of an AU in the left margin, centred on ``y``."""
    colour = LIGHT[ACTION_UNITS[au].region]
    code_y, name_y, name_x = (y - 0.075, y + 0.075, 0.0) if sheet.names_below else (y, y, 0.56)
    margin_text(axes, sheet, 0.0, code_y, au, colour=colour, weight="bold")
    margin_text(axes, sheet, name_x, name_y, ACTION_UNITS[au].name, size=sheet.size - 1 if sheet.names_below else sheet.size)


def margin_text(
    axes: "Axes",
    sheet: Sheet,
    x: float,
    y: float,
    text: str,
    *,
    colour: str = LIGHT["ink"],
    size: float = 0.0,
    weight: str = "normal",
) -> None:
    """Text in the left margin, ``x`` inches from the sheet's edge."""
    axes.text(
        (x - sheet.left) / sheet.plot,
        y,
        text,
        transform=axes.get_yaxis_transform(),
        va="center_baseline",
        ha="left",
        fontsize=size or sheet.size,
        fontweight=weight,
        color=colour,
        parse_math=False,
    )


def row_order(au: str) -> tuple[int, int]:
    """Sort key: from the brows down, then by number."""
    unit = ACTION_UNITS[au]
    return REGIONS.index(unit.region), unit.number
