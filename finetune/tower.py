"""The vision tower of ``mini``: a small SmolVLM tower that learns to see action units on the studio's faces.

It is trained on the stills of ``cot_engine.studio.stills``, with a probe on its tokens that is thrown away afterwards. Besides
the true intensities the probe has to tell where the landmarks are and what MediaPipe's blendshapes say: a tower that starts
from nothing learns where a face's parts are much sooner from a thousand places than from thirty strengths.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers.models.smolvlm.configuration_smolvlm import SmolVLMVisionConfig
from transformers.models.smolvlm.modeling_smolvlm import SmolVLMVisionTransformer

from cot_engine.action_units.appearance import window_map
from cot_engine.faces.landmarker import BLENDSHAPES
from cot_engine.mini.base import VISION
from cot_engine.studio.muscles import MUSCLES
from cot_engine.studio.scenes import other_side, visible_sides

_READ = ("window", "truth", "hidden", "blendshapes", "landmarks")
_POINTS = 478
_SWAP = [BLENDSHAPES.index(other_side(name)) for name in BLENDSHAPES]
_BATCH, _RATE, _DECAY, _WARM, _LONGEST_STEP = 64, 1e-3, 0.05, 0.1, 1.0
_HELD_OUT = 0.05
# What the probe keeps of each token.
_KEPT = 32
# Of the landmarks' error, in units of half the picture, and of the blendshapes', beside that of the intensities.
_WHERE, _SHAPES = 2.0, 0.3


class Stills:
    """N faces: ``faces`` (N, 160, 160) grey; ``truth`` (N, A, 2) in 0-1 and what of it can be ``seen``; ``points`` (N, 478, 2)
    from -1 to 1 across the picture; ``shapes`` (N, 52); ``owner`` (N) tells people apart."""

    def __init__(self, folder: Path) -> None:
        rows = []
        for owner, path in enumerate(sorted(folder.glob("*.npz"))):
            with np.load(path, allow_pickle=False) as file:
                if "truth" in file.files:
                    rows.append((owner, {name: file[name] for name in _READ}))
        side = rows[0][1]["window"].shape[1]
        self.faces: NDArray[np.uint8] = np.concatenate([row["window"] for _, row in rows])
        self.truth = np.concatenate([row["truth"] / 5 for _, row in rows]).astype(np.float32)
        self.seen = np.concatenate([visible_sides(row["hidden"], tuple(MUSCLES)) for _, row in rows])
        self.shapes: NDArray[np.float32] = np.concatenate([row["blendshapes"] for _, row in rows])
        self.points = np.concatenate([_places(row["landmarks"], side) for _, row in rows])
        self.owner = np.concatenate([np.full(len(row["truth"]), owner) for owner, row in rows])
        upright = self.points.mean(axis=0)
        upright -= upright.mean(axis=0)
        # The number of each landmark's counterpart on the other side.
        self.mirror = np.linalg.norm(upright[None] - (upright * (-1, 1))[:, None], axis=2).argmin(axis=1)


def _places(landmarks: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    places = []
    for face in landmarks:
        scale, shift = window_map(face)
        places.append((face[:, :2] * scale + shift) * 2 / side - 1)
    return np.asarray(places, np.float32)


class Probe(nn.Module):
    """The tower and what is read from its tokens: (N, 3, 128, 128) -> intensities (N, A, 2), landmarks (N, 478, 2) and
    blendshapes (N, 52)."""

    def __init__(self) -> None:
        super().__init__()
        # The fused attention of CPUs takes ten times as long backwards.
        self.tower = SmolVLMVisionTransformer._from_config(
            SmolVLMVisionConfig(**VISION), dtype=torch.float32, attn_implementation="eager"
        )
        tokens = (VISION["image_size"] // VISION["patch_size"]) ** 2
        self.keep = nn.Linear(VISION["hidden_size"], _KEPT)
        self.sizes = (2 * len(MUSCLES), 2 * _POINTS, len(BLENDSHAPES))
        self.read = nn.Linear(tokens * _KEPT, sum(self.sizes))
        nn.init.zeros_(self.read.weight)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            kept = self.keep(self.tower(pixel_values=pixels).last_hidden_state)
        units, points, shapes = self.read(functional.gelu(kept.float()).flatten(1)).split(self.sizes, dim=1)
        return units.view(-1, len(MUSCLES), 2), points.view(-1, _POINTS, 2), shapes


def train(
    folder: Path, *, epochs: int, seed: int = 0, threads: int = 2, say: Callable[[str], None] = print
) -> tuple[SmolVLMVisionTransformer, dict[str, float]]:
    """The trained tower, and how well its probe read people who were held out: correlation over all AUs, by AU."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(seed)
    stills = Stills(folder)
    owners = rng.permutation(np.unique(stills.owner))
    aside = np.isin(stills.owner, owners[: max(1, round(len(owners) * _HELD_OUT))])
    learn, check = np.flatnonzero(~aside), np.flatnonzero(aside)
    say(f"{len(learn)} faces to learn from, {len(check)} of other people to check on")
    probe = Probe()
    optimiser = torch.optim.AdamW(probe.parameters(), _RATE, weight_decay=_DECAY)
    steps = len(learn) // _BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=epochs * steps, pct_start=_WARM)
    scores: dict[str, float] = {}
    for epoch in range(epochs):
        probe.train()
        total, order = 0.0, rng.permutation(learn)
        for step in range(steps):
            rows = order[step * _BATCH : (step + 1) * _BATCH]
            loss = _loss(probe, stills, rows, rng)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(probe.parameters(), _LONGEST_STEP)
            optimiser.step()
            schedule.step()
            total += loss.item()
        scores = _scores(probe, stills, check)
        say(f"epoch {epoch + 1}/{epochs}: loss {total / steps:.5f}, correlation {scores['all']:.3f}")
    return probe.tower.eval(), scores


def _loss(probe: Probe, stills: Stills, rows: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
    """Faces as they are or mirrored, shifted, turned and zoomed a little, in another light, with noise."""
    count = len(rows)
    pixels = torch.from_numpy(stills.faces[rows]).float()[:, None] / 255
    truth, seen = torch.from_numpy(stills.truth[rows]), torch.from_numpy(stills.seen[rows])
    points, shapes = torch.from_numpy(stills.points[rows]), torch.from_numpy(stills.shapes[rows])
    flip = torch.from_numpy(rng.random(count) < 0.5)
    pixels[flip] = pixels[flip].flip(3)
    truth[flip], seen[flip] = _other_side(truth[flip]), seen[flip].flip(2)
    points[flip] = points[flip][:, stills.mirror] * torch.tensor((-1.0, 1.0))
    shapes[flip] = shapes[flip][:, _SWAP]
    warp = 0.06 * torch.randn(count, 2, 3)
    zoom = torch.from_numpy(rng.uniform(0.75, 1.1, count)).float()
    warp[:, 0, 0] += zoom
    warp[:, 1, 1] += zoom
    side = VISION["image_size"]
    grid = functional.affine_grid(warp, [count, 1, side, side], align_corners=False)
    pixels = functional.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
    points = torch.linalg.solve(warp[:, :, :2], (points - warp[:, None, :, 2]).transpose(1, 2)).transpose(1, 2)
    gamma = torch.exp(0.35 * torch.randn(count, 1, 1, 1))
    tint = 1 + 0.1 * torch.randn(count, 3, 1, 1)
    pixels = (pixels.clamp(1e-3, 1) ** gamma * tint).clamp(0, 1)
    pixels = pixels + 0.04 * torch.rand(count, 1, 1, 1) * torch.randn(pixels.shape)
    guess, where, look = probe(2 * pixels - 1)
    error = functional.smooth_l1_loss(guess, truth, beta=0.1, reduction="none")
    units = ((1 + 3 * truth) * error * seen).sum() / seen.sum()
    return units + _WHERE * functional.smooth_l1_loss(where, points, beta=0.1) + _SHAPES * functional.mse_loss(look, shapes)


def _other_side(truth: Tensor) -> Tensor:
    """What a mirror shows: sides change places, gaze to the left becomes gaze to the right."""
    swapped = truth.flip(2)
    names = list(MUSCLES)
    left, right = names.index("AU61"), names.index("AU62")
    swapped[:, [left, right]] = swapped[:, [right, left]]
    return swapped


def _scores(probe: Probe, stills: Stills, rows: NDArray[np.int64]) -> dict[str, float]:
    """Pearson's r of what can be seen, over all AUs and for each."""
    probe.eval()
    with torch.no_grad():
        parts = [probe(_plain(stills.faces[part]))[0] for part in np.array_split(rows, max(1, len(rows) // _BATCH))]
    guess, truth, seen = torch.cat(parts).numpy(), stills.truth[rows], stills.seen[rows]
    by_au = {au: _correlation(guess[:, i][seen[:, i]], truth[:, i][seen[:, i]]) for i, au in enumerate(MUSCLES)}
    return {"all": float(np.mean(list(by_au.values()))), **by_au}


def _plain(faces: NDArray[np.uint8]) -> Tensor:
    pixels = torch.from_numpy(faces).float()[:, None] / 127.5 - 1
    side = VISION["image_size"]
    return functional.interpolate(pixels, (side, side), mode="bilinear", antialias=True).expand(-1, 3, -1, -1)


def _correlation(guess: NDArray[np.float32], truth: NDArray[np.float32]) -> float:
    return float(np.corrcoef(guess, truth)[0, 1]) if truth.std() > 0 and guess.std() > 0 else 0.0
