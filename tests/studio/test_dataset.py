import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet as pq
import pytest
from fake_studio import FakeStudio, FaultyStudio

from cot_engine.errors import Refusal
from cot_engine.studio.dataset import render_dataset
from cot_engine.studio.encode import digest
from cot_engine.studio.performance import plan_clip
from cot_engine.studio.truth import STUDIO_AUS, events, intensity_curves

CLIPS, SEED = 6, 3


def render(out, clips=CLIPS, renderer=FakeStudio, **more):
    return render_dataset(out, clips, SEED, "test", renderer=renderer, **more)


def contents(out):
    """Every file of a data set but its scratch folder."""
    return {
        path.relative_to(out).as_posix(): digest(path)
        for path in out.rglob("*")
        if path.is_file() and ".parts" not in path.parts
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "set"
    render(out)
    return out


def test_every_clip_is_there_with_its_frames_rate_and_hash(whole):
    rows = pq.read_table(whole / "clips.parquet").to_pylist()
    assert [row["clip"] for row in rows] == [f"test-s3-{i:06d}" for i in range(CLIPS)]
    for index, row in enumerate(rows):
        plan = plan_clip(SEED, index, split="test")
        with av.open(str(whole / row["file"])) as container:
            stream = container.streams.video[0]
            assert (stream.width, stream.height) == (row["width"], row["height"]) == plan.scene.size[::-1]
            assert stream.average_rate == row["fps"] == plan.fps
            assert sum(1 for _ in container.decode(video=0)) == row["frames"] == plan.frames
        assert row["sha256"] == digest(whole / row["file"])
        assert (row["label"], row["kind"], row["subject"]) == (plan.label, plan.kind, f"actor{plan.actor}")
        assert row["skin_tone"] in ("light", "dark")


def test_frames_hold_the_true_intensity_of_every_au_on_both_sides(whole):
    table = pq.read_table(whole / "frames.parquet")
    for index in range(CLIPS):
        plan = plan_clip(SEED, index, split="test")
        rows = table.filter(pq.filters_to_expression([("clip", "=", plan.clip)]))
        assert rows["frame"].to_pylist() == list(range(plan.frames))
        assert np.allclose(rows["time_s"], plan.times_s, atol=1e-4)
        assert rows["yaw"][0].as_py() == pytest.approx(plan.scene.yaw)
        for au, values in intensity_curves(plan).items():
            for i, side in enumerate(("left", "right")):
                assert np.allclose(rows[f"{au}_{side}"], values[:, i], atol=1e-5)
        assert rows["hidden"][0].as_py() == (["mouth"] if plan.scene.occluders else [])


def test_events_are_those_of_the_plans(whole):
    rows = pq.read_table(whole / "events.parquet").to_pylist()
    expected = [
        (plan.clip, event.au, event.side, event.onset_s, event.seen_from_s, event.grade)
        for plan in (plan_clip(SEED, index, split="test") for index in range(CLIPS))
        for event in events(plan)
    ]
    assert [tuple(row[k] for k in ("clip", "au", "side", "onset_s", "seen_from_s", "grade")) for row in rows] == expected


def test_the_manifest_counts_what_is_there(whole):
    manifest = json.loads((whole / "manifest.json").read_text())
    assert (manifest["schema"], manifest["complete"]) == ("cot-engine/studio/1", True)
    assert manifest["counts"]["clips"] == CLIPS == sum(manifest["counts"]["kinds"].values())
    assert manifest["counts"]["frames"] == pq.read_metadata(whole / "frames.parquet").num_rows
    assert manifest["counts"]["actors"] == 2
    assert tuple(manifest["aus"]) == STUDIO_AUS
    assert manifest["versions"]["av"] == av.__version__


def test_two_workers_write_the_same_bytes_as_one(whole, tmp_path):
    render(tmp_path / "set", workers=2)
    assert contents(tmp_path / "set") == contents(whole)


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(whole, tmp_path):
    code = (
        "from pathlib import Path; from fake_studio import SlowStudio; from cot_engine.studio.dataset import render_dataset\n"
        f"render_dataset(Path({str(tmp_path / 'set')!r}), {CLIPS}, {SEED}, 'test', renderer=SlowStudio)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[1])
    parts = tmp_path / "set" / ".parts"
    deadline = time.monotonic() + 60
    while len(list(parts.glob("*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.json")}
    assert 2 <= len(finished) < CLIPS
    assert json.loads((tmp_path / "set" / "manifest.json").read_text())["complete"] is False

    heard = []
    render(tmp_path / "set", progress=lambda done, total: heard.append((done, total)))
    assert heard[0] == (len(finished), CLIPS)
    assert heard[-1] == (CLIPS, CLIPS)
    assert contents(tmp_path / "set") == contents(whole)
    assert {path.name: path.stat().st_mtime_ns for path in parts.glob("*.json") if path.name in finished} == finished


def test_a_clip_that_was_damaged_since_is_filmed_again(whole, tmp_path):
    out = tmp_path / "set"
    render(out)
    (out / "clips" / "test-s3-000001.mp4").write_bytes(b"damaged")
    (out / "clips" / "test-s3-000002.mp4").unlink()
    (out / ".parts" / "test-s3-000003.json").write_text('{"torn": ')
    heard = []
    render(out, progress=lambda done, total: heard.append(done))
    assert heard[0] == CLIPS - 3
    assert contents(out) == contents(whole)


@pytest.mark.parametrize(
    ("change", "said"), [({"clips": 7}, "clips 6 there, 7 now"), ({"pictures": True}, "pictures False there")]
)
def test_other_settings_on_the_same_folder_are_refused_with_the_difference(whole, change, said):
    before = contents(whole)
    with pytest.raises(Refusal) as caught:
        render(whole, **change)
    assert caught.value.code == "config_mismatch"
    assert said in caught.value.message
    assert contents(whole) == before


@pytest.mark.parametrize(
    "text", ["not JSON", "[]", "{}", '{"schema": "other/1"}', '{"schema": "cot-engine/studio/1", "config": []}']
)
def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(Refusal) as caught:
        render(tmp_path)
    assert caught.value.code == "config_mismatch"
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_folder_with_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(Refusal) as caught:
        render(tmp_path)
    assert caught.value.code == "config_mismatch"


def test_pictures_instead_of_video_are_the_frames_themselves(tmp_path):
    render(tmp_path / "set", clips=1, pictures=True)
    (row,) = pq.read_table(tmp_path / "set" / "clips.parquet").to_pylist()
    folder = tmp_path / "set" / row["file"]
    assert len(list(folder.iterdir())) == row["frames"]
    assert row["sha256"] == digest(folder)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_renderer_refuses_reaches_the_caller(tmp_path, workers):
    with pytest.raises(Refusal) as caught:
        render(tmp_path / "set", renderer=FaultyStudio, workers=workers)
    assert caught.value.code == "backend_missing"


def test_without_pyarrow_the_refusal_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Refusal) as caught:
        render(tmp_path / "set")
    assert caught.value.code == "backend_missing"
    assert "pip install 'cot-engine[studio]'" in caught.value.hint
    assert not (tmp_path / "set").exists()
