"""Reports for people: plots of what was measured, and one self-contained HTML page."""

from cot_engine.figures.page import Moment, Pictures, write_html
from cot_engine.figures.timeline import timeline_figure

__all__ = ["Moment", "Pictures", "timeline_figure", "write_html"]
