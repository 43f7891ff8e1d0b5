"""The numbers of one estimator as plain data, ready for JSON: every value with its n, undefined values as null."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cot_engine.evaluation.au_groups import Group, Grouping, group
from cot_engine.evaluation.au_metrics import Moment, Pool, Share
from cot_engine.evaluation.au_tally import EventResult
from cot_engine.evaluation.bootstrap import Interval
from cot_engine.facs import ACTION_UNITS

Data = dict[str, Any]

_BORDERS = ("onset", "apex", "offset")


def describe(pool: Pool, groupings: Mapping[str, Sequence[str]]) -> Data:
    """Everything about one estimator on the clips of ``pool``.

    Args:
        groupings: what to break the numbers down by: key of ``Tally.groups`` -> its values in order.
    """
    return {
        **_headline(pool),
        "frames": {
            "all": sum(t.clip_frames for t in pool.tallies),
            "no_face": sum(t.clip_no_face for t in pool.tallies),
            "clips_without_a_face": sum(t.clip_no_face == t.clip_frames for t in pool.tallies),
        },
        "events": {
            **_events(pool.events()),
            "where_truth_is_hidden": sum(t.measured_hidden for t in pool.tallies),
            **{border: _moment(pool.moment(border)) for border in _BORDERS},
        },
        "per_au": per_au(pool),
        "groups": {
            name: _grouping(group(pool.tallies, pool.aus, pool.resample, name, order)) for name, order in groupings.items()
        },
    }


def per_au(pool: Pool) -> Data:
    """A row an AU."""
    f1s, (precisions, recalls), agreements = pool.f1_of_each(), pool.presence_of_each(), pool.agreement_of_each()
    total = pool.counts.sum(axis=0)
    rows: Data = {}
    for a, au in enumerate(pool.aus):
        scored, no_face, unmeasured, hidden = map(int, pool.frames[a])
        r, icc, mae = (value(values[a]) for values in agreements)
        rows[au] = {
            "name": ACTION_UNITS[au].name,
            "shown": bool(pool.shown[a]),
            "measured": unmeasured + no_face < scored,
            "f1": interval_data(f1s[a]),
            "precision": value(precisions[a]),
            "recall": value(recalls[a]),
            "pearson": r,
            "icc31": icc,
            "mae": mae,
            "frames": {
                "scored": scored,
                "present": int(total[a, 0] + total[a, 2]),
                "said": int(total[a, 0] + total[a, 1]),
                "compared": int(pool.sums.sum(axis=0)[a, 0]),
                "no_face": no_face,
                "unmeasured": unmeasured,
                "hidden": hidden,
            },
            "events": _events(pool.events(au)) | {border: _moment(pool.moment(border, au)) for border in _BORDERS},
        }
    return rows


def interval_data(i: Interval) -> Data:
    """An interval with null for what is not defined."""
    return {key: value(v) if isinstance(v, float) else v for key, v in asdict(i).items()}


def value(number: float) -> float | None:
    """A number for JSON, which knows no NaN."""
    return float(number) if math.isfinite(number) else None


def _headline(pool: Pool) -> Data:
    return {
        "clips": len(pool.tallies),
        "subjects": len({t.subject for t in pool.tallies}),
        "macro_f1": interval_data(pool.macro_f1()),
        "mean_pearson": interval_data(pool.mean_pearson()),
        "mean_icc31": interval_data(pool.mean_icc()),
        "left_right_confusion": _share(pool.swapped()),
        "both_or_one_confusion": _share(pool.sidedness()),
    }


def _grouping(g: Grouping) -> Data:
    return {
        "aus": list(g.aus),
        "spread": interval_data(g.spread) if g.spread else None,
        "values": {one.value: _group(one) for one in g.groups},
    }


def _group(g: Group) -> Data:
    # Not the headline's macro F1: groups are compared on the AUs that all of them show.
    return {**_headline(g.pool), "macro_f1": interval_data(g.macro_f1), "claimed": g.claimed} | {
        border: _moment(g.pool.moment(border)) for border in ("onset", "apex")
    }


def _events(results: Sequence[EventResult]) -> Data:
    true = [r for r in results if r.kind == "true"]
    found = sum(r.timing is not None for r in true)
    said = found + len(results) - len(true)
    return {
        "true": len(true),
        "found": found,
        "missed": len(true) - found,
        "invented": sum(r.kind == "invented" for r in results),
        "extra": sum(r.kind == "extra" for r in results),
        "recall": value(found / len(true) if true else math.nan),
        "precision": value(found / said if said else math.nan),
    }


def _moment(m: Moment) -> Data:
    return {"median_abs_ms": interval_data(m.median_abs), "p90_abs_ms": value(m.p90_abs), "mean_ms": value(m.bias)}


def _share(s: Share) -> Data:
    return {"wrong": s.wrong, "share": interval_data(s.share)}
