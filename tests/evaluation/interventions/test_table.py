import pytest
from faked import event, evidence

from cot_engine.evaluation.interventions import edits
from cot_engine.evaluation.interventions.case import Answer, Case, Pair
from cot_engine.evaluation.interventions.table import figures
from cot_engine.facs import LABEL_SETS

LABELS = LABEL_SETS["basic-7"]


def pair(id, before, after):
    said = (Answer(id=id, edit="x", key="", label="fear", text=text) for text in (before, after))
    return Pair(Case(id, evidence(event("AU12"))), Case(id, evidence()), *said)


def found(pairs, where=""):
    return {f.name: f for f in figures(pairs, LABELS, where)}


def test_j_is_over_both_regions():
    both = "AU12 and AU4 are there."
    given = {edits.UPPER: [pair("a", both, "AU12 is there.")], edits.LOWER: [pair("a", both, both)]}
    assert found(given)["occlusion J"].value == pytest.approx(1 / 2 + 2 / 2 - 1, abs=1e-9)
    assert found(given)["sensitivity, upper face hidden"].value == 1


def test_j_is_0_for_who_ignores_the_mask_and_for_who_falls_silent():
    for after in ("AU12 and AU4 are there.", ""):
        given = {name: [pair("a", "AU12 and AU4 are there.", after)] for name in (edits.UPPER, edits.LOWER)}
        assert found(given)["occlusion J"].value == pytest.approx(0, abs=1e-9)


def test_every_change_has_its_flip_rate_and_says_what_should_follow():
    given = {edit.name: [pair("a", "", "")] for edit in edits.EDITS}
    rates = found(given, " (filmed)")
    assert all(rates[f"flips, {edit.name} (filmed)"].value == 0 for edit in edits.EDITS)
    assert all(rates[f"flips, {edit.name} (filmed)"].note.endswith(edit.expected) for edit in edits.EDITS)
