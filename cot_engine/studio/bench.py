"""The bench: perception on held-out studio clips, every estimator against the exact truth in one run."""

import importlib.metadata
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cot_engine.action_units.series import Timeline
from cot_engine.evaluation.au_metrics import Pool, Resample
from cot_engine.evaluation.au_report import describe, interval_data, per_au
from cot_engine.evaluation.au_tally import Estimate, Tally, Truth, tally
from cot_engine.evaluation.bootstrap import DRAWS, interval
from cot_engine.evaluation.event_match import family
from cot_engine.facs import ACTION_UNITS
from cot_engine.figures.chart import row_order
from cot_engine.studio.bench_figure import bench_figure
from cot_engine.studio.bench_text import markdown
from cot_engine.studio.estimators import ESTIMATORS, read_clip
from cot_engine.studio.held_out import GROUPINGS, held_out
from cot_engine.studio.readings import Reader, fingerprint, read_all
from cot_engine.studio.thresholds import judge

SCHEMA = "cot-engine/studio-bench/1"

# Called with how many clips are done, and of how many.
Progress = Callable[[int, int], None]
# What every estimator says of one clip; None when no face was found.
Readings = Mapping[str, dict[str, Estimate] | None]

_PACKAGES = ("cot-engine", "mediapipe", "numpy", "scipy")
_NO_FACE = Estimate(Timeline(np.empty(0), {}), (), np.empty(0))


def bench(
    root: Path, *, workers: int = 2, out: Path, progress: Progress | None = None, seed: int = 0, read: Reader = read_clip
) -> dict[str, Any]:
    """Measures the held-out clips of a studio set and writes bench.json, bench.md, bench.png and bench.svg.

    Readings are kept in ``out``/readings, so that a run that was cut off goes on and a second one only scores.

    Args:
        root: folder that ``studio render`` wrote.
        workers: processes that run perception.
        seed: of the bootstrap.
        read: runs perception on one clip.

    Raises:
        Refusal: ``bad_corpus`` as ``held_out`` raises it; what perception refuses in a clip, ``no_face`` excepted.
    """
    clips = held_out(root)
    readings: dict[Path, dict[str, Estimate] | None] = {}
    wanted = {clip.path: clip.sha256 for clip in clips}
    for path, estimates in read_all(wanted, out / "readings", workers=workers, read=read):
        readings[path] = estimates
        if progress:
            progress(len(readings), len(clips))
    document = score([clip.truth for clip in clips], {clip.truth.clip: readings[clip.path] for clip in clips}, seed=seed)
    write(document, out)
    return document


def score(truths: Sequence[Truth], readings: Readings, *, seed: int = 0) -> dict[str, Any]:
    """The whole document from truth and readings (clip name -> estimator -> estimate); no clip is opened."""
    names = next((list(said) for said in readings.values() if said), list(ESTIMATORS))
    aus = {family(au) for truth in truths for au in truth.timeline.intensity}
    face = tuple(sorted((au for au in aus if not _beside(au)), key=row_order))
    beside = tuple(sorted((au for au in aus if _beside(au)), key=row_order))
    pools = {name: _pool(truths, readings, name, face, seed) for name in names}
    estimators = {name: describe(pool, GROUPINGS) for name, pool in pools.items()}
    return {
        "schema": SCHEMA,
        "seed": seed,
        "draws": DRAWS,
        "clips": len(truths),
        "subjects": len({truth.subject for truth in truths}),
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "perception": fingerprint(),
        "checks": [asdict(check) for check in judge(estimators[names[0]])],
        "estimators": estimators,
        "gaze_and_head": {name: per_au(_pool(truths, readings, name, beside, seed)) for name in names},
        "difference": _difference(*list(pools.values())[:2]) if len(pools) > 1 else None,
    }


def write(document: dict[str, Any], out: Path) -> None:
    """bench.json, bench.md, bench.png and bench.svg in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    (out / "bench.md").write_text(markdown(document), encoding="utf-8")
    figure = bench_figure(document)
    figure.savefig(out / "bench.png", dpi=160)
    figure.savefig(out / "bench.svg", metadata={"Date": None})


def _beside(au: str) -> bool:
    """Gaze and head movements are no facial muscles; they are listed and take no part in the means."""
    return ACTION_UNITS[au].region in ("gaze", "head")


def _pool(truths: Sequence[Truth], readings: Readings, name: str, aus: tuple[str, ...], seed: int) -> Pool:
    tallies: list[Tally] = [tally(truth, (readings[truth.clip] or {}).get(name, _NO_FACE), aus) for truth in truths]
    return Pool(tuple(tallies), aus, Resample.of(tallies, seed))


def _difference(first: Pool, second: Pool) -> dict[str, Any]:
    """Macro F1 of the first minus the second; both are drawn with the same people."""
    over = first.shown
    value = first.macro_f1().value - second.macro_f1(over).value
    return interval_data(interval(value, first.macro_draws(over) - second.macro_draws(over), int(over.sum())))
