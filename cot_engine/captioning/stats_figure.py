"""The charts of a captioning run: answers beside given labels, verdicts by source, and who is answered as what."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cot_engine.captioning.stats import NOT_SURE, Slice, Stats
from cot_engine.figures.chart import Sheet, blank, margin_text
from cot_engine.figures.palette import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.3
_VERDICTS = ("supported", "unverifiable", "contradicted")


def label_figure(stats: Stats, sheet: Sheet) -> "Figure":
    """One row a label: how often it was answered (dark) and how often it was given for the same clips (light)."""
    names = (*stats.labels, NOT_SURE)
    given = {name: sum(count for (one, _), count in stats.whole.pairs.items() if one == name) for name in stats.labels}
    most = max([*stats.whole.answers.values(), *given.values(), 1])
    figure, axes = blank(sheet, _ROW * len(names), bottom=0.4)
    axes.set_xlim(0, 1.06 * most)
    for row, name in enumerate(names):
        middle = _ROW * (row + 0.5)
        margin_text(axes, sheet, 0.0, middle, name)
        answered = stats.whole.answers[name]
        axes.barh(middle - 0.05, answered, height=0.12, color=LIGHT["hatch" if name == NOT_SURE else "accent"])
        axes.barh(middle + 0.07, given.get(name, 0), height=0.07, color=LIGHT["rule"])
        note = str(answered) if name == NOT_SURE or not stats.whole.pairs else f"{answered} ({given[name]} given)"
        # Where a bar reaches the edge, its number stands in it.
        inside = answered > 0.75 * most and name != NOT_SURE
        _note(axes, sheet, answered if inside else max(answered, given.get(name, 0)), middle, note, inside=inside)
    _whole_numbers(axes)
    return figure


def verdict_figure(parts: Mapping[str, Slice], sheet: Sheet) -> "Figure":
    """One row a part with claims: the shares of its claims that are supported, unverifiable and contradicted."""
    shown = {name: part for name, part in parts.items() if part.verdicts.total()}
    figure, axes = blank(sheet, _ROW * max(len(shown), 1), bottom=0.4)
    axes.set_xlim(0, 1)
    for row, (name, part) in enumerate(shown.items()):
        middle, left, total = _ROW * (row + 0.5), 0.0, part.verdicts.total()
        margin_text(axes, sheet, 0.0, middle, _short(name, sheet))
        for verdict in _VERDICTS:
            share = part.verdicts[verdict] / total
            axes.barh(middle, share, left=left, height=0.17, color=LIGHT[verdict], alpha=0.85)
            left += share
        _note(axes, sheet, 1.0, middle, f"{total}")
    if not shown:
        margin_text(axes, sheet, 0.0, _ROW / 2, "no claim", colour=LIGHT["muted"])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    return figure


def confusion_figure(confusion: Mapping[str, Mapping[str, int]], sheet: Sheet) -> "Figure":
    """Given labels downwards, answers across; a cell is as dark as its share of its row, and holds its number of clips."""
    from matplotlib.patches import Rectangle

    columns = list(next(iter(confusion.values())))
    used = [name for name in columns if any(row[name] for row in confusion.values()) or name in confusion]
    figure, axes = blank(sheet, _ROW * len(confusion), top=0.95, bottom=0.1)
    axes.set_xlim(0, len(used))
    for y, (given, row) in enumerate(confusion.items()):
        margin_text(axes, sheet, 0.0, _ROW * (y + 0.5), _short(given, sheet))
        total = max(sum(row.values()), 1)
        for x, answer in enumerate(used):
            share = row[answer] / total
            colour = LIGHT["accent"] if answer == given else LIGHT["hatch"] if answer == NOT_SURE else LIGHT["contradicted"]
            place = Rectangle((x + 0.03, _ROW * y + 0.01), 0.94, _ROW - 0.02, facecolor=colour, alpha=0.75 * share, linewidth=0)
            axes.add_patch(place)
            if row[answer]:
                ink, size = LIGHT["paper" if share > 0.6 and answer != NOT_SURE else "ink"], sheet.size
                axes.text(
                    x + 0.5, _ROW * (y + 0.5), str(row[answer]), ha="center", va="center_baseline", fontsize=size, color=ink
                )
    axes.xaxis.tick_top()
    axes.set_xticks([x + 0.5 for x in range(len(used))], used, rotation=55, ha="left", rotation_mode="anchor")
    axes.tick_params(axis="x", length=0, labelsize=sheet.size - 0.5, labelcolor=LIGHT["ink"])
    return figure


def _note(axes: "Axes", sheet: Sheet, x: float, y: float, text: str, *, inside: bool = False) -> None:
    axes.annotate(
        text,
        (x, y - (0.05 if inside else 0)),
        (-4 if inside else 4, 0),
        textcoords="offset points",
        va="center",
        ha="right" if inside else "left",
        fontsize=sheet.size - 1.5,
        color=LIGHT["paper" if inside else "muted"],
    )


def _whole_numbers(axes: "Axes") -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _short(name: str, sheet: Sheet) -> str:
    longest = 16 if sheet.names_below else 26
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
