"""The promises of the AU estimator, and whether one run of the bench keeps them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HARD = ("AU1", "AU2", "AU4", "AU5", "AU9")


@dataclass(frozen=True)
class Check:
    """``measured`` is None when the run gave no number: that is no pass."""

    what: str
    needed: str
    measured: float | None
    passed: bool


def judge(estimator: dict[str, Any]) -> list[Check]:
    """Holds the numbers of one estimator (``au_report.describe``) against the thresholds."""
    macro = estimator["macro_f1"]
    tone = estimator["groups"].get("skin tone", {}).get("spread") or {"value": None}
    return [
        _at_least("held-out clips", 300, estimator["clips"]),
        _at_least("identities", 60, estimator["subjects"]),
        _at_least("macro F1 at grade B", 0.75, macro["value"]),
        _at_least("action units in it", 20, macro["n"]),
        _at_least("mean intensity PCC", 0.70, estimator["mean_pearson"]["value"]),
        _at_most("median onset error, ms", 80, estimator["events"]["onset"]["median_abs_ms"]["value"]),
        _at_most("left/right confusion", 0.03, estimator["left_right_confusion"]["share"]["value"]),
        _at_most("spread of F1 over skin tones", 0.05, tone["value"]),
        *(_at_least(f"F1 of {au}", 0.6, estimator["per_au"].get(au, {}).get("f1", {}).get("value")) for au in HARD),
    ]


def _at_least(what: str, bound: float, measured: float | None) -> Check:
    return _check(what, f">= {bound:g}", measured, lambda m: m >= bound)


def _at_most(what: str, bound: float, measured: float | None) -> Check:
    return _check(what, f"<= {bound:g}", measured, lambda m: m <= bound)


def _check(what: str, needed: str, measured: float | None, rule: Callable[[float], bool]) -> Check:
    return Check(what, needed, measured, measured is not None and rule(measured))
