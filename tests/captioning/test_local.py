"""Real clips through real worker processes."""

import asyncio
import shutil

import pytest
from stub_endpoint import Stub

from cot_engine.captioning import read
from cot_engine.captioning.clip import How, Task
from cot_engine.captioning.inputs import from_input
from cot_engine.captioning.local import contained, local
from cot_engine.captioning.model import Model
from cot_engine.captioning.run import Plan, run
from cot_engine.engine.workers import WorkerDied, WorkerHung
from cot_engine.facs import LABEL_SETS

LABELS = LABEL_SETS["basic-7"]


@pytest.fixture
def folder(tmp_path, real_clip, clips):
    """A face, the same again, a video without a face, a video cut before its first frame, sound, words, and nothing."""
    folder = tmp_path / "clips"
    folder.mkdir()
    shutil.copy(real_clip("single_face.jpg"), folder / "a.jpg")
    shutil.copy(real_clip("single_face.jpg"), folder / "copy.jpg")
    clips.write(folder / "bars.mp4", 3)
    cut = clips.write(folder / "cut.mp4")
    data = cut.read_bytes()
    cut.write_bytes(data[: data.index(b"mdat") + 8])
    clips.write_sound(folder / "sound.mp4")
    (folder / "words.mp4").write_text("these are words")
    (folder / "list.mp4").write_text("#EXTM3U\n#EXTINF:10,\n/etc/passwd\n")
    (folder / "empty.mp4").touch()
    (folder / "notes.txt").write_text("no clip")
    return folder


BROKEN = {
    "bars.mp4": "no_face",
    "cut.mp4": "no_frames",
    "empty.mp4": "unreadable_input",
    "list.mp4": "refused_reference",
    "sound.mp4": "no_video_stream",
    "words.mp4": "not_a_video",
}


def test_good_clips_are_captioned_and_every_broken_one_has_its_own_code(folder, tmp_path):
    plan = Plan(from_input(str(folder), tmp_path), tmp_path / "out", "codebook", LABELS, workers=2)
    assert run(plan)["counts"] == {"in": 8, "captioned": 1, "rejected": 6, "duplicates": 1}
    assert {row.id: row.code for row in read.rejects(plan.out)} == BROKEN
    (row,) = read.captions(plan.out)
    assert (row.id, row.label) == ("a.jpg", "happiness")
    assert {claim.verdict for claim in row.claims} == {"supported"}
    written = [path.read_bytes() for path in plan.out.rglob("*") if path.is_file()]
    assert not [content for content in written if bytes(tmp_path) in content]


def test_an_endpoint_explains_what_the_workers_saw(folder, tmp_path, monkeypatch):
    pytest.importorskip("openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stub = Stub()
    try:
        plan = Plan(from_input(str(folder / "*[ay].jpg"), tmp_path), tmp_path / "out", f"openai:{stub.url}#stub", LABELS)
        manifest = run(plan)
        asked = len(stub.seen)
        run(plan)
        assert len(stub.seen) == asked
    finally:
        stub.close()
    assert manifest["counts"] == {"in": 2, "captioned": 1, "rejected": 0, "duplicates": 1}
    assert {"describe", "infer"} <= manifest["prompts"].keys()
    (row,) = read.captions(plan.out)
    assert row.report.model.name == plan.model
    assert row.label == "happiness"


async def _fails(raised):
    raise raised


@pytest.mark.parametrize(("raised", "code"), [(WorkerDied, "worker_died"), (WorkerHung, "worker_hung")])
def test_a_clip_that_ends_or_stops_its_worker_is_a_reject(raised, code, tmp_path):
    assert asyncio.run(contained(Task("k", tmp_path, "x"), _fails(raised))).code == code


def test_without_tasks_nothing_is_started():
    assert list(local(iter(()), Model("codebook"), How(LABELS, 0.45), 2)) == []
