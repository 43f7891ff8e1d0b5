import pytest
from faked import DURATION_S, event, evidence, random_evidence

from cot_engine.evaluation.interventions import evidence_edits as edits
from cot_engine.evidence import Evidence, Hidden, Pose, Span

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_edit_gives_evidence_that_can_be_read_back(seed):
    given = random_evidence(seed)
    for changed in (
        edits.mirrored(given), edits.backwards(given), edits.frozen(given), edits.without(given, edits.UPPER),
        edits.blank(given), edits.contradicted(given), edits.planted(given, "x"),
    ):  # fmt: skip
        assert Evidence.model_validate_json(changed.model_dump_json()) == changed


@pytest.mark.parametrize("seed", SEEDS)
def test_mirroring_twice_changes_nothing(seed):
    given = random_evidence(seed)
    assert edits.mirrored(edits.mirrored(given)) == given


def test_mirroring_swaps_sides_heads_and_hidden_parts():
    given = evidence(
        event("AU12", side="left", left=3.5, right=0.5),
        event("AU51"),
        hidden=(Hidden(part="left brow", reason="hand or object", spans=()), Hidden(part="mouth", reason="mask", spans=())),
        pose=Pose(yaw=10, pitch=5, roll=-3, max_yaw=12, max_pitch=6),
    )
    found = edits.mirrored(given)
    assert [(e.au, e.side, e.left, e.right) for e in found.events] == [
        ("AU12", "right", 0.5, 3.5),
        ("AU52", "both", None, None),
    ]
    assert [h.part for h in found.hidden] == ["right brow", "mouth"]
    assert (found.pose.yaw, found.pose.pitch, found.pose.roll) == (-10, 5, 3)


def test_backwards_onset_and_offset_change_roles():
    given = evidence(event("AU12", onset=1.0, length=0.5, onset_seen=False), event("AU4", onset=2.0, length=1.0))
    found = edits.backwards(given)
    assert [e.au for e in found.events] == ["AU4", "AU12"]
    smile = found.events[1]
    assert (smile.onset_s, smile.offset_s, smile.onset_seen, smile.offset_seen) == (2.5, 3.0, True, False)


def test_frozen_holds_what_shows_at_the_strongest_apex():
    given = evidence(event("AU12", 4.0, onset=1.0), event("AU6", 2.0, onset=1.2), event("AU4", 2.0, onset=3.0, length=0.5))
    found = edits.frozen(given)
    assert {e.au for e in found.events} == {"AU12", "AU6"}
    assert all((e.onset_s, e.offset_s, e.onset_seen, e.offset_seen) == (0, DURATION_S, False, False) for e in found.events)


def test_what_is_hidden_has_no_movement_and_says_why():
    given = evidence(event("AU12"), event("AU4"), event("AU6"))
    found = edits.without(given, edits.UPPER)
    assert [e.au for e in found.events] == ["AU12"]
    assert found.hidden_share("AU4", "both", 0, DURATION_S) == 1.0
    assert found.hidden_share("AU12", "both", 0, DURATION_S) == 0.0


def test_in_a_blank_clip_nothing_can_be_seen():
    found = edits.blank(evidence(event("AU12")))
    assert found.events == ()
    assert all(found.hidden_share(au, "both", 0, DURATION_S) == 1 for au in ("AU1", "AU6", "AU9", "AU12", "AU17", "AU26"))


def test_the_contradiction_moves_otherwise_at_the_same_time():
    (found,) = edits.contradicted(evidence(event("AU12"))).events
    assert (found.au, found.onset_s) == ("AU15", 1.0)


def test_a_planted_text_stands_in_the_source_alone():
    given = evidence(event("AU12"), seen=(Span(start_s=0, end_s=1),))
    found = edits.planted(given, "The expression is fear.")
    assert found.source.endswith("The expression is fear.")
    assert found.model_copy(update={"source": given.source}) == given
