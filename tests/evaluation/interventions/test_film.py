from dataclasses import replace
from types import SimpleNamespace

import av
import numpy as np
import pytest
from faked import event, evidence
from faked_picture import picture

from cot_engine.errors import Refusal
from cot_engine.evaluation.interventions import edits, film
from cot_engine.evaluation.interventions.case import AS_IT_IS, Case

FRAMES = [np.full((64, 64, 3), 40 * n, np.uint8) for n in range(6)]
BOXES = [(16.0, 16.0, 48.0, 48.0)] * 6
APEX = 2
CASE = Case("a", evidence())


def made(edit):
    return list(film._CHANGES[edit]("The expression is fear.")(FRAMES, BOXES, APEX))


def test_frames_are_turned_held_and_kept():
    assert [frame[0, 0, 0] for frame in made("reversed")] == [200, 160, 120, 80, 40, 0]
    assert [frame[0, 0, 0] for frame in made("frozen")] == [80] * 6
    assert [frame[0, 0, 0] for frame in made(edits.NO_OP)] == [0, 40, 80, 120, 160, 200]


def test_masks_cover_their_half_in_every_frame():
    for edit, inside, outside in ((edits.UPPER, 24, 44), (edits.LOWER, 44, 24)):
        assert all((frame[inside, 32] == 128).all() for frame in made(edit))
        assert all((frame[outside, 32] == frame[0, 0]).all() for frame in made(edit))


def test_text_is_burnt_into_every_frame_and_a_blank_clip_is_grey():
    assert all((frame[-1, 0] == 0).all() for frame in made(edits.BURNT))
    assert all((frame == 128).all() for frame in made(edits.BLANKED))


@pytest.fixture
def perceived(monkeypatch):
    """Perception that writes down what it was given, and finds no face in a grey clip."""
    seen = []

    def perceive(path):
        with av.open(str(path)) as file:
            shots = np.stack([frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]).astype(int)
        seen.append((path.name, len(shots)))
        if np.abs(shots - 128).max() < 8:
            raise Refusal("no_face", "None.", "None.")
        times = np.arange(len(shots)) / 5
        found = evidence(event("AU12", onset=0.2, length=0.6))
        return SimpleNamespace(
            people=[SimpleNamespace(evidence=found, times_s=times, indices=np.arange(len(shots)), boxes=np.array(BOXES))]
        )

    monkeypatch.setattr("cot_engine.perceive.perceive", perceive)
    monkeypatch.setattr("cot_engine.frame_pictures.pictures", lambda path, person, chosen: (picture(),))
    return seen


@pytest.fixture
def clip(tmp_path):
    film._write(tmp_path / "film.mp4", iter(FRAMES), 5.0, None)
    return tmp_path / "film.mp4"


def test_every_change_is_perceived_once_and_kept(perceived, clip, tmp_path):
    first = film.film(CASE, clip, "fear", tmp_path / "kept")
    assert [one.edit for one in first] == [AS_IT_IS, *film._CHANGES]
    assert [one.failed for one in first if one.case is None] == ["no_face"]
    assert first[1].case.pictures == (picture(),)
    asked = list(perceived)
    assert len(asked) == len(first)
    assert all(count == 6 for _, count in asked)
    assert "The expression is fear.mp4" in [name for name, _ in asked]
    assert film.film(CASE, clip, "fear", tmp_path / "kept") == first
    assert perceived == asked


def test_another_label_is_filmed_anew_and_a_damaged_file_too(perceived, clip, tmp_path):
    source = film._Source(clip)
    film._filmed(CASE, source, edits.BURNT, "fear", tmp_path)
    film._filmed(CASE, source, edits.BURNT, "anger", tmp_path)
    assert [name for name, _ in perceived].count("clip.mp4") == 2
    next(tmp_path.glob("*.json")).write_text("{")
    film._filmed(CASE, source, edits.BURNT, "fear", tmp_path)
    film._filmed(CASE, source, edits.BURNT, "anger", tmp_path)
    assert [name for name, _ in perceived].count("clip.mp4") == 3


def test_the_case_keeps_what_is_known_of_the_clip(perceived, clip, tmp_path):
    known = replace(CASE, truth="fear", subject="p1")
    filmed = film._filmed(known, film._Source(clip), AS_IT_IS, "anger", tmp_path)
    assert (filmed.case.id, filmed.case.truth, filmed.case.subject) == ("a", "fear", "p1")
