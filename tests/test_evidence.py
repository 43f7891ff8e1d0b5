import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cot_engine.evidence import Event, Evidence, Hidden, Span, parts_of, union_share
from cot_engine.evidence_text import evidence_text
from cot_engine.facs import ACTION_UNITS


def event(au: str = "AU12", side: str = "both", intensity: float = 3.4) -> Event:
    return Event(au=au, side=side, onset_s=0.5, apex_s=1.0, offset_s=2.0, intensity=intensity)


def evidence(*events: Event, hidden: tuple[Hidden, ...] = ()) -> Evidence:
    return Evidence(
        source="test", duration_s=10, seen=(Span(start_s=0, end_s=10),), events=events, reach={"AU12": 0.9}, hidden=hidden
    )


def hide(part: str, *spans: tuple[float, float]) -> Hidden:
    return Hidden(part=part, reason="hand or object", spans=tuple(Span(start_s=a, end_s=b) for a, b in spans))


def test_an_event_names_its_movement_and_grade_in_json():
    text = json.loads(event().model_dump_json())
    assert (text["name"], text["grade"]) == ("lip corner puller", "D")


def test_evidence_comes_back_from_its_json():
    whole = evidence(event(), event("AU4", "left", 1.2), hidden=(hide("mouth", (1, 2)),))
    assert Evidence.model_validate_json(whole.model_dump_json()) == whole


def test_a_face_never_in_view_is_all_hidden_and_said_to_be():
    never = evidence().model_copy(update={"seen": ()})
    assert never.hidden_in_view("AU12") == 1
    assert evidence().hidden_in_view("AU12") == 0
    assert "Measured and not seen: none" in evidence_text(never)


def test_evidence_is_frozen_and_knows_no_other_fields():
    whole = evidence()
    with pytest.raises(ValidationError):
        whole.source = "other"
    with pytest.raises(ValidationError):
        Evidence.model_validate({**whole.model_dump(), "mood": "good"})


def test_events_of_a_side_include_those_of_both():
    whole = evidence(event(side="left"), event(side="both"), event(side="right"), event("AU6"))
    assert [e.side for e in whole.events_of("AU12", "left")] == ["left", "both"]
    assert [e.side for e in whole.events_of("AU12", "right")] == ["both", "right"]
    assert len(whole.events_of("AU12")) == 3
    assert whole.events_of("AU1") == []


def test_grade_c_and_more_must_be_mentioned():
    whole = evidence(*(event(intensity=x) for x in (0.5, 2.0, 2.01, 3.0, 5.0)))
    assert whole.must_mention() == [2, 3, 4]


def test_every_action_unit_has_parts_that_must_be_seen_or_needs_none():
    for code, unit in ACTION_UNITS.items():
        assert set(parts_of(code)) == set(parts_of(code, "left")) | set(parts_of(code, "right"))
        assert bool(parts_of(code)) == (unit.region not in ("head", "neck"))


def test_parts_of_one_side_are_the_persons_own():
    assert parts_of("AU2", "left") == ("left brow",)
    assert parts_of("AU6", "right") == ("right cheek", "right eye")
    assert parts_of("AU12", "left") == parts_of("AU12", "right") == ("mouth",)


@pytest.mark.parametrize(
    ("spans", "share"),
    [
        ([], 0.0),
        ([(0, 4)], 0.5),
        ([(1, 3)], 0.25),
        ([(2, 4), (3, 5)], 0.75),
        ([(2, 5), (3, 4)], 0.75),
        ([(5, 9), (0, 3)], 0.5),
        ([(6, 9)], 0.0),
        ([(0, 9)], 1.0),
    ],
)
def test_the_share_covered_counts_every_moment_once(spans, share):
    assert union_share((Span(start_s=a, end_s=b) for a, b in spans), 2, 6) == pytest.approx(share)


@pytest.mark.parametrize(("moment", "share"), [(1, 1.0), (2, 1.0), (3, 1.0), (3.01, 0.0), (0.99, 0.0)])
def test_a_moment_is_covered_or_not(moment, share):
    assert union_share([Span(start_s=1, end_s=3)], moment, moment) == share


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))), st.integers(0, 10), st.integers(1, 10))
def test_the_share_covered_agrees_with_counting(pairs, start, length):
    spans = [Span(start_s=min(pair), end_s=max(pair)) for pair in pairs]
    cells = [any(s.start_s <= x and x + 1 <= s.end_s for s in spans) for x in range(start, start + length)]
    assert union_share(spans, start, start + length) == pytest.approx(sum(cells) / length)


def test_overlap_of_spans_that_are_apart_is_none():
    span = Span(start_s=1, end_s=3)
    assert (span.overlap(2, 5), span.overlap(4, 5), span.overlap(0, 9)) == (1, 0, 2)


def test_a_side_is_hidden_while_any_of_its_parts_is():
    whole = evidence(hidden=(hide("left cheek", (0, 2)), hide("left eye", (1, 4))))
    assert whole.hidden_share("AU6", "left", 0, 8) == pytest.approx(0.5)
    assert whole.hidden_share("AU6", "right", 0, 8) == 0


def test_both_sides_are_hidden_only_while_both_are():
    whole = evidence(hidden=(hide("left brow", (0, 4)), hide("right brow", (3, 8))))
    assert whole.hidden_share("AU2", "both", 0, 8) == pytest.approx(1 / 8)
    assert evidence(hidden=(hide("left brow", (0, 4)),)).hidden_share("AU2", "both", 0, 4) == 0
    assert evidence(hidden=(hide("left brow", (0, 2)), hide("right brow", (2, 4)))).hidden_share("AU2", "both", 0, 4) == 0


def test_a_hidden_mouth_hides_what_the_mouth_does_and_nothing_else():
    whole = evidence(hidden=(hide("mouth", (0, 5)),))
    assert whole.hidden_share("AU12", "both", 0, 10) == pytest.approx(0.5)
    assert whole.hidden_share("AU26", "both", 0, 10) == pytest.approx(0.5)
    assert whole.hidden_share("AU1", "both", 0, 10) == 0
    assert whole.hidden_share("AU51", "both", 0, 10) == 0
