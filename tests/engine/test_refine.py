import pytest

from cot_engine.engine import refine as module
from cot_engine.engine.refine import refine, same_claims
from cot_engine.trace import Trace


def trace(*observations, interpretation="Little.", conclusion="neutral"):
    return Trace(observations=observations, interpretation=interpretation, conclusion=conclusion)


def test_one_sentence_a_line_with_capital_stop_and_plain_codes():
    refined = refine(trace("the **lip corners** rise (AU06). The jaw drops (au 26)", interpretation="a _pattern_ of AU_12"))
    assert refined.observations == ("The lip corners rise (AU6).", "The jaw drops (AU26).")
    assert refined.interpretation == "A pattern of AU12."


def test_a_trace_in_house_style_stays_as_it_is():
    good = trace("From 0.60 s both lip corners are drawn up (AU12), with a severe peak at 1.20 s.", "The brows do not move.")
    assert refine(good) == good


def test_a_refinement_that_changes_a_claim_is_refused(monkeypatch):
    monkeypatch.setattr(module, "_sentence", lambda text: text.replace("left", "right"))
    original = trace("The left lip corner is drawn up (AU12).")
    assert refine(original) == original


@pytest.mark.parametrize(
    "other",
    [
        trace("The right lip corner is drawn up (AU12)."),
        trace("The left lip corner is not drawn up (AU12)."),
        trace("The left lip corner is drawn up (AU12) at 1.2 s."),
        trace("The left lip corner is drawn up (AU12, severe)."),
        trace("The left lip corner is drawn up (AU12).", "The jaw drops (AU26)."),
        trace("The left lip corner is drawn up (AU12).", conclusion="happiness"),
        trace("The left lip corner is drawn up (AU12).", interpretation="The brows are lowered (AU4)."),
    ],
)
def test_side_stance_time_strength_movement_and_label_are_claims(other):
    assert not same_claims(trace("The left lip corner is drawn up (AU12)."), other)


def test_wording_alone_is_no_claim():
    assert same_claims(trace("The left lip corner is drawn up (AU12)."), trace("Here, the left lip corner is drawn up (AU12)."))
