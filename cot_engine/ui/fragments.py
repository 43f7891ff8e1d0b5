"""Pieces of HTML that the page shows. Everything that enters them is escaped: a model's words are text, whatever they hold."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from cot_engine.errors import Refusal
from cot_engine.figures import words
from cot_engine.ui.texts import Words

if TYPE_CHECKING:
    import gradio as gr
    from jinja2 import Environment

PICK = """
element.addEventListener("click", (event) => {
  const picked = event.target.closest("[data-pick]");
  if (!picked) return;
  element.querySelectorAll("[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  picked.setAttribute("aria-current", "true");
  trigger("select", { pick: picked.dataset.pick });
});
"""
"""``js_on_load`` of a ``gr.HTML`` whose ``data-pick`` elements can be chosen: no part of Gradio tells which was clicked."""

ANALYSE_STAGES = ("opening", "faces", "units", "explaining")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # finalize sees every value that enters the page: control characters are written out, and autoescape does the rest.
    environment = Environment(
        loader=PackageLoader("cot_engine.ui", "."),
        autoescape=True,
        finalize=words.visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    return environment


def fragment(name: str, *values: Any, template: str = "fragments.html.j2") -> str:
    """The macro ``name`` of ``template`` with ``values``."""
    return str(getattr(_environment().get_template(template).module, name)(*values)).strip()


def own_html(elem_id: str, value: str = "", **settings: Any) -> Any:
    """A ``gr.HTML`` for these pieces, in our style alone. Its ``html_template`` may name values as ``${value}`` only: what
    Handlebars fills in would be read as a program."""
    import gradio as gr

    return gr.HTML(value, elem_id=elem_id, elem_classes="ce-own", apply_default_css=False, **settings)


def picked_of(picked: "gr.EventData") -> tuple[str, int]:
    """``"claim:3"``, as ``PICK`` sends it -> kind and index; index -1 for anything else that a client may send."""
    kind, _, index = str(getattr(picked, "pick", "")).partition(":")
    return kind, int(index) if index.isdecimal() and len(index) < 6 else -1


def empty(say: Words, prefix: str, steps: int) -> str:
    """What a tab shows before anything was asked of it: texts ``<prefix>_lead`` and ``<prefix>_1``, ``_2``, ..."""
    return fragment("empty", say, prefix, steps)


def stages(say: Words, current: str, done: int, total: int | None, names: Sequence[str] = ANALYSE_STAGES) -> str:
    """Where the work is: the stages by name (texts ``stage_<name>``), and a bar for the current one."""
    return fragment("stages", say, tuple(names), current, done, total)


def remark(words: str) -> str:
    """One quiet line."""
    return fragment("remark", words)


def notice(title: str) -> str:
    """A message that is no error."""
    return fragment("panel", "notice", title, "", "", "")


def problem(say: Words, refusal: Refusal, title: str = "refused_title") -> str:
    """A refusal in full: what is wrong, what to do, and its code."""
    return fragment("panel", "error", say(title), refusal.message, refusal.hint, refusal.code)


def fault(say: Words, message: str) -> str:
    """An error that is not the input's: our own fault, or a queue that is full."""
    return fragment("panel", "error", say("fault_title"), message, "", "")
