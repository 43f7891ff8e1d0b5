"""The estimator's two networks while they learn; ``action_units.learned`` runs what comes out without torch.

The encoder looks at a face and at what differs from the same face at rest, picture upon picture; the head reads what it saw,
the landmarks and the blendshapes, each against rest. Where rest is not known, nothing differs.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cot_engine.action_units.appearance import PICTURE
from cot_engine.faces.landmarker import BLENDSHAPES
from cot_engine.studio.scenes import AUS, COMPONENTS, Frame, Scene

_SEEN = 192
_STEM, _FINE, _MIDDLE, _COARSE, _KEPT = 32, 48, 96, 128, 64


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)])

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.relu(self.norms[0](self.first(x)))
        return functional.relu(x + self.norms[1](self.second(inner)))


def _encoder() -> nn.Sequential:
    def block(inputs: int, outputs: int, stride: int, size: int = 3) -> list[nn.Module]:
        return [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]

    rows, columns = (-(-side // 16) for side in PICTURE)
    return nn.Sequential(
        *block(2, _STEM, 2, 5),
        *(*block(_STEM, _FINE, 2), _Residual(_FINE)),
        *(*block(_FINE, _MIDDLE, 2), _Residual(_MIDDLE)),
        *(*block(_MIDDLE, _COARSE, 2), _Residual(_COARSE)),
        *block(_COARSE, _KEPT, 1, 1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(_KEPT * rows * columns, _SEEN),
    ).to(memory_format=torch.channels_last)


class Networks(nn.Module):
    """``encoder``: (N, 2, 112, 96) -> (N, 192); ``head``: what it saw and the numbers of ``learned`` -> (N, 2 A)."""

    def __init__(self, frame: Frame, components: NDArray[np.float32], rest_shapes: NDArray[np.float32]) -> None:
        super().__init__()
        self.frame, self.components, self.rest_shapes = frame, components, rest_shapes
        self.encoder = _encoder()
        inputs = _SEEN + 2 * COMPONENTS + 2 * len(BLENDSHAPES) + 2 * 3 + 1
        self.head = nn.Sequential(
            *(nn.Linear(inputs, 384), nn.ReLU(), nn.Dropout(0.3)),
            *(nn.Linear(384, 256), nn.ReLU(), nn.Dropout(0.2)),
            nn.Linear(256, 2 * len(AUS)),
        )

    def forward(self, scenes: Sequence[Scene], rests: Sequence[NDArray[np.bool_] | None]) -> Tensor:
        """(N, A, 2) intensities 0-1 of all faces of the scenes, each against its faces in ``rests`` (or nothing)."""
        sizes = torch.tensor([len(scene.pose) for scene in scenes])
        scene_of = torch.repeat_interleave(torch.arange(len(scenes)), sizes)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            seen = self.encoder(self._pictures(scenes, rests, scene_of)).float()
        numbers = [self._numbers(scene, rest) for scene, rest in zip(scenes, rests, strict=True)]
        guess: Tensor = self.head(torch.cat([seen, torch.cat(numbers)], dim=1))
        return guess.view(-1, len(AUS), 2)

    def _pictures(self, scenes: Sequence[Scene], rests: Sequence[NDArray[np.bool_] | None], scene_of: Tensor) -> Tensor:
        faces = _grey(np.concatenate([scene.pictures for scene in scenes]))
        blank = np.zeros(PICTURE)
        at_rest = _grey(
            np.stack([blank if r is None else s.pictures[r].mean(axis=0) for s, r in zip(scenes, rests, strict=True)])
        )[scene_of]
        if self.training:
            faces, at_rest = _augmented(faces, at_rest, scene_of)
        faces = _levelled(faces)
        known = torch.tensor([rest is not None for rest in rests])[scene_of][:, None, None, None]
        differs = torch.where(known, faces - _levelled(at_rest), torch.zeros(()))
        return torch.cat([faces, differs], dim=1).to(memory_format=torch.channels_last)

    def _numbers(self, scene: Scene, rest: NDArray[np.bool_] | None) -> Tensor:
        count = len(scene.pose)
        geometry = torch.from_numpy((scene.geometry.reshape(count, -1) - self.frame.mean.ravel()) @ self.components.T)
        shapes, pose = torch.from_numpy(scene.blendshapes), torch.from_numpy(scene.pose)
        if rest is None:
            geometry_0, shapes_0, pose_0 = torch.zeros(COMPONENTS), torch.from_numpy(self.rest_shapes), torch.zeros(3)
        else:
            geometry_0, shapes_0, pose_0 = (values[torch.from_numpy(rest)].mean(dim=0) for values in (geometry, shapes, pose))
        fixed = torch.cat([0.3 * geometry_0, pose_0, torch.tensor([float(rest is not None)])]).expand(count, -1)
        return torch.cat([geometry - geometry_0, shapes, shapes - shapes_0, pose, fixed], dim=1)


def _grey(pictures: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(pictures).float()[:, None] / 255


def _levelled(pictures: Tensor) -> Tensor:
    """Each picture with mean 0 and spread about 1."""
    spread = pictures.std(dim=(1, 2, 3), keepdim=True)
    return (pictures - pictures.mean(dim=(1, 2, 3), keepdim=True)) / (spread + 0.03)


def _augmented(faces: Tensor, at_rest: Tensor, scene_of: Tensor) -> tuple[Tensor, Tensor]:
    """Another exposure and another light for each scene; for each face a little shift, turn and stretch, another, smaller one
    between it and its face at rest (landmarks are not exact), and noise."""
    scenes, count = int(scene_of[-1]) + 1, len(faces)

    def one_a_scene(values: Tensor) -> Tensor:
        return values[scene_of][:, None, None, None]

    gamma = one_a_scene(torch.exp(0.3 * torch.randn(scenes)))
    own_gamma = torch.exp(0.04 * torch.randn(count))[:, None, None, None]
    both = torch.cat([faces.clamp(1e-3, 1) ** (gamma * own_gamma), at_rest.clamp(1e-3, 1) ** gamma], dim=1)
    y, x = torch.meshgrid(*(torch.linspace(-1, 1, side) for side in PICTURE), indexing="ij")
    slope = 0.12 * torch.randn(2, scenes)
    both = both * torch.exp(one_a_scene(slope[0]) * y + one_a_scene(slope[1]) * x)
    both = _warped(both, 0.02)
    noise = one_a_scene(0.03 * torch.rand(scenes))
    faces, at_rest = both[:, :1], _warped(both[:, 1:], 0.006)
    return faces + noise * torch.randn_like(faces), at_rest + 0.5 * noise * torch.randn_like(at_rest)


def _warped(pictures: Tensor, amount: float) -> Tensor:
    warp = amount * torch.randn(len(pictures), 2, 3)
    warp[:, 0, 0] += 1
    warp[:, 1, 1] += 1
    grid = functional.affine_grid(warp, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
