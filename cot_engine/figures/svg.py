"""A figure as inline SVG: real text, colours that follow the page's scheme, no reference to anything outside it."""

import io
import re
import threading
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from cot_engine.figures.palette import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# matplotlib takes these two settings from a table that the whole process shares.
_SETTINGS = threading.Lock()
_ROLES = {colour: f"var(--{role})" for role, colour in LIGHT.items()}
_COLOUR = re.compile("|".join(_ROLES))
_LONG_DECIMALS = re.compile(r"(\.\d{2})\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
# Text takes the page's own typeface.
_TYPEFACE = re.compile(r"font-family:[^;]*;?\s*")


def inline_svg(figure: "Figure", prefix: str, alt: str) -> str:
    """The figure as an ``<svg>`` element.

    Args:
        prefix: put before every id, so that several figures can share a page.
        alt: what the figure shows, in words.
    """
    import matplotlib

    buffer = io.StringIO()
    with _SETTINGS, matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "cot-engine"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    root = ElementTree.fromstring(buffer.getvalue())  # noqa: S314 - written by matplotlib a line above
    for element in root.iter():
        for child in list(element):
            # The metadata names outside addresses; the style sheet would reach the whole page, which brings its own.
            if child.tag.endswith(("}metadata", "}style")):
                element.remove(child)
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {name.rpartition("}")[2]: _value(name, value, prefix) for name, value in element.attrib.items()}
        element.text, element.tail = ((part if part and part.strip() else None) for part in (element.text, element.tail))
    # Shapes take their size from the view box and the width of the page.
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib.update({"class": "chart", "role": "img", "aria-label": alt})
    return ElementTree.tostring(root, encoding="unicode")


def _value(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name.endswith("href"):
        return f"#{prefix}{value.removeprefix('#')}"
    if name in ("d", "x", "y", "width", "height"):
        return _LONG_DECIMALS.sub(r"\1", " ".join(value.split()))
    value = _TYPEFACE.sub("", _REFERENCE.sub(rf"url(#{prefix}\1)", value))
    return _COLOUR.sub(lambda match: _ROLES[match[0]], value)
