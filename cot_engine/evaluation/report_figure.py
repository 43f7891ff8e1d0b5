"""The charts of the report that no other page has: confidence against accuracy, and scores beside their baselines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cot_engine.figures.chart import Sheet, blank, margin_text
from cot_engine.figures.palette import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW, _HEIGHT = 0.34, 2.6
# Long names of figures, as the margin has room for them.
_SHORT = {" of always answering the commonest label": ", majority", " of the codebook": ", codebook"}


def reliability_figure(bins: Sequence[Mapping[str, float]], sheet: Sheet) -> "Figure":
    """Accuracy of every bin over its mean confidence; on the line, the probabilities mean what they say."""
    figure, axes = blank(sheet, _HEIGHT, bottom=0.6)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.plot([0, 1], [0, 1], color=LIGHT["rule"], linewidth=1)
    most = max((row["clips"] for row in bins), default=1)
    for row in bins:
        over = row["confidence"] > row["accuracy"]
        axes.plot(
            [row["confidence"]] * 2,
            [row["confidence"], row["accuracy"]],
            color=LIGHT["contradicted" if over else "accent"],
            linewidth=1,
        )
        axes.plot(row["confidence"], row["accuracy"], "o", color=LIGHT["accent"], markersize=3 + 3 * row["clips"] / most)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes.set_xticks(ticks, [f"{100 * t:.0f} %" for t in ticks])
    axes.set_yticks(ticks, [f"{100 * t:.0f} %" for t in ticks])
    axes.tick_params(axis="y", length=3, width=0.6, color=LIGHT["muted"], labelcolor=LIGHT["muted"], labelsize=sheet.size - 0.5)
    axes.set_xlabel("confidence", fontsize=sheet.size, color=LIGHT["muted"])
    axes.set_ylabel("accuracy", fontsize=sheet.size, color=LIGHT["muted"])
    return figure


def score_figure(figures: Sequence[Mapping[str, Any]], sheet: Sheet) -> "Figure":
    """One row a figure between 0 and 1: its value as a dot, its interval as a line."""
    shown = [f for f in figures if f["value"] is not None and 0 <= f["value"] <= 1]
    figure, axes = blank(sheet, _ROW * max(len(shown), 1), bottom=0.4)
    axes.set_xlim(0, 1)
    for row, one in enumerate(shown):
        middle = _ROW * (row + 0.5)
        margin_text(axes, sheet, 0.0, middle, _short(one["name"]), size=sheet.size - 1)
        if one["low"] is not None:
            axes.plot([one["low"], one["high"]], [middle, middle], color=LIGHT["hatch"], linewidth=2)
        axes.plot(one["value"], middle, "o", color=LIGHT["accent"], markersize=5)
        axes.annotate(
            f"{one['value']:.2f}",
            (max(one["value"], one["high"] or 0), middle),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=sheet.size - 1.5,
            color=LIGHT["muted"],
        )
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes.set_xticks(ticks, ["0", "0.25", "0.5", "0.75", "1"])
    return figure


def _short(name: str) -> str:
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    return name.split(" (")[0] + (name.partition(")")[2] if " (" in name else "")
