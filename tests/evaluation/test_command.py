import json

import pytest
from faked import random_evidence
from predicted import predictions
from typer.testing import CliRunner

from cot_engine.cli import app
from cot_engine.engine.rows import Seen
from cot_engine.evaluation import run as module
from cot_engine.evaluation.files import read_predictions, write_predictions


def call(*words):
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Six labelled clips that are never opened: what is seen of them is made up."""
    rows = "".join(f"c{i}.mp4,{('happiness', 'fear')[i % 2]},p{i}\n" for i in range(6))
    (tmp_path / "clips.csv").write_text("clip,label,subject\n" + rows)

    def watch(clips, out, **_):
        return {clip.id: Seen(evidence=random_evidence(i)) for i, clip in enumerate(clips)}

    monkeypatch.setattr(module, "watch", watch)
    return ["--corpus", "csv", "--root", tmp_path / "clips.csv", "--interventions", 0]


def test_a_model_on_a_corpus_comes_to_a_report_in_three_forms(corpus, tmp_path):
    said = call(*corpus, "--model", "codebook", "--out", tmp_path / "out")
    assert said.exit_code == 0, said.output
    assert "Right on" in said.stdout
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"manifest.json", "report.json", "report.md", "report.html", "predictions"} <= names
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["counts"] == {"codebook": {"in": 6, "predicted": 6, "refused": 0}}


def test_its_predictions_come_to_the_same_scores_again(corpus, tmp_path):
    call(*corpus, "--model", "codebook", "--out", tmp_path / "out")
    again = call("--predictions", tmp_path / "out", "--out", tmp_path / "again", "--json")
    assert again.exit_code == 0, again.output
    first = json.loads((tmp_path / "out/report.json").read_text())["models"]["codebook"]["sections"][0]
    assert json.loads(again.stdout)["models"]["codebook"]["sections"][0] == first


def test_more_clips_go_on_and_other_settings_are_refused(corpus, tmp_path):
    few = call(*corpus, "--model", "codebook", "--out", tmp_path / "out", "--clips", 2)
    assert few.exit_code == 0, few.output
    assert call(*corpus, "--model", "codebook", "--out", tmp_path / "out", "--clips", 4).exit_code == 0
    assert len(read_predictions(tmp_path / "out")["codebook"]) == 4
    other = call(*corpus, "--model", "codebook", "--out", tmp_path / "out", "--threshold", 0.9)
    assert other.exit_code == 3
    assert "threshold was 0.3" in other.stderr


def test_labels_of_predictions_are_read_by_any_spelling(tmp_path):
    write_predictions(predictions([("Happy", "joy"), ("sad", "anger"), ("bliss", "fear")]), tmp_path / "p.jsonl")
    said = json.loads(call("--predictions", tmp_path / "p.jsonl", "--out", tmp_path / "out", "--json").stdout)
    war = said["models"]["p"]["sections"][0]["figures"][0]
    assert (war["value"], war["n"]) == (0.5, 2)


def test_usage_is_checked_before_anything_is_done(tmp_path):
    assert call("--corpus", "csv").exit_code == 2
    assert call("--out", tmp_path).exit_code == 2
    assert call("--corpus", "csv", "--out", tmp_path).exit_code == 2
    assert call("--corpus", "nothing", "--root", tmp_path, "--model", "codebook", "--out", tmp_path).exit_code == 2


def test_two_files_are_compared(tmp_path):
    for name, answer in (("a", "anger"), ("b", "joy")):
        write_predictions(predictions([("joy", answer)] * 20), tmp_path / f"{name}.jsonl")
    said = call("compare", tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert said.exit_code == 0, said.output
    assert "B has the better accuracy, beyond chance." in said.stdout
    as_json = json.loads(call("compare", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--json").stdout)
    assert as_json["figures"][0]["value"] == 1


def test_a_broken_file_is_refused_in_json_too(tmp_path):
    (tmp_path / "p.jsonl").write_text("nonsense")
    said = call("--predictions", tmp_path / "p.jsonl", "--out", tmp_path / "out", "--json")
    assert said.exit_code == 3
    assert json.loads(said.stderr)["error"]["code"] == "bad_table"
