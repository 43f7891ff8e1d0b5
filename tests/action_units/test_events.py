import numpy as np
import pytest

from cot_engine.action_units.events import find_events
from cot_engine.action_units.series import Timeline
from cot_engine.evidence import Span

FPS = 30
TIMES = np.arange(4 * FPS) / FPS


def rise(onset: float, apex: float, release: float, offset: float, peak: float) -> np.ndarray:
    return np.interp(TIMES, [onset, apex, release, offset], [0, peak, peak, 0])


def events(au: str, left: np.ndarray, right: np.ndarray, floor: float = 1.0, talking: tuple[Span, ...] = ()):
    return find_events(Timeline(TIMES, {au: np.stack([left, right], axis=1)}), {au: floor}, talking)


def test_onset_apex_and_offset_within_a_frame_of_the_half_grade_crossing():
    curve = rise(1.0, 1.5, 2.0, 2.5, 4.0)
    (event,) = events("AU12", curve, curve * 0.9)
    assert event.onset_s == pytest.approx(1.0 + 0.5 * 0.5 / 4, abs=0.02)
    assert event.apex_s == pytest.approx(1.5, abs=1 / FPS)
    assert event.offset_s == pytest.approx(2.5 - 0.5 * 0.5 / 4, abs=0.02)
    assert (event.side, event.intensity, event.grade) == ("both", 4.0, "D")
    assert event.onset_seen
    assert event.offset_seen


@pytest.mark.parametrize(("right_share", "side"), [(0.98, "both"), (0.6, "both"), (0.3, "left"), (0.0, "left")])
def test_the_side_is_one_when_the_other_is_far_weaker(right_share, side):
    curve = rise(1.0, 1.5, 2.0, 2.5, 4.0)
    (event,) = events("AU12", curve, curve * right_share)
    assert event.side == side
    assert (event.left, event.right) == (4.0, pytest.approx(4.0 * right_share))


def test_a_movement_already_there_and_still_there_has_no_seen_onset_or_offset():
    (event,) = events("AU12", np.full(len(TIMES), 3.0), np.full(len(TIMES), 2.9))
    assert (event.onset_seen, event.offset_seen) == (False, False)
    assert (event.onset_s, event.offset_s) == (0.0, round(TIMES[-1], 3))


def test_one_side_that_moves_while_the_other_is_hidden_is_not_called_one_sided():
    curve = rise(1.0, 1.5, 2.0, 2.5, 4.0)
    (event,) = events("AU12", curve, np.full(len(TIMES), np.nan))
    assert (event.side, event.side_measured, event.left, event.right) == ("both", False, None, None)
    (blink,) = events("AU43", rise(1.0, 1.1, 1.2, 1.3, 5.0), np.full(len(TIMES), np.nan))
    assert blink.au == "AU45"


def test_noise_below_the_floor_is_no_event():
    curve = rise(1.0, 1.5, 2.0, 2.5, 1.8)
    assert events("AU4", curve, curve * 0.9, floor=2.0) == []


def test_a_short_dip_does_not_split_and_a_long_one_does():
    one = np.maximum(rise(0.5, 0.7, 1.0, 1.2, 3), rise(1.2, 1.4, 1.8, 2.0, 3))
    two = np.maximum(rise(0.5, 0.7, 1.0, 1.2, 3), rise(1.8, 2.0, 2.4, 2.6, 3))
    assert len(events("AU12", one, one * 0.9)) == 1
    assert len(events("AU12", two, two * 0.9)) == 2


@pytest.mark.parametrize(
    ("length", "right_share", "name"), [(0.2, 0.95, "AU45"), (0.2, 0.1, "AU46"), (1.5, 0.95, "AU43"), (1.5, 0.1, "AU46")]
)
def test_closings_of_the_eyes_are_named_by_length_and_side(length, right_share, name):
    curve = rise(1.0, 1.05, 1.0 + length, 1.05 + length, 5.0)
    (event,) = events("AU43", curve, curve * right_share, floor=3.0)
    assert event.au == name


def test_mouth_movements_in_speech_are_marked_and_smiles_are_not():
    curve = rise(1.0, 1.2, 1.8, 2.0, 3.0)
    talking = (Span(start_s=0.9, end_s=2.1),)
    assert events("AU25", curve, curve, talking=talking)[0].talking
    assert not events("AU12", curve, curve * 0.9, talking=talking)[0].talking


def test_unmeasured_frames_end_an_event_without_a_seen_offset():
    curve = rise(1.0, 1.5, 3.0, 3.5, 4.0)
    curve[60:] = np.nan
    (event,) = events("AU12", curve, curve)
    assert event.offset_s == pytest.approx(59 / FPS, abs=1e-3)
    assert event.onset_seen
    assert not event.offset_seen
