from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("gradio")

from cot_engine.ui import frame_store
from cot_engine.ui.frame_store import FrameKeeper
from cot_engine.video import Frame, open_clip


def shown(keeper: FrameKeeper, path: Path) -> list[Frame]:
    with open_clip(path) as clip:
        frames = list(clip.frames())
    for frame in frames:
        keeper.show(frame)
    return frames


def analysis(path: Path, frames: list[Frame], *moments: float, kind: str = "video") -> SimpleNamespace:
    """What the keeper asks of an analysis: the clip, and when somebody was seen and moved."""
    height, width, _ = frames[0].rgb.shape
    events = [SimpleNamespace(onset_s=at, apex_s=at, offset_s=at) for at in moments]
    person = SimpleNamespace(
        indices=np.array([frame.index for frame in frames]),
        times_s=np.array([frame.time_s for frame in frames]),
        evidence=SimpleNamespace(events=events),
    )
    clip = SimpleNamespace(path=str(path), kind=kind, width=width, height=height)
    return SimpleNamespace(report=SimpleNamespace(clip=clip), perception=SimpleNamespace(people=[person]))


def test_a_short_clip_is_not_read_again(clips, tmp_path):
    path = clips.write(tmp_path / "a.mp4", 12)
    keeper = FrameKeeper()
    frames = shown(keeper, path)
    path.unlink()
    assert not keeper.complete(analysis(path, frames, 0.2), lambda: None)
    assert [keeper.store().nearest(frame.time_s).index for frame in frames] == list(range(12))


def test_of_a_long_clip_the_moments_of_events_are_fetched(clips, tmp_path, monkeypatch):
    monkeypatch.setattr(frame_store, "_MOST", 6)
    monkeypatch.setattr(frame_store, "_EVENLY", 2)
    path = clips.write(tmp_path / "a.mp4", 20)
    keeper = FrameKeeper()
    frames = shown(keeper, path)
    # Every fourth is left.
    assert keeper.store().nearest(frames[7].time_s).index == 8
    assert len(list(Path(keeper.store().nearest(0).file).parent.iterdir())) == 5
    assert keeper.complete(analysis(path, frames, frames[7].time_s), lambda: None)
    assert keeper.store().nearest(frames[7].time_s).index == 7


def test_large_frames_are_made_smaller_and_say_by_how_much():
    keeper = FrameKeeper()
    keeper.show(Frame(0, 0.0, np.zeros((720, 1280, 3), np.uint8)))
    assert keeper.store().nearest(0).scale == pytest.approx(720 / 1280)


def test_the_files_go_with_the_last_who_shows_them(clips, tmp_path):
    keeper = FrameKeeper()
    shown(keeper, clips.write(tmp_path / "a.mp4", 3))
    store = keeper.store()
    file = store.nearest(0).file
    del keeper
    assert file.exists()
    del store
    assert not file.exists()


def test_a_table_has_no_frames():
    keeper = FrameKeeper()
    frame = Frame(0, 0.0, np.zeros((9, 16, 3), np.uint8))
    assert not keeper.complete(analysis(Path("none.csv"), [frame], kind="table"), lambda: None)
    assert not keeper.store()
