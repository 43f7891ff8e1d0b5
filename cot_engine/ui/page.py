"""The page: its tabs side by side, and how it is served."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

# Read by Gradio when it is imported.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr

from cot_engine.action_units.learned import load_estimator
from cot_engine.freed import share_heaps
from cot_engine.ui.about import about_tab
from cot_engine.ui.analyse import AnalyseTab, Analyze
from cot_engine.ui.compare import CompareTab
from cot_engine.ui.dataset import DatasetTab
from cot_engine.ui.job import PRIVATE
from cot_engine.ui.models import Models
from cot_engine.ui.running import Running
from cot_engine.ui.texts import text, translations
from cot_engine.ui.theme import head, theme
from cot_engine.video import stay_ready

MAX_FILE_SIZE = "50mb"
# Requests that wait beyond those that run; more are turned away at once.
MAX_WAITING = 8
# Gradio keeps 150 kB and what was shown of every visit, also when its page was closed long ago; the oldest go.
_SESSIONS = 32
# Uploads and results are faces: nothing is kept longer than an hour.
_KEEP_S = 3600


def build_demo(analyze: Analyze, models: Sequence[str] = ("codebook",), data: Path | None = None) -> gr.Blocks:
    """The page around ``analyze`` (``cot_engine.analysis.analyze`` or anything called like it). Loads no model.

    Args:
        models: what visitors may choose from to explain, as ``reasoner_named`` takes it. Only these: an address that a visitor
            names is not called.
        data: the folder of this machine whose clips visitors may have captioned; None offers uploads alone.
    """
    running, offered = Running(), Models(models)
    demo = gr.Blocks(title="cot-engine", analytics_enabled=False, delete_cache=(_KEEP_S, _KEEP_S))
    with demo:
        with gr.Column(elem_classes="ce-top"):
            gr.Markdown(text("page_title"))
        with gr.Tabs():
            with gr.Tab(text("tab_analyse"), id="analyse"):
                analyse = AnalyseTab(analyze, offered, running)
            with gr.Tab(text("tab_compare"), id="compare"):
                compare = CompareTab(analyze, running)
            with gr.Tab(text("tab_dataset"), id="dataset"):
                dataset = DatasetTab(offered, running, data)
            with gr.Tab(text("tab_about"), id="about"):
                about_tab()
        tabs = (analyse, compare, dataset)
        for tab in tabs:
            demo.load(tab.greet, None, tab.greeted, queue=False, **PRIVATE)

        def leave(request: gr.Request) -> None:
            for tab in tabs:
                tab.job.leave(request)

        demo.unload(leave)
    return demo


def open_page(
    demo: gr.Blocks,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    mcp: bool = False,
    max_file_size: str = MAX_FILE_SIZE,
    max_waiting: int = MAX_WAITING,
    **more: Any,
) -> str:
    """Serves the page and gives its address; ``more`` goes to Gradio's ``launch``.

    Local, bounded, silent towards others, and serving nothing but what was uploaded to it or made by it.
    """
    demo.queue(max_size=max_waiting)
    _, url, _ = demo.launch(
        server_name=host,
        server_port=port,
        share=False,
        allowed_paths=[],
        max_file_size=max_file_size,
        mcp_server=mcp,
        strict_cors=True,
        show_error=False,
        enable_monitoring=False,
        run_history=False,
        ssr_mode=False,
        state_session_capacity=_SESSIONS,
        footer_links=["api", "settings"],
        i18n=translations(),
        theme=theme(),
        head=head(),
        **more,
    )
    return url


def _load() -> None:
    """What every first analysis needs, loaded while the visitor is still choosing a clip. Faults are told by the analysis."""
    for library in ("mediapipe.tasks.python.vision", "matplotlib.figure", "cv2"):
        with suppress(ImportError):
            import_module(library)
    load_estimator()


def serve(models: Sequence[str], *, data: Path | None, host: str, port: int, mcp: bool) -> None:
    """Serves the page with the real analysis until it is interrupted. Uploads lie in a folder of this user alone."""
    from cot_engine.analysis import analyze

    share_heaps()
    stay_ready()
    Thread(target=_load, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="cot-engine-app-", ignore_cleanup_errors=True) as folder:
        os.environ["GRADIO_TEMP_DIR"] = str(Path(folder))
        open_page(build_demo(analyze, models, data), host=host, port=port, mcp=mcp)
