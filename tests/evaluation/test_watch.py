import pytest
from faked import evidence

from cot_engine.corpora.base import Sample
from cot_engine.engine.rows import FrameRef, Seen
from cot_engine.errors import Refusal
from cot_engine.evaluation import watch as module
from cot_engine.evaluation.clips import Asked
from cot_engine.evaluation.watch import pictures_of, shelf_of, watch

SEEN = Seen(evidence=evidence(), frames=(FrameRef(index=3, time_s=0.1, role="apex", file="k/0.jpg"),))


class Here:
    """Workers that work in this process."""

    def __init__(self, job, count):
        self.job = job

    async def run(self, clip, key):
        return self.job(clip, key)

    def close(self):
        pass


@pytest.fixture
def shelf(monkeypatch):
    """What ``measure`` gives of a clip, by name; exceptions are raised."""
    found = {}

    def measure(self, clip, key):
        result = found.get(clip.name, SEEN)
        if isinstance(result, Exception):
            raise result
        return result, 1.0

    monkeypatch.setattr(module.Shelf, "measure", measure)
    monkeypatch.setattr(module, "Workers", Here)
    return found


def clips(folder, *names, **more):
    for name in names:
        (folder / name).write_text(name)
    return [Asked(Sample(id=name, corpus="csv", clip=folder / name, **more), "fear") for name in names]


def test_every_clip_is_seen_or_has_a_code(tmp_path, shelf):
    shelf["b"] = Refusal("no_face", "None.", "")
    told = []
    found = watch(clips(tmp_path, "a", "b"), tmp_path / "out", done=lambda done, total: told.append((done, total)))
    assert found == {"a": SEEN, "b": "no_face"}
    assert told == [(1, 2), (2, 2)]


def test_a_missing_clip_is_unreadable_and_a_part_of_a_clip_is_not_looked_at(tmp_path, shelf):
    (gone,) = clips(tmp_path, "a")
    gone.sample.clip.unlink()
    assert watch([gone], tmp_path / "out") == {"a": "unreadable_input"}
    assert watch(clips(tmp_path, "a", start_s=1.0), tmp_path / "out") == {"a": "part_of_clip"}


def test_what_would_meet_every_clip_ends_the_run(tmp_path, shelf):
    shelf["a"] = Refusal("backend_missing", "Gone.", "")
    with pytest.raises(Refusal, match="Gone"):
        watch(clips(tmp_path, "a"), tmp_path / "out")


def test_another_number_of_frames_lies_elsewhere(tmp_path):
    assert shelf_of(tmp_path, 8) != shelf_of(tmp_path, 4)


def test_kept_pictures_are_given_as_they_were_chosen(tmp_path):
    (tmp_path / "clips/frames/k").mkdir(parents=True)
    (tmp_path / "clips/frames/k/0.jpg").write_bytes(b"picture")
    (one,) = pictures_of(SEEN, tmp_path)
    assert (one.jpeg, one.frame.row, one.frame.role) == (b"picture", 3, "apex")
