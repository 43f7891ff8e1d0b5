import numpy as np

from cot_engine.studio.scenery import draw_scene

SCENES = [draw_scene(np.random.default_rng(seed), 3.0) for seed in range(600)]


def share(test):
    return np.mean([test(scene) for scene in SCENES])


def test_angles_stay_in_range_and_four_in_ten_heads_may_be_turned():
    assert all(abs(s.yaw) <= 45 and abs(s.pitch) <= 20 and abs(s.roll) <= 15 for s in SCENES)
    assert 0.25 < share(lambda s: abs(s.yaw) > 8) < 0.42
    assert max(s.yaw for s in SCENES) > 40
    assert min(s.yaw for s in SCENES) < -40


def test_faces_fit_the_picture_and_one_in_ten_is_small():
    assert all(48 <= s.face_px <= 0.85 * s.size[0] for s in SCENES)
    assert 0.05 < share(lambda s: s.face_px < 90) < 0.16


def test_sizes_are_even_as_the_encoder_needs_and_mostly_224():
    assert {s.size for s in SCENES} == {(224, 224), (240, 320), (128, 128)}
    assert share(lambda s: s.size == (224, 224)) > 0.7


def test_quality_spans_its_range():
    for name, low, high in (("blur", 0, 1.2), ("noise", 0, 8), ("crf", 18, 36)):
        values = [getattr(s, name) for s in SCENES]
        assert low <= min(values) < low + 0.1 * (high - low)
        assert high - 0.1 * (high - low) < max(values) <= high


def test_a_quarter_of_the_faces_is_partly_hidden_within_the_clip():
    hidden = [s.occluders[0] for s in SCENES if s.occluders]
    assert 0.2 < len(hidden) / len(SCENES) < 0.3
    assert {o.kind for o in hidden} == {"hand", "mask", "sunglasses"}
    assert all(0 <= o.start_s < o.end_s <= 3.0 for o in hidden)
    assert all((o.start_s, o.end_s) == (0.0, 3.0) for o in hidden if o.kind != "hand")
