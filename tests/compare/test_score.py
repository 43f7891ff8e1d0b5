import pytest
from faked import event

from cot_engine.compare.comparison import Alignment, AUComparison, Lone, Match, Sides
from cot_engine.compare.score import WEIGHTS, fidelity

ALIGNED = Alignment(
    lag_ms=0, bound_ms=2000, step_ms=33, correlation=1, correlation_unshifted=1, compared_s=4, share_of_a=1, share_of_b=1
)
UNTOLD = Sides(mirrored=None, agreement=None)


def unit(au, ccc, trust=1.0):
    return AUComparison(au=au, name=au, status="both", trust=trust, ccc=ccc)


def match(au="AU12", ms=0, a=None, b=None):
    a, b = a or event(au), b or event(au)
    return Match(au=au, kind="event", start_s=1, a=a, b=b, peak_a=3, peak_b=3, strength_ratio=1, onset_ms=ms, apex_ms=ms)


def lone(au):
    return Lone(au=au, event=event(au), start_s=1, end_s=2, other_peak=0, reliable=True)


def score(units, matched, lost=(), added=(), alignment=ALIGNED, sides=UNTOLD):
    return fidelity(alignment, units, matched, lost, added, sides)


def parts(found):
    return {part.name: part.value for part in found.parts}


def test_the_score_is_the_formula():
    left, both = event("AU12", side="left", left=4.0, right=0.0), event("AU12", side="both", left=4.0, right=4.0)
    units = [unit("AU12", 0.6), unit("AU4", 0.2), unit("AU1", 0.9)]
    found = score(units, [match(ms=100, a=left, b=both)], [lone("AU4")], [lone("AU1")])
    e, c, t, s = 0.5, 0.4, 0.8, 0.5
    assert parts(found) == pytest.approx({"events": e, "curves": c, "timing": t, "sides": s})
    assert found.score == pytest.approx((4 * e + 3 * c + e * (1.5 * t + 1.5 * s)) / 10, abs=1e-3)


def test_the_weights_add_up_to_one():
    assert sum(part.weight for part in score([unit("AU12", 1)], [match()]).parts) == pytest.approx(1)
    assert sum(WEIGHTS.values()) == 10


def test_a_part_that_is_not_defined_takes_its_weight_along():
    found = score([unit("AU12", 0.5)], [match()])
    assert parts(found)["sides"] is None
    assert found.score == pytest.approx((4 + 3 * 0.5 + 1.5) / 8.5, abs=1e-3)


def test_without_a_match_there_is_nothing_to_gain():
    assert score([unit("AU12", 0.0), unit("AU1", 0.0)], [], [lone("AU12")], [lone("AU1")]).score == 0


def test_what_is_read_badly_decides_little():
    sure, unsure = [unit("AU12", 1.0), unit("AU4", 0.0, 0.9)], [unit("AU12", 1.0), unit("AU4", 0.0, 0.1)]
    assert score(unsure, [match()], [lone("AU4")]).score > score(sure, [match()], [lone("AU4")]).score + 0.2


def test_a_negative_concordance_counts_as_none():
    assert parts(score([unit("AU12", -0.7)], [match()]))["curves"] == 0


def test_half_a_second_off_is_no_agreement_in_time():
    assert parts(score([unit("AU12", 1)], [match(ms=-250)]))["timing"] == pytest.approx(0.5)
    assert parts(score([unit("AU12", 1)], [match(ms=700)]))["timing"] == 0


def test_a_mirror_image_has_no_side_right():
    assert parts(score([unit("AU12", 1)], [match()], sides=Sides(mirrored=True, agreement=-1)))["sides"] == 0


def test_no_score_for_pictures_for_stillness_or_for_a_blink_of_overlap():
    assert "still pictures" in score([unit("AU12", 1)], [match()], alignment=None).reason
    assert "nothing moved in A" in score([], [], added=[]).reason
    brief = ALIGNED.model_copy(update={"compared_s": 0.2})
    found = score([unit("AU12", 1)], [match()], alignment=brief)
    assert found.score is None
    assert "0.20 s" in found.reason
