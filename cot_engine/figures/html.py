"""What every page shares: the style, the escaping, and a write that leaves the old file or the new."""

import os
import secrets
from pathlib import Path
from typing import Any

from cot_engine.figures import words
from cot_engine.figures.palette import DARK, LIGHT, css_variables


def render_page(template: str, package: str = "cot_engine.figures", **values: Any) -> str:
    """The template ``<package>/<template>`` as text; ``style.css.j2`` and other files of ``figures`` can be included.

    Every value is escaped; colours and responsible use are given to every page.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    from cot_engine.prompts import load_prompt

    # finalize sees every value that enters the page, so none can be forgotten.
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader("cot_engine.figures", ".")]),
        autoescape=True,
        finalize=words.visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(
        responsible_use=load_prompt("responsible_use").render().split("\n\n"),
        light=css_variables(LIGHT),
        dark=css_variables(DARK),
        words=words,
        **values,
    )


def write_page(path: Path, text: str) -> None:
    """Atomically: a reader finds the old file or the new one, never half of one.

    Raises:
        OSError: the file cannot be written.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
