"""The colours of every figure and page, by role, on light and on dark paper.

A chart is drawn with the light colours; on the page each of them becomes the CSS variable of its role, so one SVG serves both
schemes. That works because no two roles share a light colour.
"""

from cot_engine.facs import Region
from cot_engine.report import Verdict

_LIGHT_REGIONS = {
    "brow": "#4a569c",
    "eye": "#2573a8",
    "gaze": "#2c7582",
    "cheek": "#96538b",
    "nose": "#856520",
    "mouth": "#ab5138",
    "chin": "#7a5a48",
    "jaw": "#93601f",
    "neck": "#5d6d35",
    "head": "#5f6876",
}
_DARK_REGIONS = {
    "brow": "#98a3ea",
    "eye": "#6fb6e6",
    "gaze": "#79cbd6",
    "cheek": "#d694ca",
    "nose": "#d3b269",
    "mouth": "#ea9478",
    "chin": "#c7a28d",
    "jaw": "#e0aa68",
    "neck": "#aabb7c",
    "head": "#a9b2c0",
}

LIGHT: dict[str, str] = {
    "paper": "#fdfdfb",
    "panel": "#f4f4ef",
    "ink": "#1c1e22",
    "muted": "#5a5f68",
    "rule": "#d8d9d3",
    "shade": "#e7e8e1",
    "hatch": "#a5a89f",
    "accent": "#2f4b6e",
    "supported": "#1d6b47",
    "supported-tint": "#e2f1e7",
    "contradicted": "#ad231c",
    "contradicted-tint": "#fbe2df",
    "unverifiable": "#815300",
    "unverifiable-tint": "#f8edd3",
    **_LIGHT_REGIONS,
}

DARK: dict[str, str] = {
    "paper": "#16181b",
    "panel": "#1f2226",
    "ink": "#e8e8e3",
    "muted": "#a6abb3",
    "rule": "#3a3e44",
    "shade": "#2a2e33",
    "hatch": "#6a6f76",
    "accent": "#a9c4e6",
    "supported": "#82d3a8",
    "supported-tint": "#17362a",
    "contradicted": "#ffa097",
    "contradicted-tint": "#4a211e",
    "unverifiable": "#e8c170",
    "unverifiable-tint": "#3b2f15",
    **_DARK_REGIONS,
}

# From the top of the face down: the order of rows in every chart.
REGIONS: tuple[Region, ...] = ("brow", "eye", "gaze", "cheek", "nose", "mouth", "chin", "jaw", "neck", "head")

# Worst first: where several verdicts meet on one word, the first of these is shown.
VERDICTS: tuple[Verdict, ...] = ("contradicted", "unverifiable", "supported")


def css_variables(colours: dict[str, str]) -> str:
    """``--role:#rrggbb;`` for every role."""
    return "".join(f"--{role}:{colour};" for role, colour in colours.items())
