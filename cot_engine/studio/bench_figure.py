"""The picture of a bench: F1 of every action unit on the left, of every group of clips on the right, all estimators in both."""

from typing import TYPE_CHECKING, Any

from cot_engine.facs import ACTION_UNITS
from cot_engine.figures.chart import row_order
from cot_engine.figures.palette import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Data = dict[str, Any]

_WIDTH, _TOP, _BOTTOM = 11.5, 0.42, 0.7
_NAMES, _PLOT, _COUNTS = 2.05, 3.1, 0.75
_GROUP_NAMES, _GROUP_PLOT = 1.5, 2.7
_ROW = 0.29
_SIZE = 8.5
_MUTED, _INK, _RULE = LIGHT["muted"], LIGHT["ink"], LIGHT["rule"]


def bench_figure(bench: Data) -> "Figure":
    """Draws the document that ``bench`` returns."""
    from matplotlib.figure import Figure

    names = list(bench["estimators"])
    ours = bench["estimators"][names[0]]
    aus = sorted((au for au, row in ours["per_au"].items() if row["shown"]), key=row_order)
    lines = _group_lines(ours)
    height = _ROW * max(len(aus), len(lines), 4)
    total = _TOP + height + _BOTTOM
    figure = Figure(figsize=(_WIDTH, total), facecolor=LIGHT["paper"])

    def panel(left: float, width: float, title: str) -> "Axes":
        axes = figure.add_axes((left / _WIDTH, _BOTTOM / total, width / _WIDTH, height / total))
        _prepare(axes, height, title)
        return axes

    left = panel(_NAMES, _PLOT, "F1 of each action unit, frames of grade B or more")
    for i, au in enumerate(aus):
        _au_row(left, _ROW * (i + 0.5), au, [bench["estimators"][name]["per_au"][au] for name in names])
    _macro_lines(left, bench, names, _ROW * len(aus))
    right = panel(_NAMES + _PLOT + _COUNTS + _GROUP_NAMES, _GROUP_PLOT, "Macro F1 of groups of clips")
    _text(right, -0.02, -0.12, "clips", colour=_MUTED, size=_SIZE - 1.5, align="right")
    for i, (grouping, group) in enumerate(lines):
        _group_row(right, _ROW * (i + 0.5), grouping, group, [bench["estimators"][name] for name in names])
    _legend(figure, names, total)
    return figure


def _prepare(axes: "Axes", height: float, title: str) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(axis="x", length=3, width=0.6, color=_MUTED, labelcolor=_MUTED, labelsize=_SIZE - 0.5)
    axes.grid(axis="x", color=_RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(title, fontsize=_SIZE + 0.5, color=_INK, loc="left", pad=6)


def _au_row(axes: "Axes", y: float, au: str, rows: list[Data]) -> None:
    colour = LIGHT[ACTION_UNITS[au].region]
    _text(axes, -_NAMES / _PLOT + 0.03, y, au, colour=colour, weight="bold")
    _text(axes, (0.5 - _NAMES) / _PLOT + 0.03, y, ACTION_UNITS[au].name)
    thickness = 0.2 / len(rows)
    for i, row in enumerate(rows):
        at = y + (i - (len(rows) - 1) / 2) * thickness
        first = i == 0
        f1 = row["f1"]
        axes.barh(at, f1["value"] or 0.0, height=thickness * 0.92, color=colour if first else LIGHT["hatch"], alpha=0.85)
        if first and f1["low"] is not None:
            axes.plot([f1["low"], f1["high"]], [at, at], color=_INK, linewidth=0.9, solid_capstyle="butt")
        if not row["measured"]:
            axes.annotate("not measured", (0, at), (3, 0), textcoords="offset points", va="center", fontsize=5.5, color=_MUTED)
    _text(axes, 1.03, y, f"{rows[0]['frames']['present']:,}", colour=_MUTED, size=_SIZE - 1.5)


def _macro_lines(axes: "Axes", bench: Data, names: list[str], bottom: float) -> None:
    for i, name in enumerate(names):
        macro = bench["estimators"][name]["macro_f1"]["value"]
        if macro is not None:
            colour, style = (LIGHT["accent"], "-") if i == 0 else (_MUTED, (0, (3, 2)))
            axes.plot([macro, macro], [0, bottom], color=colour, linewidth=1.0, linestyle=style, zorder=3)
    _text(axes, 1.03, -0.12, "frames", colour=_MUTED, size=_SIZE - 1.5)


def _group_lines(ours: Data) -> list[tuple[str, str | None]]:
    """(grouping, value) of every row; value None for the heading of a grouping."""
    return [
        line for name, data in ours["groups"].items() for line in ((name, None), *((name, value) for value in data["values"]))
    ]


def _group_row(axes: "Axes", y: float, grouping: str, value: str | None, estimators: list[Data]) -> None:
    start = -_GROUP_NAMES / _GROUP_PLOT
    if value is None:
        spread = estimators[0]["groups"][grouping]["spread"]
        _text(axes, start, y + 0.04, grouping, weight="bold")
        if spread and spread["value"] is not None:
            _text(axes, 1.02, y + 0.04, f"spread {spread['value']:.2f}", colour=_MUTED, size=_SIZE - 1.5)
        return
    ours = estimators[0]["groups"][grouping]["values"][value]
    ink = _INK if ours["claimed"] else _MUTED
    _text(axes, start + 0.03, y, value, colour=ink)
    _text(axes, -0.02, y, f"{ours['clips']}", colour=_MUTED, size=_SIZE - 1.5, align="right")
    for i, estimator in reversed(list(enumerate(estimators))):
        macro = estimator["groups"][grouping]["values"][value]["macro_f1"]
        if macro["value"] is None:
            continue
        colour = _MUTED if i or not ours["claimed"] else LIGHT["accent"]
        at = y + (0.05 if i else -0.03)
        if macro["low"] is not None:
            axes.plot([macro["low"], macro["high"]], [at, at], color=colour, linewidth=0.8 if i else 1.6, solid_capstyle="butt")
        face = LIGHT["paper"] if i else colour
        axes.plot([macro["value"]], [at], "o", color=colour, markerfacecolor=face, markersize=3.5 if i else 5)


def _legend(figure: "Figure", names: list[str], total: float) -> None:
    others = f" Grey bars and hollow dots: {', '.join(names[1:])}." if names[1:] else ""
    text = (
        f"Bars and filled dots: {names[0]}, with 95 % intervals over subjects.{others} "
        "Upright lines: the means over all action units.\n"
        "Numbers: frames that show the action unit; clips. Grey names: under 30 clips, no claim."
    )
    figure.text(0.09 / _WIDTH, 0.1 / total, text, fontsize=_SIZE - 2, color=_MUTED, va="bottom", parse_math=False)


def _text(
    axes: "Axes",
    x: float,
    y: float,
    text: str,
    *,
    colour: str = _INK,
    size: float = _SIZE,
    weight: str = "normal",
    align: str = "left",
) -> None:
    axes.text(
        x,
        y,
        text,
        transform=axes.get_yaxis_transform(),
        va="center_baseline",
        ha=align,
        fontsize=size,
        fontweight=weight,
        color=colour,
        parse_math=False,
    )
