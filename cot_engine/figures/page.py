"""A report as one HTML file: no network, no script, every word of the report escaped.

The file shows faces, which are personal data: keep and share it as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.series import Timeline
from cot_engine.facs import ACTION_UNITS
from cot_engine.figures import words
from cot_engine.figures.highlight import Part, highlight, placed
from cot_engine.figures.html import render_page, write_page
from cot_engine.figures.palette import VERDICTS
from cot_engine.figures.svg import inline_svg
from cot_engine.figures.thumbnails import Box, Thumbnail, face_thumbnail, frame_thumbnail
from cot_engine.figures.timeline import is_still, legend, timeline_figure
from cot_engine.report import Person, Report


@dataclass(frozen=True)
class Moment:
    """One frame worth showing.

    Attributes:
        caption: what it shows, e.g. ``"AU12 apex"``.
        rgb: (H, W, 3) uint8, the whole frame.
        box: x0, y0, x1, y1 of the face in pixels of ``rgb``.
        event: index of the person's event it shows, or None.
    """

    time_s: float
    caption: str
    rgb: NDArray[np.uint8]
    box: Box
    event: int | None = None


@dataclass(frozen=True)
class Pictures:
    """What a report needs of one person to draw them, beyond what it says in words."""

    timeline: Timeline | None
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True)
class _View:
    """One person as the template reads them."""

    number: int
    person: Person
    still: bool
    headline: str
    detail: str
    frame: Thumbnail | None
    thumbnails: tuple[tuple[Moment, Thumbnail], ...]
    charts: tuple[tuple[str, str], ...]
    legend: str
    parts: tuple[Part, ...]
    unplaced: frozenset[int]
    counts: dict[str, int]


def write_html(report: Report, pictures: Mapping[int, Pictures], path: Path) -> None:
    """Writes the report as one self-contained page.

    Args:
        pictures: by ``Person.track``; a person without an entry is shown without thumbnails, and with the events alone in
            the chart.
        path: the file; it is either the whole new page or what it was before.

    Raises:
        OSError: the file cannot be written.
        ValueError: a moment's frame or box is malformed.
    """
    write_page(path, render_html(report, pictures))


def render_html(report: Report, pictures: Mapping[int, Pictures]) -> str:
    """The page of :func:`write_html` as text."""
    people = sorted(report.people, key=lambda person: (not person.main, person.track))
    views = [_view(n, person, pictures.get(person.track, Pictures(None)), report) for n, person in enumerate(people, 1)]
    return render_page(
        "report.html.j2",
        out_of_reach=_out_of_reach(report),
        report=report,
        # The folders above a clip are nobody's business.
        clip_name=Path(report.clip.path).name,
        views=views,
        verdicts=VERDICTS,
    )


def _view(number: int, person: Person, pictures: Pictures, report: Report) -> _View:
    from markupsafe import Markup

    duration_s = report.clip.duration_s
    still = is_still(pictures.timeline, duration_s)
    alt = words.chart_alt(person, still=still, duration_s=duration_s)
    charts = []
    for name, narrow in (("wide", False), ("narrow", True)):
        figure = timeline_figure(person, pictures.timeline, duration_s, narrow=narrow)
        charts.append((name, Markup(inline_svg(figure, f"p{number}-{name}-", alt))))  # noqa: S704 - written by inline_svg
    headline, detail = _headline(person)
    first = pictures.moments[0] if pictures.moments else None
    return _View(
        number=number,
        person=person,
        still=still,
        headline=headline,
        detail=detail,
        frame=frame_thumbnail(first.rgb, first.box) if first else None,
        thumbnails=tuple((moment, face_thumbnail(moment.rgb, moment.box)) for moment in pictures.moments),
        charts=tuple(charts),
        legend=legend(person, pictures.timeline, duration_s),
        parts=tuple(highlight(person.trace, person.claims)) if person.trace else (),
        unplaced=frozenset(i for i, c in enumerate(person.claims) if not (person.trace and placed(c, person.trace.text))),
        counts={verdict: sum(claim.verdict == verdict for claim in person.claims) for verdict in VERDICTS},
    )


def _headline(person: Person) -> tuple[str, str]:
    """What this comes to, and what to make of it."""
    label = person.label
    if label is None:
        return words.movement_summary(person.events), "A description of movements; no expression is named."
    if label.abstained or label.name is None:
        if not label.probabilities:
            return "not sure", "Too little could be seen to weigh one expression against another."
        best, probability = max(label.probabilities.items(), key=lambda item: item[1])
        return "not sure", (
            f"The likeliest label, {best}, reached {words.percent(probability)}; "
            f"at least {words.percent(label.threshold)} is asked for before one is given."
        )
    return label.name, f"{words.likelihood(label.probability)} ({words.percent(label.probability)})"


def _out_of_reach(report: Report) -> str:
    """The facial AUs that the source measures for nobody in the report."""
    measured = {au for person in report.people for au in person.reach}
    facial = [code for code, unit in ACTION_UNITS.items() if unit.region not in ("head", "gaze", "neck")]
    return ", ".join(au for au in facial if au not in measured)
