"""One fidelity score in 0-1, and what it is made of.

    score = (4 E + 3 C + E (1.5 T + 1.5 S)) / 10

Every action unit counts with ``w``, the lower of the two clips' trust in it, so that what is read badly decides little.

events  E = 2 sum_matched w / (2 sum_matched w + sum_lost w + sum_added w): F1 over events of grade B or more. Symmetric.
curves  C = weighted mean over the action units that moved in A of max(0, CCC), Lin's concordance: shape, strength and offset.
timing  T = weighted mean over matched events of max(0, 1 - d / 0.5 s), d the mean distance of those of onset, apex and offset
        that both clips show, after the common lag. Symmetric.
sides   S = mean over matched events of 1 - |asymmetry A - asymmetry B| / 2, weighted also by the larger asymmetry; 0 where B is
        a mirror image of A. Symmetric.

Why these weights: a movement that is missing or invented is the gravest fault, so E weighs most; C says how well the course is
kept and falls with E anyway; T and S refine matched events. T and S know nothing of events without a partner, which is why they
are multiplied by E: two clips with one event in common out of ten do not gain from its good timing. A part that is not defined
(no sides to tell, no border seen) is left out together with its weight. The weights are a convention, not fitted to ratings of
people. The label takes no part: it is read from the same movements.

The score is not defined where A shows no event that B could have shown, for still pictures, and where less than
``MIN_SHARED_S`` of the two clips lies together.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from cot_engine.compare.comparison import Alignment, AUComparison, Fidelity, Lone, Match, Part, Sides
from cot_engine.compare.sides import side_agreement

WEIGHTS = {"events": 4.0, "curves": 3.0, "timing": 1.5, "sides": 1.5}
MIN_SHARED_S = 0.5
# A border this far off is no agreement in time.
_TIME_S = 0.5
_MEANING = {
    "events": "movements of A found in B, and none added (F1 over events, weighted by trust)",
    "curves": "course and strength of what moved in A (mean concordance, Lin 1989)",
    "timing": "onset, apex and offset of matched movements; 0 from half a second on",
    "sides": "left and right of matched movements",
}


def fidelity(
    alignment: Alignment | None,
    units: Sequence[AUComparison],
    matched: Sequence[Match],
    lost: Sequence[Lone],
    added: Sequence[Lone],
    sides: Sides,
) -> Fidelity:
    """The score of the module's docstring; ``alignment`` is None for still pictures."""
    trust = {unit.au: unit.trust for unit in units}
    values = {
        "events": (_f1(trust, matched, lost, added), len(matched) + len(lost) + len(added)),
        "curves": _curves(units, {m.au for m in matched if m.a} | {x.au for x in lost}),
        "timing": _timing(trust, matched),
        "sides": _sides(trust, matched, sides),
    }
    parts = tuple(
        Part(
            name=name,
            value=None if value is None else round(value, 3),
            weight=WEIGHTS[name] / sum(WEIGHTS.values()),
            n=n,
            meaning=_MEANING[name],
        )
        for name, (value, n) in values.items()
    )
    reason = _undefined(alignment, matched, lost)
    score = None if reason else round(_total({name: value for name, (value, _) in values.items()}), 3)
    return Fidelity(score=score, reason=reason, parts=parts)


def _undefined(alignment: Alignment | None, matched: Sequence[Match], lost: Sequence[Lone]) -> str | None:
    if alignment is None:
        return "still pictures show no course of time"
    if alignment.compared_s < MIN_SHARED_S:
        return f"the two clips share only {alignment.compared_s:.2f} s in which both faces were measured"
    if not lost and not any(match.a for match in matched):
        return "nothing moved in A that could be looked for in B"
    return None


def _total(values: Mapping[str, float | None]) -> float:
    events = values["events"] or 0.0
    total = weights = 0.0
    for name, weight in WEIGHTS.items():
        value = values[name]
        # Without a match there is no timing and there are no sides; both then count as E does, that is 0.
        if value is None and (name in ("events", "curves") or events > 0):
            continue
        factor = events if name in ("timing", "sides") else 1.0
        total, weights = total + weight * factor * (value or 0.0), weights + weight
    return total / weights if weights else 0.0


def _f1(trust: Mapping[str, float], matched: Sequence[Match], lost: Sequence[Lone], added: Sequence[Lone]) -> float | None:
    kept, missing, extra = (sum(trust[x.au] for x in found) for found in (matched, lost, added))
    whole = 2 * kept + missing + extra
    return 2 * kept / whole if whole > 0 else None


def _curves(units: Sequence[AUComparison], moved: set[str]) -> tuple[float | None, int]:
    known = [(max(0.0, unit.ccc), unit.trust) for unit in units if unit.au in moved and unit.ccc is not None]
    return _mean(known), len(known)


def _timing(trust: Mapping[str, float], matched: Sequence[Match]) -> tuple[float | None, int]:
    known = []
    for match in matched:
        errors = [abs(ms) for ms in (match.onset_ms, match.apex_ms, match.offset_ms) if ms is not None]
        if errors:
            known.append((max(0.0, 1 - float(np.mean(errors)) / (1000 * _TIME_S)), trust[match.au]))
    return _mean(known), len(known)


def _sides(trust: Mapping[str, float], matched: Sequence[Match], sides: Sides) -> tuple[float | None, int]:
    told = [(side_agreement(m.a, m.b), trust[m.au]) for m in matched if m.a and m.b]
    known = [(found[0], found[1] * weight) for found, weight in told if found]
    return (0.0 if sides.mirrored else _mean(known)), len(known)


def _mean(known: Sequence[tuple[float, float]]) -> float | None:
    """Mean of (value, weight) pairs; None without weight."""
    weight = sum(w for _, w in known)
    return sum(v * w for v, w in known) / weight if weight > 0 else None
