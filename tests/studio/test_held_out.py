import json

import numpy as np
import pytest
from fake_studio import FakeStudio
from faked_clips import FLAT
from studio_set import FROWN, SMILE, clip_row, frame_table, two_people, write_set

from cot_engine.errors import Refusal
from cot_engine.studio.dataset import render_dataset
from cot_engine.studio.held_out import GROUPINGS, held_out
from cot_engine.studio.performance import plan_clip
from cot_engine.studio.truth import STUDIO_AUS, intensity_curves

NOBODY = np.zeros(75, bool)


def one(root, row=None, **frames):
    rows = [clip_row("a", "p0", **(row or {}))]
    return held_out(write_set(root, rows, [frame_table("a", {"AU12": SMILE, "AU4": FROWN}, **frames)]))[0]


def refused(root):
    with pytest.raises(Refusal) as caught:
        held_out(root)
    assert caught.value.code == "bad_corpus"
    return caught.value


def test_only_clips_of_the_test_split_are_taken(tmp_path):
    clips = held_out(two_people(tmp_path))
    assert [(c.truth.clip, c.truth.subject) for c in clips] == [("a", "p0"), ("b", "p1")]
    assert clips[0].path == tmp_path / "clips" / "a.mp4"
    np.testing.assert_allclose(clips[0].truth.timeline.intensity["AU12"], SMILE, atol=1e-6)
    assert (clips[1].truth.timeline.intensity["AU12"] == FLAT).all()


def test_what_needs_a_hidden_part_is_not_known(tmp_path):
    covered = NOBODY.copy()
    covered[10:20] = True
    curves = one(tmp_path, hidden={"mouth": covered, "left brow": covered}).truth.timeline.intensity
    assert np.isnan(curves["AU12"][10:20]).all()
    assert np.isfinite(curves["AU12"][20:]).all()
    assert np.isnan(curves["AU4"][10:20, 0]).all()
    assert np.isfinite(curves["AU4"][:, 1]).all()
    assert np.isfinite(curves["AU43"]).all()


def test_groups_are_told_by_pose_size_occluder_and_person(tmp_path):
    hand = json.dumps([{"kind": "hand", "start_s": 0.2, "end_s": 1.0}])
    groups = one(tmp_path, {"face_px": 60, "occluders": hand}, yaw=-22.0).truth.groups
    assert groups == {
        "pose": "15-30°",
        "resolution": "0-90 px",
        "occlusion": "hand",
        "skin tone": "dark",
        "age": "old",
        "gender": "female",
        "ancestry": "asian",
    }
    assert list(groups) == list(GROUPINGS)


def test_a_bare_face_is_hidden_by_nothing(tmp_path):
    assert one(tmp_path).truth.groups["occlusion"] == "nothing"


def test_a_folder_that_is_no_studio_set_is_refused(tmp_path):
    assert "manifest" in refused(tmp_path).message


def test_a_set_whose_rendering_was_cut_off_is_refused(tmp_path):
    assert "cut off" in refused(two_people(tmp_path, complete=False)).message


def test_a_set_of_another_schema_is_refused(tmp_path):
    two_people(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"schema": "cot-engine/studio/0", "complete": True}))
    assert "studio/0" in refused(tmp_path).message


def test_a_set_without_held_out_people_is_refused(tmp_path):
    write_set(tmp_path, [clip_row("a", "p0", split="train")], [frame_table("a", {})])
    assert "--split test" in refused(tmp_path).hint


def test_a_lost_clip_is_refused_by_name(tmp_path):
    two_people(tmp_path)
    (tmp_path / "clips" / "b.mp4").unlink()
    assert "b.mp4" in refused(tmp_path).message


def test_a_lost_table_a_lost_column_and_a_broken_table_are_refused(tmp_path):
    write_set(tmp_path / "column", [clip_row("a", "p0")], [frame_table("a", {}).drop_columns(["hidden"])])
    assert "hidden" in refused(tmp_path / "column").message
    (two_people(tmp_path / "table") / "frames.parquet").unlink()
    refused(tmp_path / "table")
    (two_people(tmp_path / "broken") / "clips.parquet").write_bytes(b"not a table")
    refused(tmp_path / "broken")


class Groups(FakeStudio):
    def groups(self, actor_seed):
        return {"skin_tone": "dark", "age": "old", "gender": "male", "ancestry": "asian"}


def test_what_studio_render_writes_is_read_as_it_was_planned(tmp_path):
    render_dataset(tmp_path / "set", 2, 5, "test", renderer=Groups)
    clips = held_out(tmp_path / "set")
    for index, clip in enumerate(clips):
        plan = plan_clip(5, index, split="test")
        true, curves = intensity_curves(plan), clip.truth.timeline.intensity
        assert clip.truth.clip == plan.clip
        assert set(curves) == set(STUDIO_AUS)
        np.testing.assert_allclose(curves["AU4"], true["AU4"], atol=1e-6)
        np.testing.assert_allclose(clip.truth.timeline.times_s, plan.times_s, atol=1e-4)
