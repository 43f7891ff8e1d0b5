import json

import pytest
from faked_rows import captioned, duplicate, finished, rejected
from typer.testing import CliRunner

from cot_engine.cli import app

pytest.importorskip("pyarrow")


@pytest.fixture
def out(tmp_path):
    rows = [captioned(n, "neutral", subject=f"s{n % 2}", given_label="fear") for n in range(32)]
    finished(tmp_path / "out", [*rows, rejected("r"), duplicate("d", "c1")])
    return tmp_path / "out"


def call(*words):
    return CliRunner().invoke(app, ["caption", "stats", *map(str, words)])


def test_it_says_what_the_run_came_to_and_that_it_collapsed(out):
    said = call(out)
    assert said.exit_code == 0, said.output
    assert "34 in, 32 captioned, 1 rejected, 1 duplicates" in said.stdout
    assert "apparent expressions: neutral 32, not sure 0" in said.stdout
    assert "rejected: no_face 1" in said.stdout
    assert "collapsed? Never answered, though given often: fear." in said.stdout


def test_json_alone_stands_on_stdout(out):
    found = json.loads(call(out, "--json").stdout)
    assert found["counts"] == {"in": 34, "captioned": 32, "rejected": 1, "duplicates": 1}
    assert set(found["by_subject"]) == {"s0", "s1", "(unknown)"}


def test_the_page_is_written_and_named_on_stderr(out, tmp_path):
    page = tmp_path / "stats.html"
    said = call(out, "--html", page)
    assert "32 of 34 clips" in page.read_text()
    assert str(page) in said.stderr
    assert str(page) not in said.stdout


def test_a_folder_without_a_finished_run_is_refused(tmp_path):
    said = call(tmp_path / "none", "--json")
    assert said.exit_code == 3
    assert json.loads(said.stderr)["error"]["code"] == "unreadable_input"
