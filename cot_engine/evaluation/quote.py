"""Figures of a report, written into a text by a script and not by hand: ``python -m cot_engine.evaluation.quote DIR FILE...``.

A text that takes them holds two comment lines; what stands between them is replaced:

    <!-- evaluation: begin -->
    <!-- evaluation: end -->
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cot_engine.evaluation.report_text import with_interval

BEGIN, END = "<!-- evaluation: begin -->", "<!-- evaluation: end -->"

# The figures quoted, by section, in this order; those that a report lacks are left out.
_QUOTED: tuple[tuple[str, str], ...] = (
    ("Labels", "WAR (accuracy)"),
    ("Labels", "UAR (mean recall)"),
    ("Labels", "macro-F1 (UF1)"),
    ("Labels", "share answered 'not sure'"),
    ("Labels", "WAR (accuracy) of always answering the commonest label"),
    ("What is said of the face", "AU-CHAIR_i, measured"),
    ("What is said of the face", "AU-CHAIR_i, played"),
    ("What is said of the face", "coverage, measured"),
    ("What is said of the face", "coverage, played"),
    ("Interventions", "flips, another clip's face"),
    ("Interventions", "attack success, text burnt in"),
    ("Interventions", "occlusion J"),
    ("Confidence", "ECE"),
    ("Confidence", "ECE of a calibrated model"),
    ("Confidence", "E-AURC"),
    ("Confidence", "accuracy at 80 % coverage"),
)


def quote(report: Mapping[str, Any]) -> str:
    """A table of the main figures, one column a model, with what it was measured on."""
    models = report["models"]
    about = ", ".join(
        f"{name} {value}" for name, value in report["about"].items() if name in ("corpus", "predictions", "clips")
    )
    lines = [
        f"Measured {report['date']} ({about}); brackets are 95 % bootstrap intervals over people.",
        "",
        f"| | {' | '.join(models)} |",
        f"|---|{'---|' * len(models)}",
    ]
    for section, name in _QUOTED:
        cells = [_cell(model, section, name) for model in models.values()]
        if any(cells):
            lines.append(f"| {name} | {' | '.join(cell or '–' for cell in cells)} |")
    return "\n".join(lines)


def rewrite(text: str, quoted: str) -> str:
    """``text`` with ``quoted`` between its markers.

    Raises:
        ValueError: the text does not hold each marker once, in order.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the text must hold {BEGIN} and {END} once each, in this order")
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n{quoted}\n{END}{rest.split(END)[1]}"


def _cell(model: Mapping[str, Any], section: str, name: str) -> str:
    for part in model["sections"]:
        for figure in part["figures"]:
            if part["title"] == section and figure["name"] == name and figure["value"] is not None:
                return with_interval(figure)
    return ""


def main(arguments: Sequence[str]) -> None:
    """Writes the figures of the report in the first argument's folder into the files named by the others."""
    folder, *files = map(Path, arguments)
    quoted = quote(json.loads((folder / "report.json").read_text(encoding="utf-8")))
    for file in files:
        file.write_text(rewrite(file.read_text(encoding="utf-8"), quoted), encoding="utf-8")
    if not files:
        print(quoted)


if __name__ == "__main__":
    main(sys.argv[1:])
