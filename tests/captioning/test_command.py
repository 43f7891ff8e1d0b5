import json

import fake_captioning as fake
import pytest
from typer.testing import CliRunner

from cot_engine.captioning import command
from cot_engine.cli import app
from cot_engine.facs import LABEL_SETS

pytest.importorskip("datasets")


@pytest.fixture
def caption(tmp_path, monkeypatch):
    """The command over made-up clips."""
    folder = fake.write(tmp_path / "clips", 20)
    monkeypatch.setattr(command, "_engine", lambda engine: fake.engine)

    def call(*more, given=("--input", folder)):
        words = [*given, "--out", tmp_path / "out", "--model", "codebook", *more]
        return CliRunner().invoke(app, ["caption", *map(str, words)])

    return call


def test_json_is_all_that_stands_on_stdout_and_nothing_on_stderr(caption):
    result = caption("--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["counts"] == {"in": 20, "captioned": 16, "rejected": 2, "duplicates": 2}
    assert result.stderr == ""


def test_in_words_it_says_what_came_of_the_clips_and_why_some_were_rejected(caption):
    result = caption()
    assert "20 clips: 16 captioned, 2 rejected, 2 duplicates" in result.stdout
    assert "no_face: 2" in result.stdout


def test_what_was_captioned_can_be_looked_at(caption, tmp_path):
    caption()
    result = CliRunner().invoke(app, ["caption", "stats", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "16 captioned" in result.stdout


def test_other_settings_end_with_exit_code_three_or_a_new_version(caption, tmp_path):
    caption()
    own = tmp_path / "own.yaml"
    own.write_text("name: own\nlabels:\n" + "".join(f"- name: {name}\n" for name in LABEL_SETS["basic-7"].names))
    result = caption("--labels", own, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == "config_mismatch"
    assert json.loads(caption("--labels", own, "--new-version", "--json").stdout)["version"] == 2


@pytest.mark.parametrize(
    "given",
    [(), ("--corpus", "folder"), ("--input", "x", "--corpus", "folder", "--root", "y"), ("--corpus", "no", "--root", "y")],
)
def test_neither_one_input_nor_the_other_is_wrong_usage(caption, given):
    assert caption(given=given).exit_code == 2


def test_an_unknown_model_is_refused(caption):
    result = caption("--model", "oracle")
    assert result.exit_code == 3
    assert "bad_model" in result.stderr
