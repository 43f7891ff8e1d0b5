"""What a captioning run says, as one self-contained page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cot_engine.captioning.stats import Slice, Stats
from cot_engine.captioning.stats_figure import confusion_figure, label_figure, verdict_figure
from cot_engine.figures.chart import NARROW, WIDE
from cot_engine.figures.html import render_page, write_page
from cot_engine.figures.svg import inline_svg

# Rows of a breakdown on the page, most clips first; the JSON has all of them.
_SHOWN = 40


def write_stats(stats: Stats, about: Mapping[str, str], path: Path) -> None:
    """Writes the page.

    Args:
        about: facts of the run by name, e.g. ``{"model": "codebook"}``.

    Raises:
        OSError: the file cannot be written.
    """
    write_page(path, render_stats(stats, about))


def render_stats(stats: Stats, about: Mapping[str, str]) -> str:
    """The page of :func:`write_stats` as text."""
    return render_page(
        "stats.html.j2",
        "cot_engine.captioning",
        about=about,
        said=stats.as_dict(),
        charts=_charts(stats),
        breakdowns={
            title: _largest(parts)
            for title, parts in (("source", stats.by_source), ("subject", stats.by_subject))
            if len(parts) > 1
        },
        sizes={"source": len(stats.by_source), "subject": len(stats.by_subject)},
    )


def _charts(stats: Stats) -> dict[str, list[tuple[str, Any]]]:
    """Name -> (``wide`` or ``narrow``, SVG)."""
    from markupsafe import Markup

    confusion, answers = stats.confusion(), stats.whole.answers
    parts = {"all": stats.whole} | (dict(list(_by_size(stats.by_source).items())[:12]) if len(stats.by_source) > 1 else {})
    charts: dict[str, list[tuple[str, Any]]] = {"labels": [], "verdicts": [], "confusion": []}
    for size, sheet in (("wide", WIDE), ("narrow", NARROW)):
        drawn = [("verdicts", verdict_figure(parts, sheet), "Shares of claims by verdict; the numbers stand in the tables.")]
        if answers:
            told = "; ".join(f"{name} {count}" for name, count in answers.most_common())
            drawn.append(("labels", label_figure(stats, sheet), f"Clips by answer: {told}."))
        if confusion:
            drawn.append(("confusion", confusion_figure(confusion, sheet), "Clips by given label and answer."))
        for name, figure, alt in drawn:
            charts[name].append((size, Markup(inline_svg(figure, f"{name}-{size}-", alt))))  # noqa: S704 - written by inline_svg
    return charts


def _by_size(parts: Mapping[str, Slice]) -> dict[str, Slice]:
    return dict(sorted(parts.items(), key=lambda item: (-item[1].rows, item[0])))


def _largest(parts: Mapping[str, Slice]) -> dict[str, dict[str, Any]]:
    return {name: part.as_dict() for name, part in list(_by_size(parts).items())[:_SHOWN]}
