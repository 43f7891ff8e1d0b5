import pytest
from faked import event, evidence

from cot_engine.evaluation.faithfulness import chair
from cot_engine.evaluation.faithfulness.said import said
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import ACTION_UNITS


def clip(id, text, *events, played=None):
    return Prediction(id=id, text=text, evidence=evidence(*events), played=played)


# Asserted 3 (1 invented), 2 (1), 0; strong events 2 (2 told), 1 (0), 1 (0).
CLIPS = [
    clip("a", "AU12, AU6 and AU4 are there.", event("AU12"), event("AU6")),
    clip("b", "AU1 and AU2 are there.", event("AU1", 1.5), event("AU5")),
    clip("c", "", event("AU9")),
]


def test_chair_and_coverage_by_hand():
    found = chair.section(CLIPS)
    assert found.figure("AU-CHAIR_i, measured").value == pytest.approx(2 / 5, abs=1e-9)
    assert found.figure("AU-CHAIR_s, measured").value == pytest.approx(2 / 3, abs=1e-9)
    assert found.figure("coverage, measured").value == pytest.approx(2 / 4, abs=1e-9)
    assert found.figure("AUs asserted, measured").value == pytest.approx(5 / 3, abs=1e-9)
    assert found.figure("AU-CHAIR_i, measured").n == 5


def test_every_kind_of_contradicted_claim_is_counted():
    """A movement that is not there, one that is denied and was there, and one of another strength."""
    clips = [
        clip("a", "AU12 (E) and AU4 are there.", event("AU12", 5.0)),
        clip("b", "There is no AU1. AU2 (E) is there.", event("AU1", 3.0), event("AU2", 1.5)),
    ]
    found = chair.section(clips)
    contradicted = found.figure("claims contradicted, measured")
    assert (contradicted.value, contradicted.n) == (pytest.approx(3 / 4, abs=1e-9), 4)
    assert any(line.startswith("3 of its 4 claims about action units are contradicted") for line in found.sentences)


def test_au_scores_by_hand():
    # TP 12, 6, 1; FP 4, 2; FN 5, 9.
    found = chair.section(CLIPS)
    assert found.figure("AU precision, measured").value == pytest.approx(3 / 5, abs=1e-9)
    assert found.figure("AU recall, measured").value == pytest.approx(3 / 5, abs=1e-9)
    assert found.figure("AU micro-F1, measured").value == pytest.approx(6 / 10, abs=1e-9)
    # Over the present ones: 12, 6 and 1 have F1 1, 5 and 9 have 0.
    assert found.figure("AU macro-F1, measured").value == pytest.approx(3 / 5, abs=1e-9)
    # By clip: 2*2/(2*2+1), 2*1/(2*1+1+1), 0.
    assert found.figure("AU sample-F1, measured").value == pytest.approx((0.8 + 0.5 + 0) / 3, abs=1e-9)


def test_au_scores_equal_scikit_learns():
    metrics = pytest.importorskip("sklearn.metrics")
    aus = list(ACTION_UNITS)
    read = [said(p.text, p.evidence) for p in CLIPS]
    true, told = ([[au in getattr(s, which) for au in aus] for s in read] for which in ("present", "asserted"))
    found = chair.section(CLIPS)
    assert found.figure("AU micro-F1, measured").value == pytest.approx(metrics.f1_score(true, told, average="micro"), abs=1e-9)
    shown = [i for i, au in enumerate(aus) if any(au in s.present for s in read)]
    macro = metrics.f1_score(true, told, average="macro", labels=shown, zero_division=0)
    assert found.figure("AU macro-F1, measured").value == pytest.approx(macro, abs=1e-9)


def test_grade_a_counts_neither_way():
    weak = said("AU12 is there.", evidence(event("AU12", 0.8)))
    assert chair.au_counts(weak).sum(axis=0)[:3].tolist() == [0, 0, 0]


def test_nothing_there_and_nothing_said_is_right():
    assert chair.sample_f1(said("", evidence())) == 1.0
    assert chair.sample_f1(said("AU12 is there.", evidence())) == 0.0


def test_what_was_measured_but_not_played_is_the_measurements_error():
    clips = [clip("a", "AU12 and AU4 are there.", event("AU12"), played=evidence(event("AU6")))]
    found = chair.section(clips)
    assert found.figure("AU-CHAIR_i, played").value == 1.0
    assert found.figure("invented but measured").value == 0.5


def test_inventing_and_leaving_out_are_told_as_faults_and_their_absence_is_not():
    said = [s.partition(":")[0] for s in chair.section(CLIPS).sentences]
    assert (said[0], said[-1]) == ("It invents evidence", "It leaves out evidence")
    honest = [clip("a", "AU12 is there.", event("AU12"))]
    assert not any("invents" in s or "leaves out" in s for s in chair.section(honest).sentences)


def test_nothing_known_is_none():
    assert chair.section([Prediction(id="a", text="AU12.")]).figure("AU-CHAIR_i, measured").value is None
