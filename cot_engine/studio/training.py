"""Trains the AU estimator on stills and films and writes the networks that ``action_units.learned`` reads.

A face is read against the mean of some of the same person's neutral faces, against the frames that the networks themselves take
for neutral, or, in a part of the cases, against nothing, so that the estimator can also find the neutral faces of a new clip by
itself. Half of the people are shown mirrored, later the other half. What is hidden is not asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from cot_engine.action_units.learned import moving
from cot_engine.studio.networks import Networks
from cot_engine.studio.scenes import AUS, GAZE, Scene, average_frame, components, load_scenes, mirrored
from cot_engine.studio.stored import restore, write
from cot_engine.studio.training_state import keep, take_up

_BATCH, _DECAY, _LONGEST_STEP = 12, 0.05, 1.0
# Networks that have learned much go on in small steps: on 330 films larger ones (1e-3) made them forget other people.
_RATE, _RATE_ON = 3e-3, 4e-4
# How often nothing is known of the face at rest; and, where it is not the same, how often rest is known to be rest.
_ALONE, _TOLD = 0.15, 0.3
_HELD_OUT = 0.05
# How much the reader of halves has to be right by itself.
_HALVES = 0.5
# The share of a person's faces that the networks take for rest, and the fewest.
_RESTING, _LEAST = 0.2, 3
# A movement is plain from this intensity on, one-sided while the other side has at most this share of it; so many such faces
# tell whether sides are read rightly.
_PLAIN, _SLIGHT, _ENOUGH = 1.5, 0.3, 12

Say = Callable[[str], None]
_FACIAL = [i for i, au in enumerate(AUS) if au not in GAZE]


def train(
    stills: Path,
    films: Path,
    out: Path,
    *,
    kept: Path,
    epochs: int,
    begin_with: Path | None = None,
    seed: int = 0,
    threads: int = 2,
    say: Say = print,
) -> None:
    """Trains on the people in ``stills`` and ``films`` and writes trunk.onnx, encoder.onnx and head.safetensors into ``out``.

    Repeatable up to the order of floating-point sums. The maps of all faces are kept in memory, 1.5 MB a person.

    Args:
        kept: file from which a training that was cut off goes on after its last whole epoch, and which stays at the end.
        begin_with: folder of an estimator to go on from; None begins with random weights.

    Raises:
        Refusal: ``config_mismatch`` when ``kept`` is of another training.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(seed)
    networks = restore(begin_with) if begin_with else _begin(stills)
    everyone = [scene for folder in (stills, films) for scene in load_scenes(folder, networks.frame)]
    order = rng.permutation(len(everyone))
    aside = max(1, round(len(everyone) * _HELD_OUT))
    held_out, scenes = ([everyone[i] for i in part] for part in (order[:aside], order[aside:]))
    say(f"{len(scenes)} people to learn from, {sum(len(scene.pose) for scene in scenes)} faces; {aside} people held out")
    networks.eval()
    _look_at(networks, held_out, begin_with is not None)
    if begin_with:
        say(f"before: {_error(networks, held_out)}")
    lessons = _Lessons(networks, scenes, rng.random(len(scenes)) < 0.5, begin_with is not None, say)
    _fit(lessons, held_out, epochs, seed, kept)
    write(networks, calm_below(networks, held_out), sides_right(networks, held_out), out)


@dataclass(frozen=True)
class _Lessons:
    """Whom the networks learn from; ``turned``: whether a person is shown mirrored first; ``on``: they have learned before."""

    networks: Networks
    people: Sequence[Scene]
    turned: NDArray[np.bool_]
    on: bool
    say: Say

    def shown(self, later: bool) -> list[Scene]:
        """Everyone as they are or mirrored; in the second half of the training the other way round."""
        people = [
            mirrored(s, self.networks.frame) if t != later else replace(s)
            for s, t in zip(self.people, self.turned, strict=True)
        ]
        _look_at(self.networks, people, self.on, self.say)
        return people


def _look_at(networks: Networks, people: Sequence[Scene], choose_calm: bool, say: Say = lambda _: None) -> None:
    for number, scene in enumerate(people, start=1):
        networks.remember(scene)
        if choose_calm:
            scene.calm[:] = _calm(networks, scene)
        if number % 100 == 0:
            say(f"{number} of {len(people)} people looked at")


def _begin(stills: Path) -> Networks:
    frame = average_frame(stills)
    scenes = load_scenes(stills, frame)
    rest_shapes = np.concatenate([scene.blendshapes[scene.neutral] for scene in scenes]).mean(axis=0).astype(np.float32)
    return Networks(frame, components(scenes, frame), rest_shapes)


def _fit(lessons: _Lessons, held_out: Sequence[Scene], epochs: int, seed: int, kept: Path) -> None:
    """AdamW, one cycle; squared error on intensities, weighed towards strong movements.

    The square asks for the mean of what a look may be: absolute errors would ask for the median, which for a movement that is
    only probably there is none at all.
    """
    networks, on = lessons.networks, lessons.on
    rate = _RATE_ON if on else _RATE
    weights = [p for p in networks.parameters() if p.ndim > 1]
    others = [p for p in networks.parameters() if p.ndim <= 1]
    groups = [{"params": weights, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, rate)
    steps = len(lessons.people) // _BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * steps + 1)
    of = {"people": len(lessons.people), "epochs": epochs, "seed": seed, "weights at first": _digest(networks)}
    done = take_up(kept, networks, optimiser, schedule, of)
    if done:
        lessons.say(f"going on after epoch {done}/{epochs}")
    scenes: list[Scene] = []
    for epoch in range(done, epochs):
        if not scenes or 0 < epoch == epochs // 2:
            # Their maps make room for the others'.
            scenes.clear()
            torch.manual_seed(seed)
            scenes += lessons.shown(epoch >= epochs // 2 > 0)
        # Every epoch has draws of its own, so that after a stop they are the same.
        torch.manual_seed(seed + epoch)
        rng = np.random.default_rng([seed, epoch])
        networks.train()
        for layer in networks.modules():
            if on and isinstance(layer, nn.BatchNorm2d):
                # What was taken up again has its normalisations within its layers: ``restore``.
                layer.eval()
        total, order = 0.0, rng.permutation(len(scenes))
        for step in range(steps):
            batch = [scenes[i] for i in order[step * _BATCH : (step + 1) * _BATCH]]
            told = networks.whole_and_halves(batch, [_rest(scene, rng) for scene in batch])
            truth = torch.from_numpy(np.concatenate([scene.truth for scene in batch]))
            seen = torch.from_numpy(np.concatenate([scene.visible for scene in batch]))
            whole, halves = (((1 + 3 * truth) * (guess - truth) ** 2 * seen).sum() / seen.sum() for guess in told)
            loss = whole + _HALVES * halves
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(networks.parameters(), _LONGEST_STEP)
            optimiser.step()
            schedule.step()
            total += whole.item()
        networks.eval()
        keep(kept, networks, optimiser, schedule, epoch + 1, of)
        lessons.say(f"epoch {epoch + 1}/{epochs}: loss {total / steps:.5f}; held out: {_error(networks, held_out)}")


def _digest(networks: Networks) -> str:
    """The weights in short: the same for the same ones."""
    digest = sha256()
    for value in networks.state_dict().values():
        digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()[:12]


def _rest(scene: Scene, rng: np.random.Generator) -> NDArray[np.bool_] | None:
    """What a person is read against: nothing, neutral faces (a random choice, at least one), or what looks calm."""
    if rng.random() < _ALONE:
        return None
    if not np.array_equal(scene.neutral, scene.calm) and rng.random() > _TOLD:
        return scene.calm
    which = np.flatnonzero(scene.neutral)
    chosen = np.zeros_like(scene.neutral)
    chosen[rng.choice(which, int(rng.integers(1, len(which) + 1)), replace=False)] = True
    return chosen


def _calm(networks: Networks, scene: Scene) -> NDArray[np.bool_]:
    """(N,) the faces that move least when they are read against nothing, as ``Estimator.find_rest`` takes them for rest."""
    with torch.no_grad():
        outputs = 5 * networks([scene], [None]).numpy()
    movement = np.array([moving(face[_FACIAL]) for face in outputs])
    calm = np.zeros(len(movement), bool)
    calm[np.argsort(movement, kind="stable")[: max(_LEAST, int(_RESTING * len(movement)))]] = True
    return calm


def _error(networks: Networks, scenes: Sequence[Scene]) -> str:
    """Of what can be seen, each scene against its calm faces: the mean absolute error on the 0-5 scale, and the mean over the
    facial AUs of the correlation with the truth."""
    with torch.no_grad():
        said = np.concatenate([5 * networks([scene], [scene.calm]).numpy() for scene in scenes])
    true, seen = (np.concatenate([getattr(scene, name) for scene in scenes]) for name in ("truth", "visible"))
    error = np.abs(said - 5 * true)[seen].mean()
    pairs = [(said[:, i][seen[:, i]], true[:, i][seen[:, i]]) for i in _FACIAL]
    with np.errstate(invalid="ignore"):
        r = np.nanmean([np.corrcoef(*pair)[0, 1] for pair in pairs])
    return f"error {error:.3f} of 5, r {r:.3f}"


def calm_below(networks: Networks, scenes: Sequence[Scene]) -> float:
    """The limit of ``learned.moving`` below which nine in ten neutral faces stay when they are read against nothing."""
    with torch.no_grad():
        outputs = [5 * networks([scene], [None]).numpy()[scene.neutral] for scene in scenes]
    return float(np.quantile([moving(face[_FACIAL]) for faces in outputs for face in faces], 0.9))


def sides_right(networks: Networks, scenes: Sequence[Scene]) -> NDArray[np.float32]:
    """(A,) in which share of the faces that plainly show an AU on one side the stronger reading is on that side; 0 where there
    are too few such faces to tell."""
    with torch.no_grad():
        said = np.concatenate([5 * networks([scene], [scene.calm]).numpy() for scene in scenes])
    true, seen = (np.concatenate([getattr(scene, name) for scene in scenes]) for name in ("truth", "visible"))
    plain = (5 * true.max(axis=2) >= _PLAIN) & (true.min(axis=2) <= _SLIGHT * true.max(axis=2))
    plain &= seen.all(axis=2) & (said.max(axis=2) >= 1.0)
    right = (said.argmax(axis=2) == true.argmax(axis=2)) & plain
    count = plain.sum(axis=0)
    return np.where(count >= _ENOUGH, right.sum(axis=0) / np.maximum(count, 1), 0.0).astype(np.float32)
