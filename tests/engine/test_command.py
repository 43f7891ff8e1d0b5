import json

import pytest
from typer.testing import CliRunner

from cot_engine.cli import app

pytest.importorskip("datasets")
pytest.importorskip("mlcroissant")


@pytest.fixture
def traces(planned):
    plan = planned(8)

    def call(*more):
        words = ["--corpus", "csv", "--root", plan.root, "--teacher", "codebook", "--out", plan.out, "--aus", "expert", *more]
        return CliRunner().invoke(app, ["traces", "build", *map(str, words)])

    return call


def test_json_is_all_that_stands_on_stdout(traces):
    result = traces("--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["counts"]["in"] == 8
    assert report["acceptance_by_class"]


def test_in_words_it_says_what_was_accepted_and_where_the_report_is(traces):
    result = traces("--limit", "6")
    assert "6 samples" in result.stdout
    assert "report.md" in result.stdout
    assert "accepted (100%)" in result.stdout


def test_other_settings_on_the_same_folder_end_with_exit_code_three(traces):
    traces()
    result = traces("--rounds", "5", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == "config_mismatch"
    assert "rounds was 3, now it is 5" in result.stderr


def test_an_unknown_corpus_is_wrong_usage():
    result = CliRunner().invoke(app, ["traces", "build", "--corpus", "x", "--root", ".", "--teacher", "codebook", "--out", "o"])
    assert result.exit_code == 2


def test_an_unreachable_name_of_a_teacher_is_refused(traces):
    result = traces("--teacher", "oracle", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == "bad_model"


def test_real_clips_are_measured_and_what_cannot_be_is_rejected_with_its_code(tmp_path, real_clip):
    for label, name in (("happiness", "single_face.jpg"), ("neutral", "no_face.mp4")):
        folder = tmp_path / "clips" / label
        folder.mkdir(parents=True)
        (folder / name).write_bytes(real_clip(name).read_bytes())
    (tmp_path / "clips" / "neutral" / "x.mp4").write_text("no video")
    words = ["traces", "build", "--corpus", "folder", "--root", str(tmp_path / "clips"), "--teacher", "codebook"]
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["counts"] == {"in": 3, "accepted": 1, "rejected": 2, "duplicates": 0}
    assert report["rejections"] == {"no_face": 1, "not_a_video": 1}
    assert report["seconds_this_session"]["perception"] > 0
    assert list((tmp_path / "out" / "dataset" / "frames").rglob("*.jpg"))
