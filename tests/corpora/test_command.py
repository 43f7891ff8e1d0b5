import json

import corpus_trees as trees
import pytest
from typer.testing import CliRunner

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.corpora.command import app


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_clean_copy_exits_with_0(tmp_path):
    result = run("check", "csv", "--root", trees.csv_table(tmp_path))
    assert result.exit_code == 0
    assert "2 samples" in result.stdout
    assert "nothing to report" in result.stdout
    assert result.stderr == ""


def test_warnings_do_not_fail_but_are_printed(tmp_path):
    result = run("check", "raf-db", "--root", trees.raf_db(tmp_path))
    assert result.exit_code == 0
    assert "warning: incomplete" in result.stdout
    assert "majority 100.00% (happiness)" in result.stdout


def test_faults_exit_with_3_and_are_listed_with_what_to_do(tmp_path):
    root = trees.csv_table(tmp_path, "a.mp4,Happy,train,p1,,,\nc.mp4,sad,test,p1,,,\n")
    result = run("check", "csv", "--root", root)
    assert result.exit_code == 3
    assert "fault: subject_leak" in result.stdout
    assert "corpus_fault" in result.stderr
    assert "subject_leak, missing_media" in result.stderr
    assert "Move all samples of a person to one split." in result.stderr


def test_json_has_the_report_on_stdout_and_the_error_on_stderr(tmp_path):
    root = trees.csv_table(tmp_path, "a.mp4,Happy,train,p1,,,\nc.mp4,sad,test,p2,,,\n")
    result = run("check", "csv", "--root", root, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 3
    assert report["schema"] == "cot-engine/corpus-check/1"
    assert report["histogram"] == {"train": {"happiness": 1}, "test": {"sadness": 1}}
    assert [(finding["code"], finding["severity"]) for finding in report["findings"]] == [("missing_media", "fault")]
    assert json.loads(result.stderr)["error"]["code"] == "corpus_fault"


def test_another_layout_is_refused(tmp_path):
    result = run("check", "dfew", "--root", tmp_path, "--json")
    assert result.exit_code == 3
    error = json.loads(result.stderr)["error"]
    assert error["code"] == "bad_corpus"
    assert "EmoLabel_DataSplit/test(single-labeled)/set_1.csv" in error["message"]


@pytest.mark.parametrize("arguments", [("check", "nothing", "--root", "."), ("check", "dfew")])
def test_wrong_usage_exits_with_2(arguments):
    assert run(*arguments).exit_code == 2


def test_list_shows_every_corpus_in_words_and_as_json():
    text = run("list").stdout
    assert all(corpus.title in text for corpus in CORPORA.values())
    rows = json.loads(run("list", "--json").stdout)
    assert [row["name"] for row in rows] == list(CORPORA)
    assert rows[0]["labels"][3] == "happiness"
