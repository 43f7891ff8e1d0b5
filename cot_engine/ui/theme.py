"""How the page looks: the colours of the report on Gradio's components, and no font or script from another host."""

from importlib import resources

import gradio as gr

from cot_engine.figures.palette import DARK, LIGHT, css_variables

_SANS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Helvetica Neue",
    "Liberation Sans",
    "Noto Sans CJK SC",
    "sans-serif",
)
_MONO = ("ui-monospace", "Consolas", "Liberation Mono", "monospace")


def theme() -> gr.Theme:
    """Gradio's components in the report's colours, light and dark. Fonts are names of installed ones: nothing is fetched."""
    accents = gr.themes.Color(
        name="accent",
        c50="#eef2f7", c100="#dbe4ee", c200="#b9cade", c300="#a9c4e6", c400="#7f9cc0", c500="#4d6c93",
        c600="#2f4b6e", c700="#27405e", c800="#1f334b", c900="#182739", c950="#111c29",
    )  # fmt: skip
    return gr.themes.Base(primary_hue=accents, neutral_hue="stone", radius_size="sm", font=_SANS, font_mono=_MONO).set(
        body_background_fill=LIGHT["paper"],
        body_background_fill_dark=DARK["paper"],
        body_text_color=LIGHT["ink"],
        body_text_color_dark=DARK["ink"],
        body_text_color_subdued=LIGHT["muted"],
        body_text_color_subdued_dark=DARK["muted"],
        background_fill_primary=LIGHT["paper"],
        background_fill_primary_dark=DARK["paper"],
        background_fill_secondary=LIGHT["panel"],
        background_fill_secondary_dark=DARK["panel"],
        block_background_fill=LIGHT["paper"],
        block_background_fill_dark=DARK["panel"],
        block_label_text_color=LIGHT["muted"],
        block_label_text_color_dark=DARK["muted"],
        block_info_text_color=LIGHT["muted"],
        block_info_text_color_dark=DARK["muted"],
        block_title_text_color=LIGHT["ink"],
        block_title_text_color_dark=DARK["ink"],
        border_color_primary=LIGHT["rule"],
        border_color_primary_dark=DARK["rule"],
        button_primary_background_fill=LIGHT["accent"],
        button_primary_background_fill_hover="#27405e",
        button_primary_background_fill_dark=DARK["accent"],
        button_primary_background_fill_hover_dark="#c3d6ef",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark=DARK["paper"],
        link_text_color=LIGHT["accent"],
        link_text_color_dark=DARK["accent"],
    )


def head() -> str:
    """The style of our own HTML, for the page's head: Gradio would rewrite the selectors of its ``css``."""
    own = resources.files(__package__).joinpath("style.css").read_text("utf-8")
    return f"<style>:root{{{css_variables(LIGHT)}}}.dark{{{css_variables(DARK)}}}\n{own}</style>"
