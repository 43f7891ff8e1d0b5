"""A comparison as one self-contained HTML page."""

from pathlib import Path

from cot_engine.compare.chart import charts, legend
from cot_engine.compare.run import Outcome
from cot_engine.figures.html import render_page, write_page


def write_html(outcome: Outcome, path: Path) -> None:
    """Writes the page; ``path`` is either the whole new page or what it was before.

    Raises:
        OSError: the file cannot be written.
    """
    write_page(path, render_html(outcome))


def render_html(outcome: Outcome) -> str:
    """The page of :func:`write_html` as text: no network, no script, every word escaped."""
    comparison = outcome.comparison
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
        charts=charts(outcome),
        legend=legend(),
    )
