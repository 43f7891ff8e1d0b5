"""A run of the Dataset tab with the real engine, without the page."""

import threading
import zipfile
from importlib import resources
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from cot_engine.captioning.run import Cancelled, Plan
from cot_engine.ui import dataset_run
from cot_engine.ui.dataset_run import NOT_SURE, Filter, caption_all

EXAMPLES = resources.files("cot_engine.ui") / "examples"


@pytest.fixture
def archive(tmp_path, monkeypatch):
    # The page of the other tests captions with an engine that sees nothing.
    monkeypatch.setattr(dataset_run, "Plan", Plan)
    clip = (EXAMPLES / "brows.mp4").read_bytes()
    with zipfile.ZipFile(tmp_path / "clips.zip", "w") as zipped:
        for name, content in (("fear/a.mp4", clip), ("fear/b.mp4", clip), ("anger/c.mp4", clip[:900])):
            zipped.writestr(name, content)
    return tmp_path / "clips.zip"


def made(archive, stop=None, progress=None):
    settings = {"labels": "basic-7", "model": "codebook", "stop": stop or threading.Event(), "progress": progress}
    return caption_all(archive=archive, root=None, name=None, **settings)


@pytest.mark.slow
def test_every_clip_is_counted_and_only_results_are_kept(archive, tmp_path):
    seen = []
    run = made(archive, progress=lambda status: seen.append((status.done, status.total)))
    assert run.manifest["counts"] == {"in": 3, "captioned": 1, "rejected": 1, "duplicates": 1}
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    folder = Path(run.folder.name)
    assert not list(folder.rglob("*.mp4"))
    (row,) = run.rows(Filter())
    assert (row.id, row.given_label) == ("fear/a.mp4", "fear")
    assert len(list(run.rows(Filter(label=NOT_SURE)))) == row.abstained
    assert [row.code for row in run.rows(Filter("rejects"))] == ["not_a_video"]
    assert [row.first for row in run.rows(Filter("duplicates"))] == ["fear/a.mp4"]
    names = zipfile.ZipFile(run.write_zip(tmp_path / "out.zip")).namelist()
    assert set(names) == {
        "captions/README.md",
        "captions/manifest.json",
        *(f"captions/data/v1/{name}.parquet" for name in ("captions", "rejects", "duplicates")),
    }
    del run
    assert not folder.exists()


def test_a_stopped_run_leaves_nothing(archive, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        made(archive, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["clips.zip"]
