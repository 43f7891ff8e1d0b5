import json
from dataclasses import replace

import numpy as np
import pytest
from faked_pairs import AUS, BROWS, FROWN, SMILE, SMIRK, TURN, Move, label, subject

from cot_engine.action_units.series import Timeline
from cot_engine.compare.comparison import Comparison
from cot_engine.compare.run import compare_subjects
from cot_engine.errors import Refusal
from cot_engine.evidence import Hidden, Span

ALL = (SMILE, BROWS, FROWN)


def run(a, b):
    return compare_subjects(a, b).comparison


def unit(comparison, au):
    return next(row for row in comparison.action_units if row.au == au)


def said(comparison):
    return " ".join(comparison.explanation)


def test_a_clip_with_itself_is_perfect():
    one = subject(SMIRK, BROWS, FROWN, TURN, noise=1, label=label())
    found = run(one, one)
    assert found.fidelity.score == 1
    assert {part.value for part in found.fidelity.parts} == {1}
    assert found.alignment.lag_ms == 0
    assert (found.lost, found.added, found.not_compared, found.warnings) == ((), (), (), ())
    assert found.labels.agree
    assert found.labels.overlap == 1
    assert {row.pcc for row in found.action_units if row.status == "both"} == {1}
    assert all(match.strength_ratio == 1 for match in found.matched)


def test_a_clip_that_starts_later_is_laid_over_and_keeps_its_score():
    found = run(subject(*ALL, noise=1), subject(*ALL, later=-0.4, duration=3.6, noise=2))
    assert found.alignment.lag_ms == pytest.approx(-400, abs=17)
    assert found.fidelity.score > 0.9
    assert (found.lost, found.added) == ((), ())
    assert "B runs 0.40 s before A" in said(found)


@pytest.mark.parametrize(("fps_a", "fps_b"), [(25, 30), (30, 25), (30, 12.5)])
def test_clips_of_different_frame_rates_are_the_same(fps_a, fps_b):
    found = run(subject(*ALL, fps=fps_a), subject(*ALL, fps=fps_b))
    assert found.fidelity.score > 0.97
    assert abs(found.alignment.lag_ms) < 20
    assert found.alignment.step_ms == pytest.approx(1000 / max(fps_a, fps_b), abs=0.01)


def test_a_mirrored_copy_swaps_the_sides_and_nothing_else():
    turned = [Move("AU12", 0.8, 1.4, 0.0, 4.0), Move("AU52", 2.0, 1.2), FROWN]
    found = run(subject(SMIRK, TURN, FROWN), subject(*turned))
    assert found.sides.mirrored
    assert (found.lost, found.added) == ((), ())
    parts = {part.name: part.value for part in found.fidelity.parts}
    assert parts == {"events": 1, "curves": 1, "timing": 1, "sides": 0}
    assert "The sides are swapped" in said(found)


def test_what_was_left_out_is_named_with_time_and_strength():
    found = run(subject(*ALL), subject(SMILE))
    assert {x.event.au for x in found.lost} == {"AU1", "AU4"}
    assert found.added == ()
    assert "Lost: inner brow raiser (AU1), severe (D) from 2.1" in said(found)
    assert found.fidelity.score < 0.8
    assert unit(found, "AU1").status == "only_a"
    assert unit(found, "AU1").pcc is None
    assert unit(found, "AU1").reason == "moved in A only"
    assert unit(found, "AU15").reason == "did not move in either"


def test_what_was_put_in_is_named_as_added():
    found = run(subject(SMILE), subject(*ALL))
    assert {x.event.au for x in found.added} == {"AU1", "AU4"}
    assert "Added: inner brow raiser (AU1)" in said(found)


def test_two_people_who_do_different_things_have_a_low_score():
    found = run(subject(SMILE, TURN, noise=1), subject(BROWS, FROWN, Move("AU15", 0.3), noise=2))
    assert found.fidelity.score < 0.1
    assert found.alignment.lag_ms is None
    assert "No common delay was found" in said(found)


def test_symmetric_parts_stay_when_the_clips_are_exchanged():
    a, b = subject(SMIRK, BROWS, FROWN, noise=1), subject(SMIRK, Move("AU1", 2.3, 0.9, 2.5, 1.5), TURN, noise=2)
    one, other = run(a, b), run(b, a)
    for name in ("events", "timing", "sides"):
        values = [next(p.value for p in c.fidelity.parts if p.name == name) for c in (one, other)]
        assert values[0] == pytest.approx(values[1], abs=0.02), name
    assert {x.event for x in one.lost} == {x.event for x in other.added}
    assert one.alignment.lag_ms == pytest.approx(-other.alignment.lag_ms, abs=1)
    assert unit(one, "AU12").pcc == pytest.approx(unit(other, "AU12").pcc, abs=0.01)


def test_a_single_movement_that_comes_late_has_a_delay_of_its_own():
    found = run(subject(*ALL, Move("AU15", 2.2)), subject(*ALL, Move("AU15", 2.4)))
    # The common lag is that of all together, so the late one draws it a little.
    assert unit(found, "AU15").lag_ms - unit(found, "AU12").lag_ms == pytest.approx(200, abs=5)
    assert abs(unit(found, "AU12").lag_ms) < 70
    assert "lip corner depressor (AU15) by 0.1" in said(found)


def test_nothing_moved_in_a_has_no_score():
    found = run(subject(), subject(SMILE))
    assert found.fidelity.score is None
    assert "nothing moved in A" in found.fidelity.reason
    assert "No fidelity score is defined: nothing moved in A" in said(found)
    assert run(subject(), subject()).fidelity.score is None


def test_a_hidden_mouth_is_not_a_lost_smile():
    mask = Hidden(part="mouth", reason="mask", spans=(Span(start_s=0, end_s=4),))
    found = run(subject(SMILE, BROWS), subject(BROWS, hidden=(mask,)))
    assert found.lost == ()
    assert found.not_compared[0].reason == "that part of the face was hidden in B"
    assert "Could not be compared: lip corner puller (AU12) of A, because that part of the face was hidden in B." in said(found)
    assert unit(found, "AU12").status == "not_comparable"
    assert found.fidelity.score == pytest.approx(1, abs=0.01)


def test_what_lies_beyond_the_shorter_clip_is_not_lost():
    found = run(subject(*ALL), subject(SMILE, BROWS, duration=2.9))
    assert found.lost == ()
    assert [x.reason for x in found.not_compared] == ["B does not last as long"]
    assert found.alignment.share_of_a < 0.8
    assert "The clips share 2.9 s" in said(found)


def test_a_face_that_was_lost_is_no_judge():
    found = run(subject(*ALL), subject(*ALL, lost_from=2.9))
    assert [(x.event.au, x.reason) for x in found.not_compared] == [("AU4", "the face was not seen in B")]


def test_an_action_unit_that_only_one_measures_is_not_lost():
    found = run(subject(SMILE, BROWS), subject(SMILE, aus=("AU12", "AU15")))
    assert [x.reason for x in found.not_compared] == ["AU1 was not measured in B"]
    assert unit(found, "AU1").reason == "not measured in B"


def test_a_still_picture_against_a_clip_is_refused():
    with pytest.raises(Refusal) as refused:
        run(subject(SMILE, duration=0), subject(SMILE))
    assert refused.value.code == "not_comparable"
    assert "A is a still picture and B a clip" in refused.value.message


def test_two_pictures_are_compared_without_times_or_score():
    found = run(subject(SMILE, BROWS, duration=0), subject(SMILE, duration=0))
    assert found.still
    assert found.alignment is None
    assert found.fidelity.score is None
    assert [m.au for m in found.matched] == ["AU12"]
    assert [x.au for x in found.lost] == ["AU1"]
    assert " s;" not in said(found)
    assert " 0.00" not in said(found)


def test_tools_without_a_common_action_unit_are_refused():
    with pytest.raises(Refusal) as refused:
        run(subject(SMILE, aus=("AU12",)), subject(aus=("AU1",)))
    assert refused.value.code == "not_comparable"


def test_two_tools_are_warned_about():
    assert [n.code for n in run(subject(SMILE), subject(SMILE, source="other")).warnings] == ["different_sources"]


def test_labels_are_held_against_each_other():
    sure, other, unsure = label(), label("neutral", 0.3), label(None, 0.4)
    assert run(subject(SMILE, label=sure), subject(SMILE, label=other)).labels.agree is False
    assert run(subject(SMILE, label=sure), subject(SMILE, label=other)).labels.overlap == pytest.approx(0.5)
    assert run(subject(SMILE, label=sure), subject(SMILE, label=unsure)).labels.agree is None
    assert run(subject(SMILE, label=sure), subject(SMILE)).labels is None


def test_the_json_is_public_and_can_be_read_back():
    found = run(subject(*ALL, label=label()), subject(SMILE, label=label()))
    data = json.loads(found.to_json())
    assert data["schema"] == "cot-engine/comparison/1"
    assert data["lost"][0]["event"]["name"] == "inner brow raiser"
    assert Comparison.model_validate_json(found.to_json()) == found


def test_faces_that_are_never_seen_at_the_same_time_have_no_score():
    a, b = subject(SMILE, lost_from=1.9), subject(BROWS)
    unseen = {au: np.where(b.timeline.times_s[:, None] < 2.1, np.nan, curve) for au, curve in b.timeline.intensity.items()}
    found = run(a, replace(b, timeline=Timeline(b.timeline.times_s, unseen)))
    assert found.alignment.lag_ms is None
    assert found.fidelity.score is None
    assert "share only 0.00 s" in found.fidelity.reason
    assert (found.matched, found.lost, found.added) == ((), (), ())


@pytest.mark.parametrize("seed", range(20))
def test_any_pair_keeps_the_bounds_and_any_clip_is_like_itself(seed):
    rng = np.random.default_rng(seed)
    people = []
    for _ in "ab":
        moves = [
            Move(str(rng.choice(AUS)), rng.uniform(-0.5, 3.5), rng.uniform(0.2, 2), *rng.uniform(0, 2.4, 2))
            for _ in range(rng.integers(0, 9))
        ]
        part = Hidden(part="mouth", reason="hand or object", spans=(Span(start_s=1, end_s=rng.uniform(1, 4)),))
        people.append(
            subject(
                *moves,
                fps=rng.choice([10, 25, 30]),
                duration=rng.uniform(1, 5),
                hidden=(part,) if rng.random() < 0.4 else (),
                trust=rng.uniform(0.2, 1),
                noise=seed,
            )
        )
    a, b = people
    found = run(a, b)
    assert all(p.value is None or 0 <= p.value <= 1 for p in found.fidelity.parts)
    assert found.fidelity.score is None or 0 <= found.fidelity.score <= 1
    assert (found.fidelity.score is None) == (found.fidelity.reason is not None)
    graded = [e for s in (a, b) for e in s.evidence.events if e.intensity > 1]
    own = sum((m.kind == "event") + 1 for m in found.matched) + len(found.lost) + len(found.added) + len(found.not_compared)
    assert own == len(graded)
    assert run(a, a).fidelity.score in (1, None)


def test_a_long_clip_takes_seconds_not_minutes():
    moves = [Move("AU12", t, 0.8) for t in np.arange(1, 110, 3.7)]
    found = run(subject(*moves, duration=120, noise=1), subject(*moves, duration=120, later=0.5, noise=2))
    assert found.alignment.lag_ms == pytest.approx(500, abs=17)
