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


@pytest.mark.parametrize("people", [20, 1000, 1482])
def test_the_estimator_is_calibrated_on_people_it_has_not_learned_from(call, tmp_path, monkeypatch, people):
    """However many people the stills take, those of the films begin behind them."""
    from cot_engine.studio.performance import plan_clip

    asked = {}
    monkeypatch.setattr(
        "cot_engine.studio.stills.make_stills", lambda out, count, seed, **_: asked.update(stills=(count, seed))
    )
    monkeypatch.setattr(
        "cot_engine.studio.dataset.render_dataset", lambda out, count, seed, **_: asked.update(films=(count, seed))
    )
    monkeypatch.setattr("cot_engine.studio.training.train", lambda *_, **__: None)
    monkeypatch.setattr("cot_engine.studio.calibration.calibrate", lambda *_, **__: None)
    folders = [option for name in ("out", "stills", "films") for option in (f"--{name}", str(tmp_path / name))]
    assert CliRunner().invoke(app, ["studio", "train", *folders, "--people", str(people), "--clips", "9"]).exit_code == 0
    (scenes, seed), (clips, other) = asked["stills"], asked["films"]
    learned = {plan_clip(seed, 3 * scene, split="train").actor for scene in range(scenes)}
    assert not learned & {plan_clip(other, clip, split="train").actor for clip in range(clips)}
