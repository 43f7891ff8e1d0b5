"""Action unit by action unit: did it move in both, do the curves run together, how much later, how strongly."""

from collections.abc import Iterable, Mapping

import numpy as np

from cot_engine.compare.align import Aligned
from cot_engine.compare.comparison import AUComparison, Lone, Match, Status
from cot_engine.compare.grid import Values, level
from cot_engine.compare.lag import find_lag
from cot_engine.evaluation.agreement import concordance, pearson, sums
from cot_engine.facs import ACTION_UNITS

# How far beyond the common lag the delay of a single action unit is looked for.
AU_LAG_S = 0.5
# A curve varies enough to be correlated when it covers one grade.
_ONE_GRADE = 1.0
# Less than this share of the frames of either clip is too little to say anything of an action unit.
_MIN_SHARE = 0.5


def compare_units(
    aligned: Aligned,
    trust: Mapping[str, float],
    reach: tuple[Iterable[str], Iterable[str]],
    matched: Iterable[Match],
    lost: Iterable[Lone],
    added: Iterable[Lone],
) -> tuple[AUComparison, ...]:
    """One row for every action unit that at least one of the two clips measures, by number.

    Args:
        trust: of every action unit that can be compared, the lower of the two.
        reach: what either clip measures (names by ``event_match.family``).
    """
    counts = {name: [x.au for x in found] for name, found in (("matched", matched), ("lost", lost), ("added", added))}
    of_a, of_b = (set(measured) for measured in reach)
    rows = []
    for au in sorted(of_a | of_b, key=lambda code: ACTION_UNITS[code].number):
        row = AUComparison(
            au=au,
            name=ACTION_UNITS[au].name,
            status="not_comparable",
            reason=f"not measured in {'A' if au not in of_a else 'B'}",
            trust=trust.get(au, 0.0),
            **{name: found.count(au) for name, found in counts.items()},
        )
        rows.append(_row(row, aligned) if au in trust else row)
    return tuple(rows)


def _row(row: AUComparison, aligned: Aligned) -> AUComparison:
    a, b = (level(t.intensity[row.au]) for t in (aligned.a, aligned.b))
    known_a, known_b = np.isfinite(a), np.isfinite(b)
    both = known_a & known_b
    seen = [np.any([np.isfinite(v).any(axis=1) for v in t.intensity.values()], axis=0) for t in (aligned.a, aligned.b)]
    shared = int((seen[0] & seen[1]).sum())
    if not both.any() or both.sum() < _MIN_SHARE * shared:
        hidden = [name for name, known in (("A", known_a), ("B", known_b)) if known[seen[0] & seen[1]].sum() < shared]
        reason = f"hidden or lost for most of the time in {' and '.join(hidden) or 'both'}"
        return row.model_copy(update={"status": "not_comparable", "reason": reason})
    status = _status(row)
    x, y = a[both], b[both]
    numbers: dict[str, object] = {"status": status, "peak_a": round(float(x.max()), 2), "peak_b": round(float(y.max()), 2)}
    numbers |= _curves(row.au, status, a, b, aligned)
    return row.model_copy(update=numbers)


def _status(row: AUComparison) -> Status:
    if row.matched or (row.lost and row.added):
        return "both"
    return "only_a" if row.lost else "only_b" if row.added else "neither"


def _curves(au: str, status: Status, a: Values, b: Values, aligned: Aligned) -> dict[str, object]:
    """PCC, CCC and lag where they mean something, else why not."""
    if aligned.alignment is None:
        return {"reason": "still pictures have no curves"}
    both = np.isfinite(a) & np.isfinite(b)
    s = sums(a[both], b[both])
    agreement = {"ccc": None if status == "neither" else _rounded(_concordance(s))}
    if status == "neither":
        return {"reason": "did not move in either"}
    if status != "both":
        return agreement | {"reason": f"moved in {'A' if status == 'only_a' else 'B'} only"}
    held = [name for name, values in (("A", a[both]), ("B", b[both])) if np.ptp(values) < _ONE_GRADE]
    if held:
        return agreement | {"reason": f"held at one level in {' and '.join(held)}"}
    times = aligned.times_s
    lag = find_lag(a[:, None], b[:, None], float(np.median(np.diff(times))), AU_LAG_S)
    found = {"pcc": _rounded(float(pearson(s))), "lag_ms": None if lag.lag_s is None else round(1000 * lag.lag_s)}
    reason = None if lag.lag_s is not None else f"no delay within {1000 * AU_LAG_S:.0f} ms makes the curves run together"
    return agreement | found | {"reason": reason}


def _concordance(s: Values) -> float:
    """Lin's concordance; two equal constants agree wholly."""
    value = float(concordance(s))
    return value if np.isfinite(value) or s[6] > 0 else 1.0


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None
