import json

import pyarrow.parquet as pq
import pytest
from fake_studio import FakeStudio, FaultyStudio
from typer.testing import CliRunner

from cot_engine.cli import app


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.setattr("cot_engine.studio.rig.load_rig", lambda: None)

    def run(*options, renderer=FakeStudio, out=tmp_path / "set"):
        monkeypatch.setattr("cot_engine.studio.render.Studio", renderer)
        return CliRunner().invoke(app, ["studio", "render", "--workers", "1", "--out", str(out), *options])

    return run


def test_a_rendered_set_is_announced_and_is_there(call, tmp_path):
    result = call("--clips", "2", "--split", "test", "--seed", "4")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 clips of 1 people")
    rows = pq.read_table(tmp_path / "set" / "clips.parquet").to_pylist()
    assert [row["clip"] for row in rows] == ["test-s4-000000", "test-s4-000001"]


def test_json_is_the_manifest(call, tmp_path):
    result = call("--clips", "1", "--json")
    assert json.loads(result.stdout) == json.loads((tmp_path / "set" / "manifest.json").read_text())


def test_frames_are_pictures(call, tmp_path):
    assert call("--clips", "1", "--frames").exit_code == 0
    assert list((tmp_path / "set" / "clips" / "train-s0-000000").glob("*.png"))


def test_a_refusal_ends_with_code_3_and_json_on_stderr(call):
    result = call("--clips", "1", "--json", renderer=FaultyStudio)
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == "backend_missing"
    assert not result.stdout


def test_a_folder_that_cannot_be_made_is_wrong_usage(call, tmp_path):
    (tmp_path / "file").touch()
    result = call("--clips", "1", out=tmp_path / "file" / "set")
    assert result.exit_code == 2
    assert "--out" in result.stderr


@pytest.mark.parametrize(
    "options", [(), ("--clips", "0"), ("--clips", "1", "--seed", "-1"), ("--clips", "1", "--split", "dev")]
)
def test_wrong_numbers_and_names_are_wrong_usage(call, options):
    assert call(*options).exit_code == 2


@pytest.mark.parametrize(("people", "films"), [(20, 30), (1000, 1000), (1482, 1200)])
def test_stills_films_and_calibration_have_no_person_in_common(tmp_path, monkeypatch, people, films):
    """However many people one of them takes, the next begins behind them."""
    from cot_engine.studio.performance import plan_clip

    asked = {}

    def ask(name):
        return lambda out, count, seed, **_: asked.update({name: (count, seed)})

    monkeypatch.setattr("cot_engine.studio.stills.make_stills", ask("stills"))
    monkeypatch.setattr("cot_engine.studio.watched.watch_films", ask("films"))
    monkeypatch.setattr("cot_engine.studio.dataset.render_dataset", ask("calibration"))
    monkeypatch.setattr("cot_engine.studio.training.train", lambda *_, **__: None)
    monkeypatch.setattr("cot_engine.studio.calibration.calibrate", lambda *_, **__: None)
    options = ["--out", tmp_path, "--work", tmp_path, "--people", people, "--films", films, "--clips", 9]
    assert CliRunner().invoke(app, ["studio", "train", *map(str, options)]).exit_code == 0
    seen = set()
    for name, clips_each in (("stills", 1), ("films", 1), ("calibration", 3)):
        count, seed = asked[name]
        actors = {plan_clip(seed, 3 * person, split="train").actor for person in range(-(-count // clips_each))}
        assert not seen & actors, name
        seen |= actors
