import pytest
from faked import event, evidence

from cot_engine.evaluation.faithfulness import events
from cot_engine.evaluation.faithfulness.events import chain, f1, tem, told
from cot_engine.evaluation.faithfulness.said import said

AGAINST = evidence(event("AU4", onset=0.5), event("AU12", onset=1.5), event("AU1", onset=2.5, length=1.0))


def counts(text):
    return told(said(text, AGAINST), AGAINST)


def test_counts_by_hand():
    found = counts("AU4 is there. AU12 is there. AU9 is there.")
    assert (found.there, found.found, found.told, found.right, found.chain) == (3, 2, 3, 2, 2)


def test_order_is_that_of_the_text():
    assert counts("AU1 is there. AU12 is there. AU4 is there.").chain == 1
    assert counts("AU4 is there. AU1 is there. AU12 is there.").chain == 2
    assert counts("AU4 is there. AU12 is there. AU1 is there.").chain == 3


def test_an_event_told_twice_is_one():
    assert counts("AU4 is there. AU4 peaks at 1.0 s.").told == 1


def test_the_chain_is_the_longest_common_subsequence_for_distinct_onsets():
    assert chain([0.0, 2.0, 1.0, 3.0]) == 3
    assert chain([3.0, 2.0, 1.0]) == 1
    assert chain([]) == 0


def test_movements_that_begin_together_have_no_order():
    assert chain([1.0, 1.0 - events.TOGETHER_S / 2]) == 2


def test_formulas():
    assert f1(0.5, 0.25) == pytest.approx(1 / 3, abs=1e-9)
    assert f1(0, 0) == 0
    assert tem(0.5, 0.5, 0.25) == pytest.approx(3 / 8, abs=1e-9)
    assert tem(1, 1, 0) == 0
