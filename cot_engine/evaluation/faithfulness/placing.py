"""Where and when: side and time errors of what is asserted and was there.

A mention is matched to the event of its action unit that lies closest to the times it states. All figures are conditional on
such matches: read them with coverage.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cot_engine.claims import find_mentions
from cot_engine.evaluation.faithfulness.ratio import ratio
from cot_engine.evaluation.faithfulness.said import SOURCES, Source, explanation, reference
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence import Event, Evidence
from cot_engine.facs import ACTION_UNITS
from cot_engine.figures.words import percent
from cot_engine.judging import Judge
from cot_engine.language.mention import Mention

# From here on an error of side is told as a fault. A first guess.
WRONG = 0.1
_BOUNDARIES = ("onset", "apex", "offset")


@dataclass(frozen=True)
class Placed:
    """One asserted mention and the event it was matched to.

    Attributes:
        side_wrong: None where no side is stated, or none was measured; ``swapped``: left said for right, or right for left.
        errors_s: stated minus true seconds of each stated boundary, by name; those that were out of view are not counted.
    """

    au: str
    side_wrong: bool | None
    swapped: bool
    errors_s: tuple[tuple[str, float], ...]


def placed(text: str, against: Evidence) -> list[Placed]:
    """The asserted mentions of ``text`` whose action unit has an event, each with its errors."""
    judge = Judge(against)
    found = []
    for mention in find_mentions(explanation(text)):
        if mention.topic != "movement" or mention.stance != "asserted":
            continue
        for au in judge.meant(mention):
            events = [event for event in against.events if event.au == au]
            if events:
                found.append(min((_place(mention, event, against) for event in events), key=_distance))
    return found


def section(predictions: Sequence[Prediction]) -> Section:
    """Side errors in shares, time errors in milliseconds."""
    figures: list[Figure] = []
    for source in SOURCES:
        known = [(p, against) for p in predictions if (against := reference(p, source)) is not None]
        figures += _figures([p for p, _ in known], [placed(p.text, against) for p, against in known], source)
    return Section(title="Where and when", figures=tuple(figures), sentences=tuple(_verdicts(figures)))


def _place(mention: Mention, event: Event, against: Evidence) -> Placed:
    wrong = swapped = None
    if (mention.side or mention.one_sided) and event.side_measured and ACTION_UNITS[event.au].sided:
        one = mention.side in ("left", "right")
        swapped = one and event.side != "both" and event.side != mention.side
        wrong = swapped or (event.side == "both" and mention.one_sided) or (event.side != "both" and mention.side == "both")
    return Placed(event.au, wrong, bool(swapped), () if against.still else tuple(_errors(mention, event, against.duration_s)))


def _errors(mention: Mention, event: Event, duration_s: float) -> list[tuple[str, float]]:
    """Stated minus true seconds: of a boundary, or of both borders of a stretch; a stated range is as far off as its nearest
    end, and right inside."""
    true = {"onset": event.onset_s, "apex": event.apex_s, "offset": event.offset_s}
    seen = {"onset": event.onset_seen, "apex": True, "offset": event.offset_seen}
    found: list[tuple[str, float]] = []
    for timing in mention.times:
        start, end = timing.start.at(duration_s), timing.end.at(duration_s)
        if timing.kind in _BOUNDARIES:
            stated = [(timing.kind, start, end)]
        elif timing.kind == "span":
            stated = [("onset", start, start), ("offset", end, end)]
        else:
            continue
        found += [(k, min(max(true[k], low), high) - true[k]) for k, low, high in stated if seen[k]]
    return found


def _distance(one: Placed) -> tuple[float, bool]:
    errors = [abs(error) for _, error in one.errors_s]
    return (sum(errors) / len(errors) if errors else 0.0, bool(one.side_wrong))


def _figures(clips: Sequence[Prediction], found: Sequence[Sequence[Placed]], source: Source) -> list[Figure]:
    sided = [[one for one in placed if one.side_wrong is not None] for placed in found]
    many = [len(placed) for placed in sided]
    figures = [
        ratio(
            f"side error, {source}",
            clips,
            [sum(bool(one.side_wrong) for one in placed) for placed in sided],
            many,
            "of matched mentions that state a side",
        ),
        ratio(
            f"left and right swapped, {source}",
            clips,
            [sum(o.swapped for o in placed) for placed in sided],
            many,
            "of the same",
        ),
    ]
    for kind in _BOUNDARIES:
        errors = [[abs(error) for one in placed for name, error in one.errors_s if name == kind] for placed in found]
        figures.append(
            ratio(
                f"{kind} error ms, {source}",
                clips,
                [1000 * sum(e) for e in errors],
                [len(e) for e in errors],
                "mean of the absolute errors of stated times",
            )
        )
    return figures


def _verdicts(figures: Sequence[Figure]) -> list[str]:
    by_name = {figure.name: figure for figure in figures}
    found = []
    for source in SOURCES:
        side, onset = by_name[f"side error, {source}"], by_name[f"onset error ms, {source}"]
        if side.value is not None and side.value >= WRONG:
            found.append(f"It is wrong about the side in {percent(side.value)} of {side.n} mentions that state one ({source}).")
        if onset.value is not None:
            found.append(f"Stated onsets are {onset.value:.0f} ms from the {source} ones on average ({onset.n} onsets).")
    return found
