import pytest
from faked import event, evidence

from cot_engine.evaluation.faithfulness import description
from cot_engine.evaluation.faithfulness.description import codebook_words, rouge_l
from cot_engine.evaluation.prediction import Prediction
from cot_engine.trace import Trace

PLAYED = [evidence(event("AU12"), event("AU6")), evidence(event("AU4")), evidence(event("AU1", onset=0.5), event("AU26"))]


def clip(id, text, played):
    trace = Trace(observations=(text,), interpretation="", conclusion="not sure")
    return Prediction(id=id, text=trace.text, evidence=played, played=played)


def test_rouge_l_by_hand():
    pytest.importorskip("rouge_score")
    # Longest common subsequence 3 ("the brows rise") of 3 said and 6 true words: P 1, R 1/2.
    assert rouge_l(["the brows rise"], ["the inner brows and lids rise"]) == [pytest.approx(2 / 3, abs=1e-9)]


def test_the_reference_text_itself_is_like_the_reference():
    pytest.importorskip("rouge_score")
    clips = [clip(str(i), codebook_words(played), played) for i, played in enumerate(PLAYED)]
    found = description.section(clips)
    assert found.figure("ROUGE-L").value == pytest.approx(1.0, abs=1e-9)
    assert found.figure("CIDEr-D").value == pytest.approx(10.0, abs=1e-9)
    assert found.figure("event F1, played").value == pytest.approx(1.0, abs=1e-9)


def test_given_references_are_used():
    pytest.importorskip("rouge_score")
    clips = [clip("a", "the brows rise", PLAYED[0]), clip("b", "the jaw drops", PLAYED[1])]
    found = description.section(clips, {"a": "the brows rise", "b": "nothing at all"})
    assert found.figure("ROUGE-L").value == pytest.approx(0.5, abs=1e-9)


def test_without_references_likeness_is_none():
    found = description.section([Prediction(id="a", text="AU12.", evidence=PLAYED[0])])
    assert found.figure("ROUGE-L").value is None
    assert found.figure("CIDEr-D").value is None


def test_event_scores_by_hand():
    # Clip a: 1 of 2 told, both told right: P 1, R 1/2, order 1/2. Clip b: a wrong one: P 0, R 0, order 0.
    clips = [clip("a", "AU12 is there.", PLAYED[0]), clip("b", "AU9 is there.", PLAYED[1])]
    found = description.section(clips)
    assert found.figure("event F1, played").value == pytest.approx(2 * 0.5 * 0.25 / 0.75, abs=1e-9)
    assert found.figure("event order, played").value == pytest.approx(0.25, abs=1e-9)
    assert found.figure("event order of the found, played").value == 1.0
    assert found.figure("TEM variant (ours), played").value == pytest.approx(3 / (2 + 4 + 4), abs=1e-9)


def test_clips_in_which_nothing_happens_do_not_score():
    found = description.section([clip("a", "", evidence()), clip("b", "AU4 is there.", PLAYED[1])])
    assert found.figure("event F1, played").n == 1


def test_saying_nothing_is_no_precision():
    found = description.section([clip("a", "", PLAYED[0]), clip("b", "AU4 is there.", PLAYED[1])])
    assert found.figure("event F1, played").value == pytest.approx(0.5, abs=1e-9)
