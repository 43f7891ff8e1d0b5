"""Training of the estimator: run by ``test_training``, in a process of its own."""

import numpy as np
import pytest

from cot_engine.action_units.learned import Estimator, Glimpse, moving
from cot_engine.studio.calibration import CARD, PLAIN, write_card
from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.scenes import AUS, GAZE, Scene, average_frame, components, load_scenes, mirrored
from cot_engine.studio.stills import PARTS


@pytest.fixture(scope="module")
def stills(tmp_path_factory):
    """24 people of 6 faces: noise on a face of random landmarks, which AU12 shifts and brightens; the first two at rest."""
    folder, rng = tmp_path_factory.mktemp("stills"), np.random.default_rng(0)
    landmarks = np.concatenate([rng.uniform(100, 200, (478, 2)), rng.normal(0, 10, (478, 1))], axis=1)
    landmarks[[33, 263]] = (120, 130, 0), (180, 130, 0)
    aus = list(MUSCLES)
    for number in range(24):
        truth = np.zeros((6, len(aus), 2), np.float32)
        truth[2:, aus.index("AU12"), 0] = rng.uniform(1, 5, 4)
        shift = truth[:, aus.index("AU12"), :1, None]
        window = rng.integers(0, 60, (1, 160, 160)) + rng.integers(0, 10, (6, 160, 160))
        window[:, 100:, :80] += (20 * shift).astype(int)
        np.savez(
            folder / f"{number:06d}.npz",
            landmarks=(landmarks + rng.normal(0, 1, (6, 478, 3)) + [0, 1, 0] * shift).astype(np.float32),
            blendshapes=rng.random((6, 52)).astype(np.float32),
            rotation=np.repeat(np.eye(3, dtype=np.float32)[None], 6, axis=0),
            pose=rng.normal(0, 4, (6, 3)).astype(np.float32),
            window=window.astype(np.uint8),
            hidden=np.zeros((6, len(PARTS)), bool),
            truth=truth,
        )
    np.savez(folder / "000099.npz", found=np.array([0]))
    return folder


@pytest.fixture(scope="module")
def trained(stills, tmp_path_factory):
    from cot_engine.studio.training import train

    out, lines = tmp_path_factory.mktemp("estimator"), []
    kept = tmp_path_factory.mktemp("kept") / "training.safetensors"
    train(stills, tmp_path_factory.mktemp("films"), out, kept=kept, epochs=6, threads=1, say=lines.append)
    return out, lines


def test_scenes_without_enough_faces_are_passed_over_and_rest_is_known(stills):
    scenes = load_scenes(stills, average_frame(stills))
    assert len(scenes) == 24
    assert scenes[0].neutral.tolist() == [True, True, False, False, False, False]


def test_a_mirrored_scene_changes_sides_and_comes_back(stills):
    frame = average_frame(stills)
    scenes = load_scenes(stills, frame)
    there = mirrored(scenes[0], frame)
    assert there.truth[2, AUS.index("AU12"), 1] == scenes[0].truth[2, AUS.index("AU12"), 0] > 0
    assert np.array_equal(mirrored(there, frame).pictures, scenes[0].pictures)
    assert np.array_equal(mirrored(there, frame).blendshapes, scenes[0].blendshapes)


def test_hidden_parts_are_not_asked_for(stills, tmp_path):
    with np.load(stills / "000000.npz") as file:
        row = dict(file)
    row["hidden"][:, PARTS.index("mouth")] = True
    np.savez(tmp_path / "0.npz", **row)
    (scene,) = load_scenes(tmp_path, average_frame(stills))
    assert not scene.visible[:, AUS.index("AU12")].any()
    assert scene.visible[:, AUS.index("AU1")].all()


def test_what_closed_eyes_hide_is_not_asked_for(stills, tmp_path):
    with np.load(stills / "000000.npz") as file:
        row = dict(file)
    row["truth"][3, list(MUSCLES).index("AU43"), 0] = 5
    np.savez(tmp_path / "0.npz", **row)
    (scene,) = load_scenes(tmp_path, average_frame(stills))
    assert scene.visible[3, [AUS.index(au) for au in ("AU5", "AU7", "AU61")]].tolist() == [[False, True]] * 3
    assert scene.visible[3, AUS.index("AU43")].all()


def test_training_learns_and_says_how_far(trained):
    _, lines = trained
    losses = [float(line.split("loss ")[1].split(";")[0]) for line in lines if line.startswith("epoch")]
    assert len(losses) == 6
    assert losses[-1] < 0.8 * losses[0]
    assert all("held out: error" in line for line in lines[1:])


def test_what_ships_says_what_was_trained(stills, tmp_path):
    """The same faces through torch and through the product's own code, against rest and without it."""
    import torch

    from cot_engine.studio.networks import Networks
    from cot_engine.studio.stored import write

    frame = average_frame(stills)
    scenes = load_scenes(stills, frame)
    torch.manual_seed(1)
    networks = Networks(frame, components(scenes, frame), scenes[0].blendshapes[0]).eval()
    write(networks, 1.0, np.ones(len(AUS), np.float32), tmp_path)
    write_card(tmp_path, dict.fromkeys(AUS, PLAIN))
    estimator, scene = Estimator(tmp_path), scenes[3]
    with torch.no_grad():
        against = 5 * networks([scene], [scene.neutral]).numpy()
        alone = 5 * networks([scene], [None]).numpy()
    geometry = (scene.geometry.reshape(6, -1) - frame.mean.ravel()) @ networks.components.T
    numbers = np.concatenate([geometry, scene.blendshapes, scene.pose], axis=1).astype(np.float32)
    glimpses = [Glimpse(picture, row) for picture, row in zip(scene.pictures, numbers, strict=True)]
    rest = estimator.at_rest(glimpses[:2])
    for i, glimpse in enumerate(glimpses):
        assert estimator.outputs(glimpse, rest) == pytest.approx(against[i], abs=2e-3)
        assert estimator.outputs(glimpse, None) == pytest.approx(alone[i], abs=2e-3)


def test_a_half_is_read_without_the_other_half():
    """What changes in the right half of a face, beyond the margin about the middle, changes nothing on the left."""
    import torch

    from cot_engine.studio.networks import Encoder

    torch.manual_seed(0)
    encoder = Encoder().eval()
    pictures, maps = torch.rand(1, 2, 112, 96), torch.rand(1, 2, 43520)
    other = pictures.clone()
    other[..., :40] = 0
    with torch.no_grad():
        before, after = (encoder(seen, maps)[0, -2 * len(AUS) :].view(len(AUS), 2) for seen in (pictures, other))
    assert torch.equal(before[:, 0], after[:, 0])
    assert (before[:, 1] - after[:, 1]).abs().max() > 1e-3


def test_networks_that_are_taken_up_again_say_the_same(stills, trained):
    """Exported, they have one layer where two were; what is restored is to say what the files say."""
    import torch

    from cot_engine.studio.stored import restore

    out, _ = trained
    write_card(out, dict.fromkeys(AUS, PLAIN))
    networks, estimator = restore(out).eval(), Estimator(out)
    scene = load_scenes(stills, networks.frame)[5]
    with torch.no_grad():
        alone = 5 * networks([scene], [None]).numpy()
    geometry = (scene.geometry.reshape(6, -1) - networks.frame.mean.ravel()) @ networks.components.T
    numbers = np.concatenate([geometry, scene.blendshapes, scene.pose], axis=1).astype(np.float32)
    for i in range(6):
        assert estimator.outputs(Glimpse(scene.pictures[i], numbers[i]), None) == pytest.approx(alone[i], abs=1e-4)


def test_networks_go_on_learning_also_from_films(stills, trained, tmp_path):
    """Of a film every fourth frame is taken; what is calm in it the networks say themselves."""
    from cot_engine.studio.training import train

    films = tmp_path / "films"
    films.mkdir()
    for path in sorted(stills.glob("00000*.npz")):
        with np.load(path) as file:
            frames = {name: np.repeat(file[name], 8, axis=0) for name in file.files}
        np.savez(films / path.name, times_s=np.arange(48) / 25, **frames)
    lines = []
    kept = tmp_path / "training.safetensors"
    train(stills, films, tmp_path / "out", kept=kept, epochs=2, begin_with=trained[0], threads=1, say=lines.append)
    assert lines[0].startswith("32 people to learn from")
    assert lines[1].startswith("before: error")
    write_card(tmp_path / "out", dict.fromkeys(AUS, PLAIN))
    scene = load_scenes(films, average_frame(stills))[0]
    assert len(scene.pose) == 12
    glimpse = Glimpse(scene.pictures[0], np.zeros(119, np.float32))
    before, after = (Estimator(folder).outputs(glimpse, None) for folder in (trained[0], tmp_path / "out"))
    assert np.abs(before - after).max() > 1e-3


@pytest.mark.parametrize("last", ["epoch 2/6", "epoch 4/6"])
def test_a_training_that_was_cut_off_ends_as_if_nothing_had_happened(stills, trained, tmp_path, last):
    """In the first half and in the second, in which everyone is shown the other way round."""
    from cot_engine.studio.training import train

    class CutOff(Exception):
        pass

    def say(line):
        if line.startswith(last):
            raise CutOff

    kept, lines = tmp_path / "training.safetensors", []
    with pytest.raises(CutOff):
        train(stills, tmp_path, tmp_path / "out", kept=kept, epochs=6, threads=1, say=say)
    assert not (tmp_path / "out").exists()
    train(stills, tmp_path, tmp_path / "out", kept=kept, epochs=6, threads=1, say=lines.append)
    assert f"going on after {last}" in lines
    assert lines[-1] == trained[1][-1]


def test_a_training_of_something_else_is_not_gone_on_with(stills, tmp_path):
    from cot_engine.errors import Refusal
    from cot_engine.studio.training import train

    kept = tmp_path / "training.safetensors"
    train(stills, tmp_path, tmp_path / "out", kept=kept, epochs=1, threads=1)
    with pytest.raises(Refusal, match="epochs was 1 and is 2") as refused:
        train(stills, tmp_path, tmp_path / "out", kept=kept, epochs=2, threads=1)
    assert refused.value.code == "config_mismatch"


def test_nine_in_ten_neutral_faces_are_calm(stills):
    import torch

    from cot_engine.studio.networks import Networks
    from cot_engine.studio.training import calm_below

    frame = average_frame(stills)
    scenes = load_scenes(stills, frame)
    torch.manual_seed(2)
    networks = Networks(frame, components(scenes, frame), scenes[0].blendshapes[0]).eval()
    limit = calm_below(networks, scenes)
    facial = [i for i, au in enumerate(AUS) if au not in GAZE]

    def calm(scene: Scene) -> list[bool]:
        with torch.no_grad():
            outputs = 5 * networks([scene], [None]).numpy()[scene.neutral]
        return [moving(face[facial]) <= limit for face in outputs]

    assert np.mean([one for scene in scenes for one in calm(scene)]) == pytest.approx(0.9, abs=0.03)


def test_the_card_of_fresh_networks_takes_outputs_as_they_are(trained):
    out, _ = trained
    write_card(out, dict.fromkeys(AUS, PLAIN))
    assert (out / CARD).is_file()
    assert all(card.learned and card.knots[-1] == (5.0, 5.0) for card in Estimator(out).calibration.values())
