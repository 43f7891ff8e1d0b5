"""The About tab: what this is for and what not, the cards of models and datasets, licences and versions."""

import importlib.metadata
import re

import gradio as gr

from cot_engine import __version__
from cot_engine.corpora.cards import cards_folder
from cot_engine.prompts import load_prompt
from cot_engine.ui.texts import text

# Cards of what runs in this page; the others are of datasets.
_MODELS = ("au_estimator", "face_landmarker", "studio", "traces")
_PACKAGES = ("gradio", "mediapipe", "av", "decord", "numpy", "pydantic", "matplotlib")
# Pictures and neighbouring files of a card are not served here; their words stay.
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LOCAL_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)[^)]*\)")


def cards() -> dict[str, str]:
    """Every data and model card by name, as Markdown without pictures and local links."""
    found = {}
    for file in sorted(cards_folder().glob("*.md")):
        plain = _LOCAL_LINK.sub(r"\1", _PICTURE.sub("", file.read_text(encoding="utf-8")))
        found[file.stem] = plain.replace("# ", "### ", 1)
    return found


def about_tab() -> None:
    """Lays out the tab, inside a ``gr.Blocks`` context."""
    found = cards()
    with gr.Column(elem_classes="ce-about"):
        gr.Markdown(text("about_what"))
        gr.Markdown(text("about_use"))
        gr.Markdown(text("about_prohibited"))
        with gr.Accordion(text("about_use_full"), open=False):
            gr.Markdown(load_prompt("responsible_use").render())
        gr.Markdown(text("about_models"))
        for name in _MODELS:
            with gr.Accordion(found[name].splitlines()[0].lstrip("# "), open=False):
                gr.Markdown("\n".join(found[name].splitlines()[1:]))
        gr.Markdown(text("about_datasets"))
        datasets = [name for name in found if name not in _MODELS]
        choice = gr.Dropdown(datasets, value=datasets[0], label=text("about_card_label"), elem_id="card")
        card = gr.Markdown(found[datasets[0]], container=True)
        choice.change(found.__getitem__, choice, card, queue=False, show_progress="hidden", api_visibility="private")
        gr.Markdown(text("about_licences"))
        gr.Markdown(text("about_versions"))
        versions = " · ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
        gr.Markdown(f"cot-engine {__version__} · {versions}")
