"""A comparison as one self-contained HTML page."""

from pathlib import Path

from cot_engine.compare.chart import comparison_figure, legend, moved
from cot_engine.compare.run import Outcome
from cot_engine.figures.html import render_page, write_page
from cot_engine.figures.svg import inline_svg


def write_html(outcome: Outcome, path: Path) -> None:
    """Writes the page; ``path`` is either the whole new page or what it was before.

    Raises:
        OSError: the file cannot be written.
    """
    write_page(path, render_html(outcome))


def render_html(outcome: Outcome) -> str:
    """The page of :func:`write_html` as text: no network, no script, every word escaped."""
    from markupsafe import Markup

    comparison = outcome.comparison
    alt = "Both timelines over each other. " + " ".join(comparison.explanation)
    charts = []
    if not comparison.still and moved(outcome):
        for name, narrow in (("wide", False), ("narrow", True)):
            drawn = inline_svg(comparison_figure(outcome, narrow=narrow), f"c-{name}-", alt)
            charts.append((name, Markup(drawn)))  # noqa: S704 - written by inline_svg
    shown = {row.au for row in comparison.action_units if row.status not in ("neither", "not_comparable")}
    return render_page(
        "comparison.html.j2",
        "cot_engine.compare",
        c=comparison,
        # The folders above a clip are nobody's business.
        names={"A": Path(comparison.a.path).name, "B": Path(comparison.b.path).name},
        sides={"A": comparison.a, "B": comparison.b},
        rows=[row for row in comparison.action_units if row.au in shown],
        still_rows=[row.au for row in comparison.action_units if row.status == "neither"],
        blind_rows=[row for row in comparison.action_units if row.status == "not_comparable"],
        charts=charts,
        legend=legend(),
    )
