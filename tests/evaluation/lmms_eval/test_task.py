import json
from pathlib import Path

import pytest
import yaml
from predicted import predictions

from cot_engine.evaluation import lmms_eval
from cot_engine.evaluation.lmms_eval import export, utils

TASK = Path(lmms_eval.__file__).parent / "cot_expression.yaml"
LABELS = ["happiness", "sadness", "surprise"]
ROW = {"id": "a", "video": "clip.mp4", "label": "happiness", "labels": LABELS}


class Loader(yaml.SafeLoader):
    """Reads ``!function module.name`` as the harness does: the function of that name."""


Loader.add_constructor("!function", lambda loader, node: getattr(utils, loader.construct_scalar(node).removeprefix("utils.")))


def test_the_task_file_names_functions_that_exist():
    task = yaml.load(TASK.read_text(encoding="utf-8"), Loader)
    assert task["doc_to_text"](ROW).endswith("happiness, sadness, surprise.")
    assert task["doc_to_visual"](ROW) == ["clip.mp4"]
    metrics = {one["metric"]: one["aggregation"] for one in task["metric_list"]}
    results = task["process_results"](ROW, ["It rises.\nhappiness"])
    assert set(results) == set(metrics)
    assert metrics["war"]([results["war"]]) == 1
    assert task["doc_to_target"] in ROW


@pytest.mark.parametrize(
    ("text", "answer"),
    [("The lips part.\nSurprise.", "surprise"), ("Key observations\nx\n\nConclusion\n**joy**", "happiness"), ("", None),
     ("happiness, sadness, surprise", None), ("It could be sadness or surprise", None), ("fear", None)],
)  # fmt: skip
def test_an_answer_is_one_label_at_the_end_and_no_other(text, answer):
    assert utils.answer_of(text, LABELS) == answer


def test_what_names_no_label_is_wrong_and_stays_in():
    rows = predictions([("happiness", "happiness"), ("happiness", None), ("sadness", "sadness")])
    assert utils.war(rows) == pytest.approx(2 / 3)
    assert utils.uar(rows) == pytest.approx((1 / 2 + 1) / 2)
    assert utils.macro_f1(rows) == pytest.approx((2 / 3 + 1) / 2)


def test_the_rows_of_a_corpus(tmp_path):
    (tmp_path / "clips.csv").write_text("clip,label\na.mp4,happiness\nb.mp4,contempt\n")
    assert export.export("csv", tmp_path / "clips.csv", tmp_path) == 1
    (row,) = (json.loads(line) for line in (tmp_path / "clips.jsonl").read_text().splitlines())
    assert row["label"] == "happiness"
    assert row["video"] == str(tmp_path / "a.mp4")
    assert len(row["labels"]) == 7
