"""The page: panels that ``app.py`` arranges. Imports Gradio, so nothing imports this but what serves the page."""

from cot_engine.ui.page import build_demo, open_page, serve

__all__ = ["build_demo", "open_page", "serve"]
