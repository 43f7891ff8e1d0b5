import json

import pytest
from studio_set import reader, two_people
from typer.testing import CliRunner

from cot_engine.cli import app


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.setattr("cot_engine.studio.bench.read_all", lambda clips, keep, **_: [(clip, reader(clip)) for clip in clips])
    two_people(tmp_path / "set")

    def run(*more, root=tmp_path / "set"):
        return CliRunner().invoke(app, ["studio", "bench", "--root", str(root), "--out", str(tmp_path / "out"), *more])

    return run


def test_verdicts_are_printed_line_by_line(call, tmp_path):
    result = call()
    assert result.exit_code == 0
    assert "pass  macro F1 at grade B: 1.000 (needed >= 0.75)" in result.stdout
    assert "FAIL  held-out clips: 2 (needed >= 300)" in result.stdout
    assert (tmp_path / "out" / "bench.json").exists()


def test_json_is_the_document(call, tmp_path):
    result = call("--json")
    assert json.loads(result.stdout) == json.loads((tmp_path / "out" / "bench.json").read_text())


def test_a_folder_that_is_no_set_is_refused(call, tmp_path):
    result = call("--json", root=tmp_path)
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == "bad_corpus"
