import pytest
from faked import event, evidence

from cot_engine.engine.faults import Fault
from cot_engine.engine.loop import Try
from cot_engine.engine.rows import Row, Seen
from cot_engine.engine.tally import tally
from cot_engine.facs import LABEL_SETS
from cot_engine.trace import Trace

LABELS = LABEL_SETS["basic-7"]


def row(name, *lines, status="accepted", label="happiness", faults=(), **more):
    told = Trace(observations=lines, interpretation="", conclusion="anger" if faults else label)
    one = Try(
        trace=told, probabilities={"anger": 0.8, "happiness": 0.2}, faults=tuple(Fault(code=f, message="") for f in faults)
    )
    seen = Seen(evidence=evidence(event("AU12", 3.5), event("AU6", 1.5)))
    tries = () if status == "duplicate" else (one,)
    return Row(id=name, key=name, status=status, label=label, tries=tries, seen=seen, reasons=tuple(faults), **more)


def test_invention_and_omission_are_counted_against_the_evidence():
    counted = tally(
        [row("a", "The lip corners rise (AU12).", "The nose wrinkles (AU9)."), row("b", "The cheeks rise (AU6).")], LABELS
    )
    assert counted.as_dict()["au_chair_i"] == pytest.approx(1 / 3, abs=1e-4)
    assert counted.as_dict()["coverage_grade_c"] == 0.5


def test_the_same_two_against_the_data_sets_own_coding_where_it_has_one():
    coded = {"AU12": "absent", "AU6": "C", "AU4": "present", "AU1": "B"}
    counted = tally(
        [row("a", "The lip corners rise (AU12).", "The cheeks rise (AU6).", "The lips part (AU25).", coded=coded)], LABELS
    )
    assert counted.as_dict()["au_chair_i_against_coding"] == 0.5
    assert counted.as_dict()["coverage_grade_c_against_coding"] == 0.5


def test_what_cannot_be_computed_is_none_and_not_zero():
    counted = tally([], LABELS).as_dict()
    assert counted["au_chair_i"] is counted["coverage_grade_c"] is counted["au_chair_i_against_coding"] is None


def test_acceptance_is_of_what_was_tried_and_duplicates_stand_apart():
    rows = [row("a", "x"), row("b", "y", status="rejected", faults=["omission"]), row("c", status="duplicate", first="a")]
    counted = tally(rows, LABELS).as_dict()
    assert counted["acceptance_by_class"]["happiness"] == {"accepted": 1, "rejected": 1, "duplicates": 1, "acceptance": 0.5}
    assert counted["rejections"] == {"omission": 1}


def test_a_disagreement_is_listed_only_when_it_is_the_only_fault():
    alone = row("a", "x", status="rejected", faults=["label_disagrees"])
    mixed = row("b", "y", status="rejected", faults=["omission", "label_disagrees"])
    listed = tally([alone, mixed], LABELS).disagreements
    assert listed == [{"id": "a", "label": "happiness", "evidence": "anger", "probability": 0.8}]


def test_a_copy_with_another_human_label_is_listed():
    rows = [row("a", "x"), row("b", status="duplicate", label="anger", first="a"), row("c", status="duplicate", first="a")]
    assert tally(rows, LABELS).relabelled == [{"id": "b", "label": "anger", "first": "a", "its_label": "happiness"}]


def test_equal_paragraphs_count_once_and_label_words_are_found():
    counted = tally([row("a", "A happy face."), row("b", "a happy  face")], LABELS)
    assert (counted.distinct, counted.label_words) == (1, 2)
