"""The files a reader can take away: the report as JSON and as a page, and the action units frame by frame."""

import csv
import math
from pathlib import Path

from cot_engine.analysis import Analysis
from cot_engine.figures import write_html
from cot_engine.moments import gather_pictures
from cot_engine.report import Report

_UNMEASURED = (math.nan, math.nan)


def write_downloads(analysis: Analysis, folder: Path) -> tuple[Path, Path, Path]:
    """Writes ``report.json``, ``report.html`` and ``action_units.csv`` into ``folder``; their names come from nowhere else."""
    as_json, page, table = (folder / name for name in ("report.json", "report.html", "action_units.csv"))
    as_json.write_text(public_report(analysis).to_json(), encoding="utf-8")
    write_html(analysis.report, gather_pictures(analysis), page)
    write_table(analysis, table)
    return as_json, page, table


def public_report(analysis: Analysis) -> Report:
    """The report without the folders above the clip: where an upload lies on the server is nobody's business."""
    clip = analysis.report.clip
    return analysis.report.model_copy(update={"clip": clip.model_copy(update={"path": Path(clip.path).name})})


def write_table(analysis: Analysis, path: Path) -> None:
    """One row a person and frame: intensities 0-5 of every measured AU, left and right; empty where not measured.

    Holds numbers and AU codes alone, nothing that a spreadsheet could take for a formula.
    """
    people = analysis.perception.people[: len(analysis.report.people)]
    aus = sorted({au for person in people for au in person.timeline.intensity}, key=lambda au: int(au[2:]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "time_s", *(f"{au}_{side}" for au in aus for side in ("left", "right"))])
        for number, person in enumerate(people, 1):
            for row, time_s in enumerate(person.timeline.times_s):
                both = [person.timeline.intensity[au][row] if au in person.timeline.intensity else _UNMEASURED for au in aus]
                cells = ["" if math.isnan(value) else f"{value:.3f}" for sides in both for value in sides]
                writer.writerow([number, f"{time_s:.3f}", *cells])
