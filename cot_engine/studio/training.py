"""Trains the AU estimator on stills and writes what ``action_units.learned`` reads.

The encoder sees one picture at a time; the head compares a face with the mean of the same person's neutral faces, or, in a
fifth of the cases, with nothing, so that it can also find the neutral faces of a new clip by itself. Every scene is shown as
it is or mirrored. What is hidden is not asked for. A tenth of the people is kept out of the training; on them the outputs are
calibrated.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.action_units.appearance import PICTURE, STABLE, places, upright, window_map
from cot_engine.action_units.blendshapes import raw_values
from cot_engine.action_units.intensity import AUS as RAW_AUS
from cot_engine.action_units.intensity import Baseline, strengths
from cot_engine.action_units.learned import Estimator
from cot_engine.evidence import parts_of
from cot_engine.faces.landmarker import BLENDSHAPES, Face
from cot_engine.faces.pose import HeadPose
from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.stills import PARTS

# Blinks and winks are closings of the eyes, told apart by their length; AU30 leaves hardly a trace that anything here could
# see.
AUS = tuple(au for au in MUSCLES if au not in ("AU45", "AU46", "AU30"))
_GAZE = ("AU61", "AU62", "AU63", "AU64")
_SEEN, _COMPONENTS = 128, 64
_AT_REST = 0.15
_PRESENT = 1.0
_MIRROR = np.array((-1, 1, 1), np.float32)
_BATCH, _RATE, _DECAY = 12, 3e-3, 0.03
_ALONE = 0.2
_HELD_OUT = 0.1
# In the stills lips also part without being told to (AU10, AU16, AU22); their gap is better measured than learned from that.
_BY_THE_LIPS = ("AU25", "AU26")
# An event is believed from where this share of readings is true; a trace is a true reading; so few readings prove nothing.
_PRECISE, _THERE, _ENOUGH = 0.7, 0.4, 8


@dataclass
class Scene:
    """Stills of one person: N ``pictures``, ``geometry`` (N, 478, 3), ``blendshapes``, ``pose``, ``truth`` (N, A, 2), what can
    be seen of it, which faces are ``neutral``, and the ``raw`` (N, K, 2) values of the blendshapes."""

    pictures: NDArray[np.uint8]
    geometry: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    pose: NDArray[np.float32]
    truth: NDArray[np.float32]
    visible: NDArray[np.bool_]
    neutral: NDArray[np.bool_]
    raw: NDArray[np.float64]


@dataclass
class Frame:
    """What all scenes share: the average face, its mirror image's numbering, and where its stable landmarks lie in a
    picture."""

    mean: NDArray[np.float32]
    mirror: NDArray[np.int64]
    target: NDArray[np.float32]


def train(stills: Path, out: Path, *, epochs: int, seed: int = 0, threads: int = 2, say: Callable[[str], None] = print) -> None:
    """Trains on the scenes in ``stills`` and writes encoder.onnx, head.safetensors and calibration.json into ``out``.

    Repeatable up to the order of floating-point sums.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(seed)
    files = [file for path in sorted(stills.glob("*.npz")) if "truth" in (file := np.load(path)).files]
    frame, scenes = load_scenes(files)
    order = rng.permutation(len(scenes))
    held_out = int(len(scenes) * _HELD_OUT)
    test, rest = [scenes[i] for i in order[:held_out]], [scenes[i] for i in order[held_out:]]
    say(f"{len(rest)} people to learn from ({sum(len(s.pose) for s in rest)} faces), {held_out} held out")
    model = Model(rest, frame)
    model.fit(rest, epochs, rng, say)
    model.write(out)
    write_calibration(out, test, say)


def load_scenes(files: list[Any]) -> tuple[Frame, list[Scene]]:
    """Scenes with at least one neutral face, and what they share."""
    rows = [{name: file[name] for name in file.files} for file in files]
    for row in rows:
        row["geometry"] = _without_motion(row["landmarks"], row["rotation"])
    frontal = [row["geometry"][np.abs(row["pose"][:, 0]) < 15] for row in rows]
    mean = np.mean([geometry.mean(axis=0) for geometry in frontal if len(geometry) > 3], axis=0)
    mirror = np.linalg.norm(mean[None] - (mean * _MIRROR)[:, None], axis=2).argmin(axis=1)
    mean = ((mean + mean[mirror] * _MIRROR) / 2).astype(np.float32)
    frame = Frame(mean, mirror, places(mean))
    scenes = [_scene(row, frame) for row in rows]
    return frame, [scene for scene in scenes if scene.neutral.any()]


def _without_motion(landmarks: NDArray[np.float32], rotation: NDArray[np.float32]) -> NDArray[np.float32]:
    """``faces.pose.without_head_motion`` for (N, 478, 3) at once."""
    camera = (landmarks - landmarks.mean(axis=1, keepdims=True)) * np.array((1, -1, -1), np.float32)
    face = camera @ rotation
    return np.asarray(face / np.linalg.norm(face[:, 33] - face[:, 263], axis=1)[:, None, None], np.float32)


def _scene(row: dict[str, Any], frame: Frame) -> Scene:
    pictures = []
    for window, landmarks in zip(row["window"], row["landmarks"], strict=True):
        scale, shift = window_map(landmarks)
        pictures.append(upright(window, landmarks[list(STABLE), :2] * scale + shift, frame.target))
    visible = np.ones((len(pictures), len(AUS), 2), bool)
    for i, au in enumerate(AUS):
        for side, name in enumerate(("left", "right")):
            for part in parts_of(au, name):  # type: ignore[arg-type]
                visible[:, i, side] &= ~row["hidden"][:, PARTS.index(part)]
    muscles = list(MUSCLES)
    telling = [i for i, au in enumerate(muscles) if au not in _GAZE]
    return Scene(
        pictures=np.stack(pictures),
        geometry=row["geometry"],
        blendshapes=row["blendshapes"],
        pose=(row["pose"] / 30).astype(np.float32),
        truth=row["truth"][:, [muscles.index(au) for au in AUS]] / 5,
        visible=visible,
        neutral=row["truth"][:, telling].max(axis=(1, 2)) < _AT_REST,
        raw=np.stack([raw_values(face) for face in _faces(row)]),
    )


def _faces(row: dict[str, Any]) -> Iterator[Face]:
    for landmarks, shapes, rotation, pose in zip(
        *(row[name] for name in ("landmarks", "blendshapes", "rotation", "pose")), strict=True
    ):
        yield Face(
            landmarks,
            shapes,
            HeadPose(float(pose[0]), float(pose[1]), float(pose[2]), rotation.astype(np.float64)),
            (0.0, 0.0, 0.0, 0.0),
        )


def mirrored(scene: Scene, frame: Frame) -> Scene:
    """The scene as a mirror shows it: sides change places, gaze to the left becomes gaze to the right."""
    swap = [BLENDSHAPES.index(_other_side(name)) for name in BLENDSHAPES]
    truth, visible = scene.truth[:, :, ::-1].copy(), scene.visible[:, :, ::-1].copy()
    left, right = AUS.index("AU61"), AUS.index("AU62")
    truth[:, [left, right]] = truth[:, [right, left]]
    return Scene(
        pictures=scene.pictures[:, :, ::-1].copy(),
        geometry=(scene.geometry[:, frame.mirror] * _MIRROR).astype(np.float32),
        blendshapes=scene.blendshapes[:, swap],
        pose=scene.pose * np.array((-1, 1, -1), np.float32),
        truth=truth,
        visible=visible,
        neutral=scene.neutral,
        raw=scene.raw,
    )


def _other_side(name: str) -> str:
    return name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")


class Model:
    """The networks and what they need to know of the training faces."""

    def __init__(self, scenes: list[Scene], frame: Frame) -> None:
        import torch
        from torch import nn

        def block(inputs: int, outputs: int, stride: int) -> list[nn.Module]:
            return [nn.Conv2d(inputs, outputs, 3, stride, 1), nn.BatchNorm2d(outputs), nn.ReLU()]

        self.frame = frame
        self.components = _components(scenes, frame)
        self.rest_shapes = np.concatenate([s.blendshapes[s.neutral] for s in scenes]).mean(axis=0).astype(np.float32)
        rows, columns = (-(-side // 16) for side in PICTURE)
        self.encoder = nn.Sequential(
            *block(1, 24, 2),
            *block(24, 32, 2),
            *block(32, 48, 1),
            *block(48, 64, 2),
            *block(64, 64, 1),
            *block(64, 96, 2),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(96 * rows * columns, _SEEN),
        ).to(memory_format=torch.channels_last)
        self.rest_seen = nn.Parameter(torch.zeros(_SEEN))
        inputs = 2 * (_SEEN + _COMPONENTS + len(BLENDSHAPES)) + 3 + 1
        self.head = nn.Sequential(
            *(nn.Linear(inputs, 384), nn.ReLU(), nn.Dropout(0.3)),
            *(nn.Linear(384, 256), nn.ReLU(), nn.Dropout(0.2)),
            nn.Linear(256, 2 * len(AUS)),
        )

    def fit(self, scenes: list[Scene], epochs: int, rng: np.random.Generator, say: Callable[[str], None]) -> None:
        """AdamW, one cycle; smooth L1 on intensities, weighed towards strong movements."""
        import torch
        from torch.nn import functional

        weights = [*self.encoder.parameters(), self.rest_seen, *self.head.parameters()]
        steps = epochs * (len(scenes) // _BATCH)
        optimiser = torch.optim.AdamW(weights, _RATE, weight_decay=_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps + 1)
        self._mode(training=True)
        for epoch in range(epochs):
            total = 0.0
            order = rng.permutation(len(scenes))
            for start in range(0, len(scenes) - _BATCH + 1, _BATCH):
                batch = [scenes[i] for i in order[start : start + _BATCH]]
                batch = [mirrored(scene, self.frame) if rng.random() < 0.5 else scene for scene in batch]
                alone = rng.random(len(batch)) < _ALONE
                guess = self.forward(
                    batch, [None if one else _some(s.neutral, rng) for s, one in zip(batch, alone, strict=True)], True
                )
                truth = torch.from_numpy(np.concatenate([s.truth for s in batch]))
                seen = torch.from_numpy(np.concatenate([s.visible for s in batch]))
                error = functional.smooth_l1_loss(guess, truth, beta=0.1, reduction="none")
                loss: Any = ((1 + 3 * truth) * error * seen).sum() / seen.sum()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                total += float(loss.detach())
            say(f"epoch {epoch + 1}/{epochs}: loss {total / (len(scenes) // _BATCH):.5f}")

    def _mode(self, *, training: bool) -> None:
        self.encoder.train(training)
        self.head.train(training)

    def forward(self, scenes: list[Scene], neutral: list[NDArray[np.bool_] | None], training: bool) -> Any:
        """(N, A, 2) intensities 0-1 of all faces of the scenes, each against its ``neutral`` faces (or none)."""
        import torch

        sizes = [len(scene.pose) for scene in scenes]
        pictures = torch.from_numpy(np.concatenate([scene.pictures for scene in scenes])).float()[:, None] / 255
        if training:
            pictures = _augmented(pictures, sizes)
        spread = pictures.std(dim=(1, 2, 3), keepdim=True)
        pictures = ((pictures - pictures.mean(dim=(1, 2, 3), keepdim=True)) / (spread + 0.03)).to(
            memory_format=torch.channels_last
        )
        with torch.autocast("cpu", torch.bfloat16, enabled=training):
            seen = self.encoder(pictures)
        rows = []
        for scene, own, rest in zip(scenes, seen.float().split(sizes), neutral, strict=True):
            geometry = torch.from_numpy((scene.geometry.reshape(len(own), -1) - self.frame.mean.ravel()) @ self.components.T)
            shapes = torch.from_numpy(scene.blendshapes)
            seen_0: Any
            if rest is None:
                seen_0, geometry_0, shapes_0 = self.rest_seen, torch.zeros(_COMPONENTS), torch.from_numpy(self.rest_shapes)
            else:
                chosen = torch.from_numpy(rest)
                seen_0, geometry_0, shapes_0 = (values[chosen].mean(dim=0) for values in (own, geometry, shapes))
            parts = [own - seen_0, seen_0.expand(len(own), -1), geometry - geometry_0, (0.3 * geometry_0).expand(len(own), -1)]
            flag = torch.full((len(own), 1), float(rest is not None))
            rows.append(torch.cat([*parts, shapes, shapes - shapes_0, torch.from_numpy(scene.pose), flag], dim=1))
        return self.head(torch.cat(rows)).view(-1, len(AUS), 2)

    def write(self, out: Path) -> None:
        """Writes the networks."""
        import torch
        from safetensors.numpy import save_file

        self._mode(training=False)
        out.mkdir(parents=True, exist_ok=True)
        layers: list[Any] = [layer for layer in self.head if hasattr(layer, "weight")]
        arrays = {
            "components": self.components,
            "mean_geometry": self.frame.mean.ravel(),
            "target": self.frame.target,
            "rest_shapes": self.rest_shapes,
            "rest_seen": self.rest_seen.detach().numpy(),
            **{f"w{i}": layer.weight.detach().numpy() for i, layer in enumerate(layers)},
            **{f"b{i}": layer.bias.detach().numpy() for i, layer in enumerate(layers)},
        }
        save_file({name: np.ascontiguousarray(values, np.float32) for name, values in arrays.items()}, out / "head.safetensors")
        torch.onnx.export(
            self.encoder.to(memory_format=torch.contiguous_format),
            (torch.zeros(1, 1, *PICTURE),),
            str(out / "encoder.onnx"),
            input_names=["picture"],
            output_names=["seen"],
            external_data=False,
        )


def write_calibration(out: Path, test: list[Scene], say: Callable[[str], None]) -> None:
    """Reads ``test`` with the networks in ``out`` as the product does, and writes calibration.json beside them."""
    path = out / "calibration.json"
    plain = {"knots": [(0.0, 0.0), (5.0, 5.0)], "trust": 0.0, "floor": 1.0, "learned": True}
    path.write_text(json.dumps({"aus": AUS, "calibration": dict.fromkeys(AUS, plain)}), encoding="utf-8")
    estimator = Estimator(out)
    guess = np.concatenate([_outputs(estimator, scene) for scene in test])
    truth, seen = (np.concatenate([getattr(scene, name) for scene in test]) for name in ("truth", "visible"))
    plain_reading = np.concatenate(
        [strengths(s.raw, Baseline(s.raw[s.neutral].mean(axis=0), "person", s.neutral)) for s in test]
    )
    rows = {}
    for i, au in enumerate(AUS):
        mine, true = guess[:, i][seen[:, i]], 5 * truth[:, i][seen[:, i]]
        knots, f1, correlation = calibrate(mine, true)
        xs, ys = np.array(knots).T
        floor = believable(np.interp(mine, xs, ys), true)
        theirs = _f1(plain_reading[:, RAW_AUS.index(au)][seen[:, i]] > _PRESENT, true > _PRESENT) if au in RAW_AUS else 0.0
        better = floor is not None and f1 > theirs and au not in _BY_THE_LIPS
        rows[au] = {"knots": knots, "trust": round(f1, 2), "floor": floor or 5.0, "learned": better}
        say(f"{au}: F1 {f1:.2f} (blendshapes {theirs:.2f}), correlation {correlation:.2f}, events from {floor}")
    path.write_text(json.dumps({"aus": AUS, "calibration": rows}, indent=1) + "\n", encoding="utf-8")


def _outputs(estimator: Estimator, scene: Scene) -> NDArray[np.float64]:
    seen = estimator.encode(scene.pictures)
    geometry = estimator.compress(scene.geometry.reshape(len(seen), -1))
    described = np.concatenate([seen, geometry, scene.blendshapes, scene.pose], axis=1)
    return estimator.outputs(described, described[scene.neutral].mean(axis=0))


def believable(guess: NDArray[np.float64], truth: NDArray[np.float64]) -> float | None:
    """The intensity from which a reading is right often enough: the least at which ``_PRECISE`` of all readings above it are
    of a movement that is there at all (a trace or more). None when there is no such intensity, or hardly a reading above it."""
    there = truth > _THERE
    for floor in np.arange(1.0, 4.01, 0.1):
        above = guess >= floor
        if above.sum() < _ENOUGH:
            return None
        if there[above].mean() >= _PRECISE:
            return round(float(floor), 1)
    return None


def _some(neutral: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """A random choice of the neutral faces, at least one."""
    which = np.flatnonzero(neutral)
    chosen = np.zeros_like(neutral)
    chosen[rng.choice(which, int(rng.integers(1, len(which) + 1)), replace=False)] = True
    return chosen


def _components(scenes: list[Scene], frame: Frame) -> NDArray[np.float32]:
    """(64, 1434) directions in which landmarks move most against the neutral face, scaled to unit variance, sides alike."""
    moved = np.concatenate([(s.geometry - s.geometry[s.neutral].mean(axis=0)) for s in scenes])[::4]
    both = np.concatenate([moved, moved[:, frame.mirror] * _MIRROR]).reshape(2 * len(moved), -1)
    values, vectors = np.linalg.eigh(both.T @ both / len(both))
    largest = np.argsort(values)[::-1][:_COMPONENTS]
    return np.asarray((vectors[:, largest] / np.sqrt(values[largest])).T, np.float32)


def _augmented(pictures: Any, sizes: list[int]) -> Any:
    """Another exposure for each scene; for each face a little shift, turn and stretch, and noise."""
    import torch
    from torch.nn import functional

    scene = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    pictures = pictures ** torch.exp(0.25 * torch.randn(len(sizes)))[scene][:, None, None, None]
    warp = 0.012 * torch.randn(len(pictures), 2, 3)
    warp[:, 0, 0] += 1
    warp[:, 1, 1] += 1
    grid = functional.affine_grid(warp, list(pictures.shape), align_corners=False)
    pictures = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    return pictures + torch.randn_like(pictures) * (0.03 * torch.rand(len(sizes)))[scene][:, None, None, None]


def _f1(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return float(2 * (said & true).sum() / max(said.sum() + true.sum(), 1))


def calibrate(guess: NDArray[np.float64], truth: NDArray[np.float64]) -> tuple[list[tuple[float, float]], float, float]:
    """Knots that map outputs to intensities, best F1 at grade B, correlation.

    The output that tells B from less best (by F1) becomes 1.0; above it, the line through that point that fits strong
    movements.
    """
    present = truth > _PRESENT
    limits = np.arange(0.2, 2.5, 0.05)
    scores = [_f1(guess > limit, present) for limit in limits]
    best = int(np.argmax(scores))
    limit = float(limits[best])
    strong = present & (guess > limit)
    slope = 1.0
    if strong.sum() > 5:
        over, above = guess[strong] - limit, truth[strong] - 1.0
        slope = float(np.clip((over * above).sum() / (over**2).sum(), 0.5, 4.0))
    knots = [(0.0, 0.0), (round(limit, 3), 1.0), (round(limit + 4.0 / slope, 3), 5.0)]
    spread = guess.std() > 0 and truth.std() > 0
    return knots, float(scores[best]), float(np.corrcoef(guess, truth)[0, 1]) if spread else 0.0
