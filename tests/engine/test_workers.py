import asyncio
import os
import time
from pathlib import Path

import pytest

from cot_engine.engine.measure import Shelf
from cot_engine.engine.workers import WorkerDied, WorkerHung, Workers, beat
from cot_engine.errors import Refusal


def work(name, folder):
    """Clips called ``deadly`` end their process, those called ``unlucky`` once, ``hanging`` ones stand still."""
    if name == "deadly" or (name == "unlucky" and not (folder / name).exists()):
        (folder / name).touch()
        os._exit(9)
    if name == "slow":
        for _ in range(6):
            time.sleep(0.25)
            beat()
    if name == "hanging":
        time.sleep(60)
    if name == "refused":
        raise Refusal("no_face", "No face.", "Look.")
    return name


def results_of(workers, names, folder):
    async def all_of_them():
        return await asyncio.gather(*(workers.run(name, folder) for name in names), return_exceptions=True)

    try:
        return [r if isinstance(r, str) else type(r) for r in asyncio.run(all_of_them())]
    finally:
        workers.close()


def test_a_clip_that_kills_its_process_harms_no_other(tmp_path):
    names = ["a", "b", "deadly", "c", "unlucky", "refused", "d"]
    assert results_of(Workers(work, 2), names, tmp_path) == ["a", "b", WorkerDied, "c", "unlucky", Refusal, "d"]


def test_a_clip_that_stands_still_is_ended_and_one_that_only_takes_long_is_not(tmp_path):
    assert results_of(Workers(work, 2, stall_s=1), ["hanging", "slow", "a"], tmp_path) == [WorkerHung, "slow", "a"]


def test_closing_does_not_wait_for_what_is_under_way(tmp_path):
    workers, begun = Workers(work, 1), time.monotonic()

    async def given_up():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(workers.run("hanging", tmp_path), 3)

    asyncio.run(given_up())
    workers.close()
    assert time.monotonic() - begun < 20


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
