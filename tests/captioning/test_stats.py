import json

import pytest
from faked_rows import BASIC, captioned, duplicate, rejected

from cot_engine.captioning.stats import gather

# A smile in other words than what was measured.
WRONG = "The brows are pulled together and lowered (AU4), severe, from 0.10 to 0.20 s."


def said(*rows):
    return gather(rows).as_dict()


def test_every_row_is_counted_once_and_the_counts_add_up():
    found = said(captioned(1), captioned(2), rejected("r"), duplicate("d", "c1"))
    assert found["counts"] == {"in": 4, "captioned": 2, "rejected": 1, "duplicates": 1}


def test_rejects_are_counted_by_code():
    found = said(rejected("a", "no_face"), rejected("b", "decode_timeout"), rejected("c", "no_face"))
    assert found["rejects"] == {"no_face": 2, "decode_timeout": 1}


def test_labels_and_abstentions_are_apart():
    found = said(captioned(1, "happiness"), captioned(2, "happiness"), captioned(3, "fear"), captioned(4, "not sure"))
    assert found["labels"] == {"happiness": 2, "fear": 1}
    assert found["not_sure"] == {"clips": 1, "share": 0.25}


def test_verdicts_are_those_of_the_claims():
    honest, invented = captioned(4), captioned(4, words=WRONG)
    found = said(honest, invented)
    verdicts = [claim.verdict for row in (honest, invented) for claim in row.claims]
    assert {name: one["claims"] for name, one in found["verdicts"].items()} == {
        name: verdicts.count(name) for name in ("supported", "contradicted", "unverifiable")
    }
    assert found["claims"] == len(verdicts) > 0
    assert sum(one["share"] for one in found["verdicts"].values()) == pytest.approx(1, abs=1e-3)
    assert found["clips_with_a_contradicted_claim"] == ("contradicted" in [c.verdict for c in invented.claims])


def test_omissions_are_counted_against_what_had_to_be_told():
    row = captioned(4, words=WRONG)
    (person,) = row.report.people
    strong = sum(event.grade in "CDE" for event in person.events)
    assert len(row.omissions) > 0
    found, omitted = said(row)["omissions"], len(row.omissions)
    assert found == {"of": strong, "omitted": omitted, "share": pytest.approx(omitted / strong, abs=1e-4)}


def test_disagreement_leaves_out_what_was_not_answered_and_what_could_not_be():
    found = said(
        captioned(1, "fear", given_label="fear"),
        captioned(2, "fear", given_label="anger"),
        captioned(3, "not sure", given_label="anger"),
        captioned(4, "fear", given_label="boredom"),
        captioned(5, "fear"),
    )
    assert found["given_labels"] == {
        "clips": 3,
        "answered": 2,
        "differ": 1,
        "share_that_differs": 0.5,
        "outside_the_labels": {"boredom": 1},
    }
    assert found["confusion"]["anger"]["fear"] == 1
    assert found["confusion"]["anger"]["not sure"] == 1
    assert list(found["confusion"]) == [name for name in BASIC.names if name in ("fear", "anger")]


def test_sources_and_subjects_are_broken_down_and_unknown_ones_named_so():
    found = said(
        captioned(1, "fear", source="a", subject="x"), captioned(2, "anger", source="b"), rejected("r", source="a", subject="x")
    )
    assert found["by_source"]["a"]["counts"] == {"in": 2, "captioned": 1, "rejected": 1, "duplicates": 0}
    assert found["by_source"]["b"]["labels"] == {"anger": 1}
    assert set(found["by_subject"]) == {"x", "(unknown)"}


def test_a_copy_with_another_given_label_is_listed_whichever_comes_first():
    first, copy, same = captioned(1, given_label="fear"), duplicate("d", "c1", given_label="anger"), duplicate("e", "c1")
    expected = {"id": "d", "given": "anger", "first": "c1", "its_given": "fear"}
    for rows in ((first, copy), (copy, first)):
        assert said(*rows)["duplicates_with_another_label"] == [expected]
    assert [one["id"] for one in said(same, first)["duplicates_with_another_label"]] == ["e"]


def test_the_order_of_rows_changes_nothing():
    rows = [captioned(n, given_label="fear", subject=f"s{n % 3}") for n in range(12)]
    assert json.dumps(said(*rows), sort_keys=True) == json.dumps(said(*reversed(rows)), sort_keys=True)


def test_a_run_without_rows_has_zeros_and_no_ratios():
    found = said()
    assert found["counts"]["in"] == 0
    assert found["not_sure"]["share"] is found["omissions"]["share"] is None
    assert found["findings"] == []
