import asyncio
import os
from pathlib import Path

import pytest

from cot_engine.engine.measure import Shelf
from cot_engine.engine.workers import WorkerDied, Workers
from cot_engine.errors import Refusal


class Deadly:
    """A shelf whose clips called ``deadly`` end the process that measures them."""

    def measure(self, clip: Path, key: str):
        if clip.name == "deadly":
            os._exit(9)
        return key, 0.0


def test_a_clip_that_kills_its_process_harms_no_other():
    async def all_of_them(workers):
        names = ["a", "b", "deadly", "c", "d"]
        return await asyncio.gather(*(workers.measure(Path(n), n) for n in names), return_exceptions=True)

    workers = Workers(Deadly(), 2)
    try:
        results = asyncio.run(all_of_them(workers))
    finally:
        workers.close()
    assert [r if isinstance(r, tuple) else type(r) for r in results] == [
        ("a", 0.0),
        ("b", 0.0),
        WorkerDied,
        ("c", 0.0),
        ("d", 0.0),
    ]


def test_a_measurement_is_kept_with_its_pictures_and_not_made_twice(tmp_path, real_clip):
    shelf = Shelf(tmp_path, pixels=True)
    first, seconds = shelf.measure(real_clip("single_face.jpg"), "key")
    again, none = shelf.measure(Path("gone.jpg"), "key")
    assert first == again
    assert seconds > 0 == none
    assert first.evidence.events
    assert [(tmp_path / "frames" / frame.file).stat().st_size > 1000 for frame in first.frames] == [True]


def test_without_pixels_no_picture_is_written(tmp_path, real_clip):
    seen, _ = Shelf(tmp_path, pixels=False).measure(real_clip("single_face.jpg"), "key")
    assert [frame.file for frame in seen.frames] == [None]
    assert not (tmp_path / "frames").exists()


def test_a_damaged_measurement_is_made_again(tmp_path, real_clip):
    shelf = Shelf(tmp_path, pixels=False)
    first, _ = shelf.measure(real_clip("single_face.jpg"), "key")
    (kept,) = (tmp_path / "evidence").rglob("key.json")
    kept.write_bytes(kept.read_bytes()[:100])
    again, seconds = shelf.measure(real_clip("single_face.jpg"), "key")
    assert again == first
    assert seconds > 0


def test_a_clip_that_is_refused_is_refused_with_its_code(tmp_path):
    (tmp_path / "x.mp4").write_text("no video")
    with pytest.raises(Refusal) as refused:
        Shelf(tmp_path, pixels=False).measure(tmp_path / "x.mp4", "key")
    assert refused.value.code == "not_a_video"
