import pytest
from score import mean_coverage, mean_precision, parse_rate, predict, table
from training_rows import load

from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Explanation
from cot_engine.reasoners.codebook import Codebook
from cot_engine.trace import Trace, parse_trace

LABELS = LABEL_SETS["basic-7"]


class Fixed:
    """Says the same of every face."""

    name = "fixed"
    frames = 1

    def __init__(self, trace, refuse=False):
        self.trace, self.refuse, self.seen = trace, refuse, []

    def explain(self, evidence, labels, threshold, pictures=(), told=None, **how):
        if self.refuse:
            raise Refusal("parse_failed", "x", "y")
        self.seen.append((len(pictures), pictures[0].jpeg[:2], how))
        return Explanation(self.trace, {})


@pytest.fixture(scope="module")
def rows(dataset):
    return load(dataset)["test"]


ALWAYS = Trace(observations=("The lip corners are pulled up (AU12).",), interpretation="A smile.", conclusion="happiness")


def test_a_reasoner_gets_as_many_pictures_as_it_wants_and_every_other_argument(rows):
    reasoner = Fixed(ALWAYS)
    predictions = predict(reasoner, rows, LABELS, evidence_lines=False)
    assert reasoner.seen == [(1, b"\xff\xd8", {"evidence_lines": False})] * len(rows)
    assert [p.truth for p in predictions] == list(rows["label"])
    assert {p.answer for p in predictions} == {"happiness"}


def test_one_answer_for_every_face_ends_in_a_warning(rows):
    told = table(predict(Fixed(ALWAYS), rows, LABELS), predict(Codebook(), rows, LABELS))
    assert "WARNING: It always answers 'happiness': collapsed." in told.splitlines()
    assert f"answers of the model: happiness {len(rows)}" in told


def test_the_codebook_is_right_about_its_own_traces_and_gets_no_warning(rows):
    predictions = predict(Codebook(), rows, LABELS)
    told = table(predictions, predictions)
    assert "WARNING" not in told
    line = next(line for line in told.splitlines() if line.startswith("UAR"))
    assert line.split()[3:] == ["1.000", "1.000", f"{1 / len(set(rows['label'])):.3f}"]
    assert parse_rate(predictions) == mean_precision(predictions) == mean_coverage(predictions) == 1
    assert all(f"recall of {label}" in told for label in set(rows["label"]))


def test_a_refusal_is_a_wrong_answer_and_not_a_missing_row(rows):
    predictions = predict(Fixed(ALWAYS, refuse=True), rows, LABELS)
    assert [p.failed for p in predictions] == ["parse_failed"] * len(rows)
    told = table(predictions, predict(Codebook(), rows, LABELS))
    assert next(line for line in told.splitlines() if line.startswith("WAR")).split()[2] == "0.000"
    assert parse_rate(predictions) == 0


def test_text_without_form_counts_against_the_parse_rate(rows):
    assert parse_rate(predict(Fixed(parse_trace("She looks happy.")), rows, LABELS)) == 0
