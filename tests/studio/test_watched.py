"""What the estimator learns from, rendered and looked at: one person's stills and one person's film."""

import numpy as np
import pytest

from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.performance import plan_clip
from cot_engine.studio.stills import PARTS, make_stills
from cot_engine.studio.truth import intensity_curves
from cot_engine.studio.watched import watch_films


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    out, told = tmp_path_factory.mktemp("films"), []
    watch_films(out, 1, 3, workers=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 1), (1, 1)]
    return out / "train-s3-000000.npz"


def test_a_film_is_kept_frame_by_frame_with_its_truth(film):
    plan = plan_clip(3, 0, split="train")
    with np.load(film, allow_pickle=False) as kept:
        count = len(kept["found"])
        # A hand hides the face for a third of this film.
        assert plan.frames / 2 < count < plan.frames
        assert (np.diff(kept["found"]) > 0).all()
        assert np.allclose(kept["times_s"], kept["found"] / plan.fps, atol=1e-3)
        curves = intensity_curves(plan)
        for i, au in enumerate(MUSCLES):
            assert np.allclose(kept["truth"][:, i], curves[au][kept["found"]], atol=1e-5)
        assert kept["window"].shape == (count, 160, 160)
        assert kept["hidden"].shape == (count, len(PARTS))


def test_a_film_that_is_there_is_not_made_again(film):
    before, told = film.stat().st_mtime_ns, []
    watch_films(film.parent, 1, 3, workers=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
    assert film.stat().st_mtime_ns == before
    assert [path.name for path in film.parent.iterdir()] == [film.name]


def test_stills_are_seen_through_the_video_coding_of_their_scene(tmp_path):
    make_stills(tmp_path, 1, 5, workers=1, progress=lambda *_: None)
    assert [path.name for path in tmp_path.iterdir()] == ["000000.npz"]
    with np.load(tmp_path / "000000.npz", allow_pickle=False) as kept:
        assert len(kept["found"]) >= 6
        assert kept["truth"].shape == (len(kept["found"]), len(MUSCLES), 2)
        at_rest = kept["found"] < 3
        assert kept["truth"][at_rest].max() <= 3
        assert kept["truth"][~at_rest].max() > 1
