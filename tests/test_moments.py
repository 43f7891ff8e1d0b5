import numpy as np
import pytest
from real_clip import real_clip

from cot_engine.analysis import analyze
from cot_engine.moments import gather_pictures
from cot_engine.video import open_clip


@pytest.fixture(scope="module")
def analysis():
    return analyze(real_clip("single_face.mp4"))


def test_onset_and_apex_of_the_strongest_movement_are_shown_as_they_were_read(analysis):
    (pictures,) = gather_pictures(analysis).values()
    shown = {moment.caption: moment for moment in pictures.moments}
    blinks_apart = [event for event in analysis.report.people[0].events if event.au not in ("AU43", "AU45", "AU46")]
    strongest = max(blinks_apart, key=lambda event: event.intensity)
    assert shown[f"{strongest.au} apex"].time_s == pytest.approx(strongest.apex_s, abs=0.02)
    assert shown[f"{strongest.au} onset"].time_s == pytest.approx(strongest.onset_s, abs=0.02)
    with open_clip(real_clip("single_face.mp4")) as clip:
        apex = next(frame for frame in clip.frames() if frame.time_s >= shown[f"{strongest.au} apex"].time_s - 1e-6)
    np.testing.assert_array_equal(apex.rgb, shown[f"{strongest.au} apex"].rgb)


def test_the_box_holds_the_face_and_moments_are_in_order(analysis):
    (pictures,) = gather_pictures(analysis).values()
    times = [moment.time_s for moment in pictures.moments]
    assert times == sorted(times)
    for moment in pictures.moments:
        x0, y0, x1, y1 = moment.box
        assert 0 <= x0 < x1 <= moment.rgb.shape[1]
        assert 0 <= y0 < y1 <= moment.rgb.shape[0]
        assert analysis.report.people[0].events[moment.event].au in moment.caption


def test_everyone_in_a_picture_has_one_moment():
    pictures = gather_pictures(analyze(real_clip("multi_face.jpg"), people="all"))
    assert [len(p.moments) for p in pictures.values()] == [1] * 5


def test_a_table_has_no_pictures():
    (pictures,) = gather_pictures(analyze(real_clip("OpenFace_Test.csv"), fps=25)).values()
    assert pictures.moments == ()
    assert pictures.timeline is not None
