"""What the estimator's outputs mean, measured on films of people it has not learned from, read as the product reads them.

Stills are drawn with more movement than films have, and beside faces that are known to be at rest: limits set on stills are too
high for films.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.learned import CARD, Estimator
from cot_engine.evaluation.au_tally import Estimate, Truth, levels
from cot_engine.evaluation.presence import count, f1, present
from cot_engine.studio.estimators import OURS, RAW, read_clip
from cot_engine.studio.held_out import clips_of
from cot_engine.studio.readings import read_all
from cot_engine.studio.scenes import AUS, GAZE

Values = NDArray[np.float64]

# Outputs among which the one that tells grade B best is looked for, and in how many random choices of the clips.
_LIMITS, _DRAWS = np.arange(0.2, 3.0, 0.05), 200
# An event is believed from where this share of readings is true; a trace is a true reading; so few readings prove nothing.
_PRECISE, _THERE, _ENOUGH = 0.7, 0.4, 30
NEVER = 5.1
# Outputs taken as they are, as long as nothing else is known.
PLAIN = {"knots": [(0.0, 0.0), (5.0, 5.0)], "trust": 1.0, "floor": 1.0, "learned": True}


def calibrate(root: Path, out: Path, *, workers: int, say: Callable[[str], None], progress: Callable[[int, int], None]) -> None:
    """Reads the training films in ``root`` with the networks in ``out`` and writes calibration.json beside them.

    Raises:
        Refusal: as ``clips_of`` and ``perceive``.
    """
    clips = {clip.path: clip for clip in clips_of(root, "train")}
    write_card(out, dict.fromkeys(AUS, PLAIN))
    rows = []
    with TemporaryDirectory() as keep:
        hashes = {path: clip.sha256 for path, clip in clips.items()}
        reader = partial(read_with, folder=out)
        for done, (path, estimates) in enumerate(read_all(hashes, Path(keep), workers=workers, read=reader), start=1):
            if estimates:
                rows.append((clips[path].truth, estimates))
            progress(done, len(clips))
    write_card(out, calibration(rows, say))


def read_with(path: Path, folder: Path) -> dict[str, Estimate] | None:
    """``read_clip`` with the networks in ``folder``."""
    return read_clip(path, Estimator(folder))


def calibration(clips: list[tuple[Truth, dict[str, Estimate]]], say: Callable[[str], None]) -> dict[str, dict[str, object]]:
    """AU -> how its outputs are to be taken, from the truth of clips and what was read in them before any calibration."""
    ours = [levels(truth, estimates[OURS], AUS) for truth, estimates in clips]
    raw = [levels(truth, estimates[RAW], AUS) for truth, estimates in clips]
    rows: dict[str, dict[str, object]] = {}
    for i, au in enumerate(AUS):
        read = [(pairs[i].said[known], pairs[i].true[known]) for pairs in ours for known in [np.isfinite(pairs[i].said)]]
        said, true = (np.concatenate(values) for values in zip(*read, strict=True))
        theirs = _f1(np.concatenate([pairs[i].said for pairs in raw]), np.concatenate([pairs[i].true for pairs in raw]))
        knots = line(read)
        meant = np.interp(said, *np.array(knots).T)
        score, floor = _f1(meant, true), believable(meant, true)
        # Nothing rises above 5: without a floor the curve is shown, and no event is made of it.
        rows[au] = {"knots": knots, "trust": round(score, 2), "floor": floor or NEVER, "learned": score > theirs}
        say(f"{au}: F1 {score:.2f}, blendshapes {theirs:.2f}, events from {floor}")
    return rows


def line(clips: Sequence[tuple[Values, Values]]) -> list[tuple[float, float]]:
    """Knots that map outputs to intensities, from what was said and true in each clip: the output that tells grade B from less
    best (by F1) becomes 1.0; above it runs the line through that point that fits strong movements (least squares)."""
    said, true = (np.concatenate(values) for values in zip(*clips, strict=True))
    limit = _limit(clips)
    strong = present(true) & (said > limit)
    slope = 1.0
    if strong.sum() >= _ENOUGH:
        over, above = said[strong] - limit, true[strong] - 1.0
        slope = float(np.clip((over * above).sum() / (over**2).sum(), 0.5, 4.0))
    return [(0.0, 0.0), (round(limit, 3), 1.0), (round(limit + 4.0 / slope, 3), 5.0)]


def _limit(clips: Sequence[tuple[Values, Values]]) -> float:
    """The best output by F1, averaged over random choices of the clips: the best of all clips together hangs on a few of them.

    Set on two thirds of the films' people, such limits reach a macro F1 of 0.507 on the others, those of all together 0.493.
    """
    found = [(said[:, None] > _LIMITS, present(true)[:, None]) for said, true in clips]
    over = np.array([above.sum(axis=0) for above, _ in found])
    right = np.array([(above & true).sum(axis=0) for above, true in found])
    there = np.array([true.sum() for _, true in found])
    drawn = np.random.default_rng(0).integers(len(clips), size=(_DRAWS, len(clips)))
    drawn = drawn[there[drawn].sum(axis=1) > 0]
    scores = 2 * right[drawn].sum(axis=1) / (over[drawn].sum(axis=1) + there[drawn].sum(axis=1)[:, None])
    return float(_LIMITS[scores.argmax(axis=1)].mean()) if len(drawn) else 1.0


def believable(said: Values, true: Values) -> float | None:
    """The intensity from which a reading is right often enough: the least at which 70 % of all readings above it are of a
    movement that is there at all (a trace or more). None when there is no such intensity, or hardly a reading above it."""
    there = true > _THERE
    for floor in np.arange(1.0, 4.01, 0.1):
        above = said >= floor
        if above.sum() < _ENOUGH:
            return None
        if there[above].mean() >= _PRECISE:
            return round(float(floor), 1)
    return None


def _f1(said: Values, true: Values) -> float:
    return float(np.nan_to_num(f1(count(present(true), present(said)))))


def write_card(out: Path, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Writes calibration.json into ``out``."""
    document = {"aus": AUS, "gaze": GAZE, "calibration": rows}
    (out / CARD).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
