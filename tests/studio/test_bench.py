import json

import pytest
from faked_clips import FLAT, estimate
from studio_set import FROWN, SMILE, reader, two_people

from cot_engine.studio.bench import SCHEMA, bench, score, write
from cot_engine.studio.held_out import held_out


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    root, out = tmp_path_factory.mktemp("set") / "set", tmp_path_factory.mktemp("out")
    heard = []
    two_people(root)
    document = bench(root, workers=1, out=out, progress=lambda *state: heard.append(state), read=reader)
    return document, out, heard, root


def test_both_estimators_are_scored_in_one_run(run):
    ours, raw = run[0]["estimators"].values()
    assert ours["macro_f1"]["value"] == 1
    assert raw["macro_f1"]["value"] == 0.5
    assert run[0]["difference"]["value"] == 0.5
    assert not raw["per_au"]["AU4"]["measured"]
    assert raw["per_au"]["AU12"]["measured"]


def test_progress_counts_the_clips(run):
    assert run[2] == [(1, 2), (2, 2)]


def test_eyes_count_as_one_and_gaze_stands_apart(run):
    assert set(run[0]["estimators"]["ours"]["per_au"]) == {"AU4", "AU12", "AU43"}
    assert set(run[0]["gaze_and_head"]["ours"]) == {"AU61"}
    # Nobody shuts an eye here: that AU is listed and in no mean.
    assert not run[0]["estimators"]["ours"]["per_au"]["AU43"]["shown"]
    assert run[0]["estimators"]["ours"]["macro_f1"]["n"] == 2


def test_the_files_hold_what_was_returned(run):
    document, out = run[:2]
    assert document["schema"] == SCHEMA
    assert json.loads((out / "bench.json").read_text()) == document
    assert (out / "bench.md").read_text().startswith("# Studio bench: 2 clips, 2 people")
    assert (out / "bench.png").read_bytes()[:4] == b"\x89PNG"
    assert "<svg" in (out / "bench.svg").read_text()


def test_what_is_undefined_is_null_and_never_nan(run):
    text = (run[1] / "bench.json").read_text()
    assert "NaN" not in text
    assert run[0]["estimators"]["ours"]["per_au"]["AU43"]["pearson"] is None


def test_a_second_run_reads_no_clip_and_gives_the_same(run):
    document, out, _, root = run

    def never(path):
        raise AssertionError(f"{path} was read again")

    assert bench(root, workers=1, out=out, read=never) == document


def test_the_seed_is_that_of_the_intervals_only(run):
    other = bench(run[3], workers=1, out=run[1], read=reader, seed=5)
    assert other["seed"] == 5
    assert other["estimators"]["raw blendshapes"]["macro_f1"]["value"] == 0.5


def test_a_clip_without_a_face_is_all_misses(tmp_path):
    truths = [clip.truth for clip in held_out(two_people(tmp_path / "set"))]
    smile = {"ours": estimate({"AU12": SMILE, "AU4": FLAT})}
    found = score(truths, {"a": smile, "b": None})["estimators"]["ours"]
    assert found["frames"] == {"all": 150, "no_face": 75, "clips_without_a_face": 1}
    assert found["per_au"]["AU4"]["f1"]["value"] == 0
    assert found["per_au"]["AU4"]["frames"]["no_face"] == 75
    assert found["events"]["missed"] == 1
    assert found["per_au"]["AU12"]["f1"]["value"] == 1


def test_one_estimator_alone_has_nothing_to_be_compared_with(tmp_path):
    truths = [clip.truth for clip in held_out(two_people(tmp_path / "set"))]
    seen = {"ours": estimate({"AU12": SMILE, "AU4": FROWN})}
    assert score(truths, {"a": seen, "b": seen})["difference"] is None


def test_no_face_anywhere_is_scored_as_nothing_found(tmp_path):
    truths = [clip.truth for clip in held_out(two_people(tmp_path / "set"))]
    found = score(truths, {"a": None, "b": None})
    assert list(found["estimators"]) == ["ours", "raw blendshapes"]
    assert found["estimators"]["ours"]["macro_f1"]["value"] == 0
    assert found["estimators"]["ours"]["events"]["onset"]["median_abs_ms"]["value"] is None
    assert not any(check["passed"] for check in found["checks"])
    write(found, tmp_path / "out")
