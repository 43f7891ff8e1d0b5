"""The timeline of one person: a row per action unit, and what hid or accompanied the movements below."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cot_engine.action_units.series import Timeline
from cot_engine.evidence import Event, Hidden, parts_of
from cot_engine.facs import ACTION_UNITS, Side
from cot_engine.figures.chart import BOTTOM, NARROW, TOP, WIDE, Sheet, au_label, blank, margin_text, row_order
from cot_engine.figures.curves import Curve, curve_of
from cot_engine.figures.palette import LIGHT
from cot_engine.figures.strengths import strength_figure
from cot_engine.report import Person

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.38  # inches from 0 to 5; a row whose sides differ is twice as high
_GAP = 0.2
_LANE = 0.24
# The last frame lasts until the end of the clip; a shorter gap at either end is not a loss of the face.
_FRAME_S = 0.05

_HIDDEN: dict[str, Any] = {"facecolor": "none", "edgecolor": LIGHT["hatch"], "hatch": "xxxx"}
_TALKING: dict[str, Any] = {"facecolor": LIGHT["hatch"]}
_UNSEEN: dict[str, Any] = {"edgecolor": LIGHT["hatch"], "hatch": "////"}

Stretch = tuple[float, float]


def is_still(timeline: Timeline | None, duration_s: float) -> bool:
    """True when there is no time to draw: an image, or one or two frames."""
    return duration_s <= 0 or (timeline is not None and len(timeline.times_s) < 3)


def timeline_figure(person: Person, timeline: Timeline | None, duration_s: float, *, narrow: bool = False) -> "Figure":
    """Intensities 0-5 over time with the events of ``person``; of a still image the intensities alone.

    Args:
        timeline: the measured curves. Without them an event is drawn, dashed, through its onset, apex and offset.
        narrow: for a column of 3.7 inches (a phone) instead of 9.
    """
    sheet = NARROW if narrow else WIDE
    if is_still(timeline, duration_s):
        return strength_figure(person, sheet)
    by_au = _by_au(person)
    curves = {au: curve_of(au, events, timeline) for au, events in by_au.items()}
    heights = _heights(curves)
    lanes = _lanes(person, duration_s)
    rows_end = sum(heights.values()) + _GAP * len(heights)
    height = max(rows_end + 0.1 + _LANE * len(lanes), _ROW)

    figure, axes = blank(sheet, height)
    axes.set_xlim(0, duration_s)
    axes.locator_params(axis="x", nbins=4 if narrow else 8)
    axes.set_xlabel("time (s)", fontsize=sheet.size - 0.5, color=LIGHT["muted"], labelpad=3)
    axes.grid(axis="x", color=LIGHT["rule"], linewidth=0.5)
    axes.set_axisbelow(True)

    for start, end in person.talking_s:
        axes.axvspan(start, end, ymin=1 - rows_end / height, facecolor=LIGHT["shade"], linewidth=0, zorder=0.2)
    y = 0.0
    for au, curve in curves.items():
        base = y + _GAP + _ROW
        _hide(axes, person, au, base, apart=curve.sides_differ)
        _row(axes, sheet, base, curve, by_au[au], duration_s)
        y += _GAP + heights[au]
    for start, end in not_seen(person, duration_s):
        axes.axvspan(start, end, ymin=1 - rows_end / height, facecolor=LIGHT["paper"], **_UNSEEN, linewidth=0, zorder=4)
    if not curves and not lanes:
        margin_text(axes, sheet, 0.0, height / 2, "no event", colour=LIGHT["muted"])
    for i, (label, stretches) in enumerate(lanes):
        _lane(axes, sheet, rows_end + 0.1 + _LANE * (i + 0.5), label, stretches)
    return figure


def event_areas(
    person: Person, timeline: Timeline | None, duration_s: float, *, narrow: bool = False
) -> dict[int, tuple[float, float, float, float]]:
    """Where ``timeline_figure`` draws each event: index -> left, top, width, height as shares 0-1 of the figure.

    Empty for a still image, whose chart has no time.
    """
    if is_still(timeline, duration_s):
        return {}
    sheet = NARROW if narrow else WIDE
    heights = _heights({au: curve_of(au, events, timeline) for au, events in _by_au(person).items()})
    rows_end = sum(heights.values()) + _GAP * len(heights)
    total = TOP + max(rows_end + 0.1 + _LANE * len(_lanes(person, duration_s)), _ROW) + BOTTOM
    tops, y = {}, 0.0
    for au, row in heights.items():
        tops[au] = TOP + y + _GAP / 2
        y += _GAP + row
    scale = sheet.plot / sheet.width / duration_s
    return {
        i: (
            time_share(event.onset_s, duration_s, narrow=narrow),
            tops[event.au] / total,
            (event.offset_s - event.onset_s) * scale,
            (heights[event.au] + _GAP / 2) / total,
        )
        for i, event in enumerate(person.events)
    }


def time_share(time_s: float, duration_s: float, *, narrow: bool = False) -> float:
    """Where ``timeline_figure`` draws a time: share 0-1 of the figure's width, from the left."""
    sheet = NARROW if narrow else WIDE
    return (sheet.left + sheet.plot * time_s / duration_s) / sheet.width


def _by_au(person: Person) -> dict[str, list[Event]]:
    """The events of each row, from the brows down."""
    by_au: dict[str, list[Event]] = {}
    for event in sorted(person.events, key=lambda e: row_order(e.au)):
        by_au.setdefault(event.au, []).append(event)
    return by_au


def _heights(curves: dict[str, Curve]) -> dict[str, float]:
    return {au: _ROW * (2 if curve.sides_differ else 1) for au, curve in curves.items()}


def legend(person: Person, timeline: Timeline | None, duration_s: float) -> str:
    """How to read this person's chart: only what it shows is explained."""
    if is_still(timeline, duration_s):
        return "Intensity on the FACS scale, A (trace) to E (maximum). A still image has no onset, apex or offset."
    sentences = {
        "Each row: intensity 0 to 5; where the sides differ, the person's own left above the line and right below. "
        "Bar on the line: onset to offset, closed by a tick where that border was seen. "
        "Dot and letter: apex and FACS grade.": person.events,
        "Dashed: there is no curve; the lines join onset, apex and offset.": any(
            timeline is None or event.au not in timeline.intensity for event in person.events
        ),
        "Shaded: talking.": person.talking_s,
        "Crossed: a part of the face that the row needs was hidden.": person.hidden,
        "Hatched: face not seen.": not_seen(person, duration_s),
    }
    return " ".join(sentence for sentence, shown in sentences.items() if shown) or "No event was measured."


def not_seen(person: Person, duration_s: float) -> list[Stretch]:
    """The stretches of the clip in which this person's face was not found."""
    gaps, reached = [], 0.0
    for start, end in sorted(person.seen_s):
        if start > reached and (reached > 0 or start > _FRAME_S):
            gaps.append((reached, start))
        reached = max(reached, end)
    if duration_s - reached > _FRAME_S:
        gaps.append((reached, duration_s))
    return gaps


def _lanes(person: Person, duration_s: float) -> list[tuple[str, Sequence[Stretch]]]:
    """What else happened, as (label, stretches); parts hidden for the same reason at the same time share a lane."""
    lanes: list[tuple[str, Sequence[Stretch]]] = []
    if person.talking_s:
        lanes.append(("talking", person.talking_s))
    together: dict[tuple[str, tuple[Stretch, ...]], list[str]] = {}
    for hidden in person.hidden:
        together.setdefault((hidden.reason, _stretches(hidden)), []).append(hidden.part)
    for (_, stretches), parts in together.items():
        lanes.append((f"{_name(parts)} hidden", stretches))
    if gaps := not_seen(person, duration_s):
        lanes.append(("face not seen", gaps))
    return lanes


def _name(parts: list[str]) -> str:
    if len(parts) == 2 and parts[0].split()[-1] == parts[1].split()[-1]:
        return f"{parts[0].split()[-1]}s"
    return ", ".join(parts) if len(parts) <= 2 else f"{len(parts)} parts"


def _stretches(hidden: Hidden) -> tuple[Stretch, ...]:
    return tuple((span.start_s, span.end_s) for span in hidden.spans)


def _hide(axes: "Axes", person: Person, au: str, base: float, *, apart: bool) -> None:
    """Covers the part of a row that could not be judged, each side for itself where the row shows them apart."""
    halves: list[tuple[Side, float]] = [("left", base - _ROW), ("right", base)] if apart else [("both", base - _ROW)]
    for side, top in halves:
        needed = parts_of(au, side)
        for start, end in {stretch for h in person.hidden if h.part in needed for stretch in _stretches(h)}:
            axes.fill_between([start, end], top, top + _ROW, **_HIDDEN, linewidth=0, zorder=0.4)


def _row(axes: "Axes", sheet: Sheet, base: float, curve: Curve, events: list[Event], duration_s: float) -> None:
    """One AU: the left side above ``base`` and the right below where they differ, one curve above it where they do not."""
    au = events[0].au
    colour = LIGHT[ACTION_UNITS[au].region]
    au_label(axes, sheet, base if curve.sides_differ else base - _ROW / 2, au)
    unit = _ROW / 5
    sides = ((curve.left, -unit, 0.45), (curve.right, unit, 0.22)) if curve.sides_differ else ((curve.stronger, -unit, 0.35),)
    axes.plot([0, duration_s], [base, base], color=LIGHT["muted"], linewidth=0.5, zorder=1)
    for values, scale, alpha in sides:
        ys = base + scale * values
        axes.fill_between(curve.times_s, base, ys, color=colour, alpha=alpha, linewidth=0, zorder=2)
        axes.plot(curve.times_s, ys, color=colour, linewidth=0.9, linestyle="-" if curve.measured else (0, (3, 2)), zorder=2.1)
    scale_marks = [(-5, "5 left"), (5, "5 right")] if curve.sides_differ else [(-5, "5"), (0, "0")]
    for level, text in scale_marks:
        beside_axis(axes, sheet, base + level * unit, text)
    lettered: list[float] = []
    for event in sorted(events, key=lambda e: -e.intensity):
        on_right = curve.sides_differ and event.side != "both" and event.side == "right"
        on_right |= curve.sides_differ and (event.right or 0.0) > (event.left or 0.0)
        y = base + (unit if on_right else -unit) * event.intensity
        _event(axes, base, event, colour)
        axes.plot([event.apex_s], [y], "o", color=colour, markersize=3, zorder=3)
        # Where many apexes crowd, only the strongest carry their letter.
        if all(abs(event.apex_s - other) > 0.14 * duration_s / sheet.plot for other in lettered):
            lettered.append(event.apex_s)
            axes.annotate(
                event.grade,
                (event.apex_s, y),
                (0, -4 if on_right else 4),
                textcoords="offset points",
                ha="center",
                va="top" if on_right else "bottom",
                fontsize=sheet.size - 0.5,
                fontweight="bold",
                color=LIGHT["ink"],
                zorder=3.2,
            )


def _event(axes: "Axes", base: float, event: Event, colour: str) -> None:
    """Onset to offset as a bar on the base line, closed by a tick where the border was seen."""
    axes.plot([event.onset_s, event.offset_s], [base, base], color=colour, linewidth=2.2, solid_capstyle="butt", zorder=2.5)
    for at, seen in ((event.onset_s, event.onset_seen), (event.offset_s, event.offset_seen)):
        if seen:
            axes.plot([at, at], [base - 0.045, base + 0.045], color=colour, linewidth=1.2, zorder=2.5)


def _lane(axes: "Axes", sheet: Sheet, y: float, label: str, stretches: Sequence[Stretch]) -> None:
    margin_text(axes, sheet, 0.0, y, label, colour=LIGHT["muted"], size=sheet.size - 0.5)
    style = _TALKING if label == "talking" else _UNSEEN if label == "face not seen" else _HIDDEN
    for start, end in stretches:
        axes.fill_between([start, end], y - 0.06, y + 0.06, **{"facecolor": "none", **style}, linewidth=0.8)


def beside_axis(axes: "Axes", sheet: Sheet, y: float, text: str) -> None:
    """Small text right of the rows, at height ``y`` in data."""
    axes.annotate(
        text,
        (1.0, y),
        (4, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        va="center",
        ha="left",
        fontsize=sheet.size - 2,
        color=LIGHT["muted"],
    )
