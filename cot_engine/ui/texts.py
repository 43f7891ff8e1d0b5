"""What the page says in English and Chinese: ``texts.yaml``, one key a line, for Gradio's own translation and for our HTML.

Labels of Gradio's components are translated in the browser (``text``). HTML that is made on the server speaks the language
that the browser asks for (``words_of``); both therefore agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import gradio as gr

LANGUAGES = ("en", "zh")


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    import yaml

    loaded: dict[str, dict[str, str]] = yaml.safe_load(resources.files(__package__).joinpath("texts.yaml").read_text("utf-8"))
    return loaded


@cache
def translations() -> gr.I18n:
    """All texts as Gradio takes them at launch."""
    by_language = {language: {key: said[language] for key, said in _texts().items()} for language in LANGUAGES}
    # Browsers name the written form of Chinese; Gradio looks for the name they give.
    return gr.I18n(**by_language, **{"zh-CN": by_language["zh"]})


def text(key: str) -> Any:
    """The text ``key`` for a label, a title or a whole value of a Gradio component. KeyError for an unknown key."""
    _texts()[key]
    return translations()(key)


@dataclass(frozen=True)
class Words:
    """One language for HTML made on the server: ``say("stage_faces")``, with values for what stands in braces."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        return _texts()[key][self.language].format(**values)


def words_of(request: gr.Request | None) -> Words:
    """The language this browser asks for first: Chinese, or English for all others."""
    asked = request.headers.get("accept-language", "") if request is not None else ""
    return Words("zh" if asked.lstrip().lower().startswith("zh") else "en")
