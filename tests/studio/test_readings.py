import numpy as np
import pytest
from faked import event
from faked_clips import SMILE_SEEN, TIMES

from cot_engine.errors import Refusal
from cot_engine.studio import estimators, readings
from cot_engine.studio.estimators import read_clip
from cot_engine.studio.readings import load, read_all, save

CLIPS = {"a.mp4": "1" * 64, "b.mp4": "2" * 64}


@pytest.fixture
def clips(tmp_path):
    return {tmp_path / name: digest for name, digest in CLIPS.items()}


class Counting:
    def __init__(self, answer=SMILE_SEEN):
        self.answer, self.calls = answer, []

    def __call__(self, path):
        self.calls.append(path.name)
        return self.answer


def run(clips, keep, read):
    return dict(read_all(clips, keep, workers=1, read=read))


def test_what_is_saved_is_loaded_unchanged(tmp_path):
    with (tmp_path / "kept.npz").open("wb") as file:
        save(SMILE_SEEN, file)
    back = load(tmp_path / "kept.npz")
    assert list(back) == list(SMILE_SEEN)
    for name, estimate in SMILE_SEEN.items():
        assert back[name].events == estimate.events
        np.testing.assert_array_equal(back[name].seen_s, estimate.seen_s)
        np.testing.assert_array_equal(back[name].timeline.times_s, TIMES)
        for au, values in estimate.timeline.intensity.items():
            np.testing.assert_array_equal(back[name].timeline.intensity[au], values)


def test_a_clip_without_a_face_is_kept_as_such(clips, tmp_path):
    read = Counting(None)
    assert set(run(clips, tmp_path / "keep", read).values()) == {None}
    assert set(run(clips, tmp_path / "keep", read).values()) == {None}
    assert len(read.calls) == 2


def test_a_second_run_reads_no_clip_again(clips, tmp_path):
    read = Counting()
    first = run(clips, tmp_path / "keep", read)
    assert list(first) == list(clips)
    assert run(clips, tmp_path / "keep", read).keys() == first.keys()
    assert read.calls == ["a.mp4", "b.mp4"]


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(clips, tmp_path):
    def stopped(path):
        if path.name == "b.mp4":
            raise KeyboardInterrupt
        return SMILE_SEEN

    with pytest.raises(KeyboardInterrupt):
        run(clips, tmp_path / "keep", stopped)
    read = Counting()
    run(clips, tmp_path / "keep", read)
    assert read.calls == ["b.mp4"]


def test_a_clip_that_changed_is_read_again(clips, tmp_path):
    read = Counting()
    run(clips, tmp_path / "keep", read)
    run(dict.fromkeys(clips, "3" * 64), tmp_path / "keep", read)
    assert read.calls == ["a.mp4", "b.mp4"] * 2


def test_a_change_of_the_code_reads_everything_again(clips, tmp_path, monkeypatch):
    read = Counting()
    run(clips, tmp_path / "keep", read)
    monkeypatch.setattr(readings, "fingerprint", lambda: "other")
    run(clips, tmp_path / "keep", read)
    assert len(read.calls) == 4


def fails_by_name(path):
    raise Refusal("no_frames", f"{path.name} is empty.", "Render it again.")


def sees_a_smile(path):
    return SMILE_SEEN


def test_several_processes_give_the_same_and_keep_it(clips, tmp_path):
    found = dict(read_all(clips, tmp_path / "keep", workers=2, read=sees_a_smile))
    assert found.keys() == clips.keys()
    assert all(found[clip]["ours"].events == SMILE_SEEN["ours"].events for clip in clips)
    assert len(list((tmp_path / "keep").glob("*.npz"))) == 2


def test_a_refusal_in_a_worker_reaches_the_caller(clips, tmp_path):
    with pytest.raises(Refusal, match="is empty") as caught:
        dict(read_all(clips, tmp_path / "keep", workers=2, read=fails_by_name))
    assert caught.value.code == "no_frames"


def test_no_face_is_a_reading_and_any_other_refusal_is_not(monkeypatch, tmp_path):
    def refuse(code):
        def perceive(path, estimator=None):
            raise Refusal(code, "message", "hint")

        monkeypatch.setattr(estimators, "perceive", perceive)

    refuse("no_face")
    assert read_clip(tmp_path) is None
    refuse("not_a_video")
    with pytest.raises(Refusal):
        read_clip(tmp_path)


@pytest.mark.slow
def test_every_estimator_sees_the_main_person(real_clip):
    found = read_clip(real_clip("single_face.mp4"))
    assert list(found) == ["ours", "raw blendshapes"]
    for estimate in found.values():
        assert len(estimate.seen_s) > 10
        assert "AU12" in estimate.timeline.intensity


def test_events_survive_with_all_their_fields(tmp_path):
    told = event("AU12", side="left", left=3.0, right=0.1, talking=True, onset_seen=False)
    said = {"ours": type(SMILE_SEEN["ours"])(SMILE_SEEN["ours"].timeline, (told,), TIMES)}
    with (tmp_path / "kept.npz").open("wb") as file:
        save(said, file)
    assert load(tmp_path / "kept.npz")["ours"].events == (told,)
