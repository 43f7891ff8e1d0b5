"""Trains the AU estimator on stills and writes the networks that ``action_units.learned`` reads.

A face is read against the mean of some of the same person's neutral faces or, in a part of the cases, against nothing, so that
the estimator can also find the neutral faces of a new clip by itself. Every scene is shown as it is or mirrored. What is hidden
is not asked for.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import nn

from cot_engine.action_units.appearance import PICTURE
from cot_engine.action_units.learned import ENCODER, MAPS, PICTURES, TRUNK, WEIGHTS, moving
from cot_engine.studio.halves import store_halves
from cot_engine.studio.networks import Networks
from cot_engine.studio.scenes import AUS, GAZE, Scene, components, load_scenes, mirrored
from cot_engine.studio.trunk import SIZES

_BATCH, _RATE, _DECAY, _LONGEST_STEP = 12, 3e-3, 0.05, 1.0
_ALONE = 0.15
_HELD_OUT = 0.05


def train(stills: Path, out: Path, *, epochs: int, seed: int = 0, threads: int = 2, say: Callable[[str], None] = print) -> None:
    """Trains on the scenes in ``stills`` and writes trunk.onnx, encoder.onnx and head.safetensors into ``out``.

    Repeatable up to the order of floating-point sums.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(seed)
    frame, everyone = load_scenes(stills)
    order = rng.permutation(len(everyone))
    aside = max(1, round(len(everyone) * _HELD_OUT))
    held_out, scenes = ([everyone[i] for i in part] for part in (order[:aside], order[aside:]))
    say(f"{len(scenes)} people to learn from, {sum(len(scene.pose) for scene in scenes)} faces; {aside} people held out")
    rest_shapes = np.concatenate([scene.blendshapes[scene.neutral] for scene in scenes]).mean(axis=0).astype(np.float32)
    networks = Networks(frame, components(scenes, frame), rest_shapes)
    _fit(networks, scenes, epochs, rng, say)
    networks.eval()
    say(f"held out: error {_error(networks, held_out):.3f} of 5")
    write(networks, calm_below(networks, held_out), out)


def _fit(
    networks: Networks, scenes: Sequence[Scene], epochs: int, rng: np.random.Generator, say: Callable[[str], None]
) -> None:
    """AdamW, one cycle; squared error on intensities, weighed towards strong movements.

    The square asks for the mean of what a look may be: absolute errors would ask for the median, which for a movement that is
    only probably there is none at all.
    """
    weights = [p for p in networks.parameters() if p.ndim > 1]
    others = [p for p in networks.parameters() if p.ndim <= 1]
    groups = [{"params": weights, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, _RATE)
    steps = len(scenes) // _BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=epochs * steps + 1)
    networks.train()
    for epoch in range(epochs):
        total, order = 0.0, rng.permutation(len(scenes))
        for step in range(steps):
            batch = [scenes[i] for i in order[step * _BATCH : (step + 1) * _BATCH]]
            batch = [mirrored(scene, networks.frame) if rng.random() < 0.5 else scene for scene in batch]
            guess = networks(batch, [None if rng.random() < _ALONE else _some(scene.neutral, rng) for scene in batch])
            truth = torch.from_numpy(np.concatenate([scene.truth for scene in batch]))
            seen = torch.from_numpy(np.concatenate([scene.visible for scene in batch]))
            loss = ((1 + 3 * truth) * (guess - truth) ** 2 * seen).sum() / seen.sum()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(networks.parameters(), _LONGEST_STEP)
            optimiser.step()
            schedule.step()
            total += loss.item()
        say(f"epoch {epoch + 1}/{epochs}: loss {total / steps:.5f}")


def _some(neutral: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """A random choice of the neutral faces, at least one."""
    which = np.flatnonzero(neutral)
    chosen = np.zeros_like(neutral)
    chosen[rng.choice(which, int(rng.integers(1, len(which) + 1)), replace=False)] = True
    return chosen


def _error(networks: Networks, scenes: Sequence[Scene]) -> float:
    """Mean absolute error on the 0-5 scale of what can be seen, each scene against all its neutral faces."""
    with torch.no_grad():
        errors = [
            5 * np.abs(networks([scene], [scene.neutral]).numpy() - scene.truth)[scene.visible].mean() for scene in scenes
        ]
    return float(np.mean(errors))


def calm_below(networks: Networks, scenes: Sequence[Scene]) -> float:
    """The limit of ``learned.moving`` below which nine in ten neutral faces stay when they are read against nothing."""
    facial = [i for i, au in enumerate(AUS) if au not in GAZE]
    with torch.no_grad():
        outputs = [5 * networks([scene], [None]).numpy()[scene.neutral] for scene in scenes]
    return float(np.quantile([moving(face[facial]) for faces in outputs for face in faces], 0.9))


def write(networks: Networks, calm: float, out: Path) -> None:
    """Writes trunk.onnx, encoder.onnx and head.safetensors into ``out``; ``calm`` is that of ``calm_below``.

    Weights are stored in half precision; the arrays that say where a face lies in its picture are not.
    """
    from safetensors.numpy import save_file

    out.mkdir(parents=True, exist_ok=True)
    layers = [layer for layer in networks.head if isinstance(layer, nn.Linear)]
    halves = {
        "components": networks.components,
        **{f"w{i}": layer.weight.detach().numpy() for i, layer in enumerate(layers)},
        **{f"b{i}": layer.bias.detach().numpy() for i, layer in enumerate(layers)},
    }
    floats = {
        "mean_geometry": networks.frame.mean.ravel(),
        "target": networks.frame.target,
        "rest_shapes": networks.rest_shapes,
        "calm_below": np.array([calm]),
    }
    arrays = {name: np.ascontiguousarray(values, np.float16) for name, values in halves.items()}
    arrays |= {name: np.ascontiguousarray(values, np.float32) for name, values in floats.items()}
    save_file(arrays, out / WEIGHTS)
    onnx.save(networks.trunk, out / TRUNK)
    torch.onnx.export(
        networks.encoder.to(memory_format=torch.contiguous_format),
        (torch.zeros(1, 2, *PICTURE), torch.zeros(1, 2, sum(SIZES))),
        str(out / ENCODER),
        input_names=[PICTURES, MAPS],
        output_names=["seen"],
        external_data=False,
    )
    model = onnx.load(out / ENCODER)
    _forget_origin(model)
    store_halves(model)
    onnx.save(model, out / ENCODER)


def _forget_origin(model: onnx.ModelProto) -> None:
    """Takes out which lines of code, on which machine, made each node."""
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
