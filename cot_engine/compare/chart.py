"""Both timelines over each other: a row for every action unit that moved in at least one of the two clips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cot_engine.arrays import runs
from cot_engine.compare.grid import level
from cot_engine.compare.run import Outcome
from cot_engine.evaluation.event_match import family
from cot_engine.evaluation.presence import PRESENT_ABOVE
from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS
from cot_engine.figures.chart import NARROW, WIDE, Sheet, au_label, blank, margin_text, row_order
from cot_engine.figures.curves import Curve, curve_of
from cot_engine.figures.palette import LIGHT
from cot_engine.figures.svg import inline_svg
from cot_engine.figures.timeline import beside_axis

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.42  # inches from 0 to 5; a row whose sides differ is twice as high
_LANE = 0.13  # a line of event bars, A's above B's; the words beside them are as high
_LANES = {"a": 0.75, "b": 1.6}
_GAP = 0.24
_B = LIGHT["ink"]
_FATE = {"lost": LIGHT["contradicted"], "added": LIGHT["unverifiable"]}


@dataclass(frozen=True)
class _Row:
    """One action unit: both curves, and (event on A's clock, clip, fate) of every event."""

    au: str
    a: Curve
    b: Curve
    events: tuple[tuple[Event, str, str], ...]

    @property
    def apart(self) -> bool:
        return self.a.sides_differ or self.b.sides_differ

    @property
    def height(self) -> float:
        return _ROW * (2 if self.apart else 1) + 2 * _LANE


def moved(outcome: Outcome) -> list[str]:
    """The action units that have a row, from the brows down."""
    found = outcome.comparison
    aus = {x.au for x in found.matched} | {x.au for x in (*found.lost, *found.added)}
    aus |= {family(x.event.au) for x in found.not_compared}
    return sorted(aus & outcome.aligned.a.intensity.keys() & outcome.aligned.b.intensity.keys(), key=row_order)


def charts(outcome: Outcome) -> "list[tuple[str, Markup]]":
    """The chart for wide and for narrow pages as inline SVG, by name; none where nothing can be drawn over time."""
    from markupsafe import Markup

    comparison = outcome.comparison
    if comparison.still or not moved(outcome):
        return []
    alt = "Both timelines over each other. " + " ".join(comparison.explanation)
    drawn = []
    for name, narrow in (("wide", False), ("narrow", True)):
        svg = inline_svg(comparison_figure(outcome, narrow=narrow), f"c-{name}-", alt)
        drawn.append((name, Markup(svg)))  # noqa: S704 - written by inline_svg
    return drawn


def comparison_figure(outcome: Outcome, *, narrow: bool = False) -> "Figure":
    """Intensities 0-5 on A's clock, A filled and B as a dark line, with the events of both below each row.

    Args:
        narrow: for a column of 3.7 inches (a phone) instead of 9.
    """
    sheet = NARROW if narrow else WIDE
    rows = list(_rows(outcome))
    height = max(sum(row.height + _GAP for row in rows), _ROW)
    figure, axes = blank(sheet, height)
    times = outcome.aligned.times_s
    start, end = float(times[0]), float(max(times[-1], times[0] + 1e-3))
    axes.set_xlim(start, end)
    axes.locator_params(axis="x", nbins=4 if narrow else 8)
    axes.set_xlabel("time on A's clock (s)", fontsize=sheet.size - 0.5, color=LIGHT["muted"], labelpad=3)
    axes.grid(axis="x", color=LIGHT["rule"], linewidth=0.5)
    axes.set_axisbelow(True)
    top = 0.0
    for row in rows:
        top += _GAP
        _draw(axes, sheet, top, row, outcome)
        top += row.height
    if not rows:
        margin_text(axes, sheet, 0.0, height / 2, "nothing moved in both reach", colour=LIGHT["muted"])
    return figure


def legend() -> str:
    """How to read the chart."""
    return (
        "Each row: intensity 0 to 5. Filled: A. Dark line: B, laid over A. Where the sides differ, the person's own left is "
        "above the line and right below. Bars under a row: events from onset to offset, A's above B's; red is lost in B, amber "
        "is added in B, pale could not be compared. Crossed: not measured in one of the two."
    )


def _rows(outcome: Outcome) -> Iterator[_Row]:
    found, aligned = outcome.comparison, outcome.aligned
    fates = {("a", x.event): "lost" for x in found.lost} | {("b", x.event): "added" for x in found.added}
    fates |= {(x.clip, x.event): "not compared" for x in found.not_compared}
    for au in moved(outcome):
        marked = []
        for clip, laid in (("a", aligned.events_a), ("b", aligned.events_b)):
            for one in laid:
                if family(one.seen.au) == au and one.event.intensity > PRESENT_ABOVE:
                    marked.append((one.seen, clip, fates.get((clip, one.event), "matched")))
        a, b = ([event for event, of, _ in marked if of == clip] for clip in "ab")
        yield _Row(au, curve_of(au, a, aligned.a), curve_of(au, b, aligned.b), tuple(marked))


def _draw(axes: "Axes", sheet: Sheet, top: float, row: _Row, outcome: Outcome) -> None:
    colour, unit = LIGHT[ACTION_UNITS[row.au].region], _ROW / 5
    base = top + _ROW
    bottom = base + (_ROW if row.apart else 0)
    au_label(axes, sheet, (top + bottom) / 2, row.au)
    _not_measured(axes, row.au, top, bottom, outcome)
    axes.axhline(base, color=LIGHT["muted"], linewidth=0.5, zorder=1)
    for curve, is_a in ((row.a, True), (row.b, False)):
        sides = ((curve.left, -unit), (curve.right, unit)) if row.apart else ((curve.stronger, -unit),)
        for values, scale in sides:
            ys = base + scale * values
            if is_a:
                axes.fill_between(curve.times_s, base, ys, color=colour, alpha=0.35, linewidth=0, zorder=2)
            axes.plot(curve.times_s, ys, color=colour if is_a else _B, linewidth=0.8 if is_a else 1.2, zorder=2.4)
    marks = [(base - _ROW, "5 left"), (base + _ROW, "5 right")] if row.apart else [(base - _ROW, "5"), (base, "0")]
    for y, text in marks:
        beside_axis(axes, sheet, y, text)
    for event, clip, fate in row.events:
        y = bottom + _LANE * _LANES[clip]
        of_clip = colour if clip == "a" else _B
        bar = _FATE.get(fate, LIGHT["hatch"] if fate == "not compared" else of_clip)
        axes.plot([event.onset_s, event.offset_s], [y, y], color=bar, linewidth=3.4, solid_capstyle="butt", zorder=3)
    # Once for all bars of a lane: the words beside each would lie over the next.
    for fate, clip in (("lost", "a"), ("added", "b")):
        if of_fate := [event for event, _, found in row.events if found == fate]:
            _tag(axes, sheet, of_fate, bottom + _LANE * _LANES[clip], f"{fate} in B", _FATE[fate])


def _tag(axes: "Axes", sheet: Sheet, events: Sequence[Event], y: float, text: str, colour: str) -> None:
    """The words beside the bars, on the side with more room."""
    left, right = axes.get_xlim()
    first, last = min(event.onset_s for event in events), max(event.offset_s for event in events)
    after = right - last >= first - left
    axes.annotate(
        text,
        (min(last, right) if after else max(first, left), y),
        (3 if after else -3, 0),
        textcoords="offset points",
        va="center",
        ha="left" if after else "right",
        fontsize=sheet.size - 1.5,
        fontweight="bold",
        color=colour,
        zorder=3.5,
    )


def _not_measured(axes: "Axes", au: str, top: float, bottom: float, outcome: Outcome) -> None:
    """Crosses out the stretches in which this row was not measured in one of the two."""
    times = outcome.aligned.times_s
    gone = ~np.all([np.isfinite(level(t.intensity[au])) for t in (outcome.aligned.a, outcome.aligned.b)], axis=0)
    half = float(np.median(np.diff(times))) / 2 if len(times) > 1 else 0.0
    for first, last in runs(np.asarray(gone)):
        if first == last:
            continue  # a single step: the clips do not begin or end on the same frame
        axes.fill_between(
            [times[first] - half, times[last] + half],
            top,
            bottom,
            facecolor="none",
            edgecolor=LIGHT["hatch"],
            hatch="xxxx",
            linewidth=0,
            zorder=0.4,
        )
