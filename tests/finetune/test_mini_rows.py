"""The rows that mini learns from, of evidence made up here; nothing is rendered."""

import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from faked import event, evidence
from mini_rows import LABELS, Film, write
from PIL import Image

from cot_engine.facs import THRESHOLD
from cot_engine.frame_choice import ChosenFrame, Picture
from cot_engine.messages import user_message
from cot_engine.reasoners.codebook import NOT_SURE
from cot_engine.reasoners.infer import infer
from cot_engine.reasoners.plain import plain_trace
from cot_engine.studio.performance import plan_clip
from cot_engine.trace import parse_trace

FROWN = evidence(event("AU4", 3.1), event("AU24", 2.2))
FRAME = ChosenFrame(0, 1.2, "apex", 0)
PLAN = plan_clip(41, 0, split="train")


def pictured(colour: str) -> Picture:
    file = io.BytesIO()
    Image.new("RGB", (60, 56), colour).save(file, "JPEG")
    return Picture(FRAME, file.getvalue())


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "0000.parquet"
    made = [Film(PLAN, FROWN, (pictured("red" if n % 2 else "blue"),)) for n in range(400)]
    write(path, made, np.random.default_rng(7))
    return pq.read_table(path).to_pylist()


def measured(row) -> bool:
    return row["messages"][0] == user_message(FROWN, LABELS, [FRAME])


def shows_nothing(row) -> bool:
    return np.asarray(Image.open(io.BytesIO(row["images"][0]["bytes"]))).std(axis=(0, 1)).max() < 2


def test_the_conclusion_is_what_was_played_whatever_the_evidence_says(rows):
    told = {parse_trace(row["messages"][1]["content"][0]["text"]).conclusion for row in rows if measured(row)}
    assert told == {PLAN.label}
    assert infer(FROWN, LABELS).ranking[0] != PLAN.label
    assert json.loads(rows[0]["probabilities"]) == infer(FROWN, LABELS).probabilities


def test_all_else_of_the_explanation_is_the_plain_wording(rows):
    taught = plain_trace(FROWN, LABELS, THRESHOLD)
    for row in filter(measured, rows):
        told = parse_trace(row["messages"][1]["content"][0]["text"])
        assert (told.observations, told.interpretation) == (taught.observations, taught.interpretation)


def test_where_nothing_is_shown_and_nothing_measured_the_answer_is_not_sure(rows):
    unmeasured = user_message(FROWN, LABELS, [FRAME], evidence_lines=False)
    blind = [row for row in rows if row["messages"][0] == unmeasured]
    assert 0.02 < len(blind) / len(rows) < 0.12
    for row in blind:
        assert parse_trace(row["messages"][1]["content"][0]["text"]).conclusion == NOT_SURE
        assert shows_nothing(row)


def test_where_the_measurement_says_that_nothing_was_in_view_the_answer_is_not_sure(rows):
    unseen = [row for row in rows if json.loads(row["evidence"])["events"] == []]
    assert 0.01 < len(unseen) / len(rows) < 0.09
    asked = {row["messages"][0]["content"][-1]["text"] for row in unseen}
    assert any("in view never" in text for text in asked)
    assert any("(sunglasses)" in text for text in asked)
    for row in unseen:
        told = parse_trace(row["messages"][1]["content"][0]["text"])
        assert told.conclusion == NOT_SURE
        assert "fits best" not in told.interpretation
        assert shows_nothing(row)
        assert row["frames"][0]["event"] is None
