"""The estimator's networks while they learn; ``action_units.learned`` runs what comes out without torch.

The encoder looks at a face and at what differs from the same face at rest, at the pictures themselves and at the maps that
``trunk`` makes of them; the head reads what it saw, the landmarks and the blendshapes, each against rest. Where rest is not
known, nothing differs. The trunk itself learns nothing here.

Which side moves is told by a reader of half pictures. Readers of whole faces, most of which move alike on both sides, learned
that all of them do, and so did half maps beside half pictures: each of the maps' values has seen much of the face.
"""

from collections.abc import Sequence

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cot_engine.action_units.appearance import PICTURE
from cot_engine.action_units.learned import PICTURES
from cot_engine.faces.landmarker import BLENDSHAPES
from cot_engine.studio.scenes import AUS, COMPONENTS, Frame, Scene
from cot_engine.studio.trunk import SHAPES, SIZES, trunk

# Numbers in which the pictures are told on, and the nearer and farther maps.
_LOOKED, _NEAR, _FAR = 192, 128, 64
_STEM, _FINE, _MIDDLE, _COARSE, _KEPT = 32, 48, 96, 128, 64
# The person's left half of a picture begins at this column, a little of the other half before the middle.
_HALF = PICTURE[1] * 5 // 12


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)])

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.relu(self.norms[0](self.first(x)))
        return functional.relu(x + self.norms[1](self.second(inner)))


def _block(inputs: int, outputs: int, stride: int, size: int = 3) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


def _picture_reader() -> nn.Sequential:
    rows, columns = (-(-side // 16) for side in PICTURE)
    return nn.Sequential(
        *_block(2, _STEM, 2, 5),
        *(*_block(_STEM, _FINE, 2), _Residual(_FINE)),
        *(*_block(_FINE, _MIDDLE, 2), _Residual(_MIDDLE)),
        *(*_block(_MIDDLE, _COARSE, 2), _Residual(_COARSE)),
        *_block(_COARSE, _KEPT, 1, 1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(_KEPT * rows * columns, _LOOKED),
    ).to(memory_format=torch.channels_last)


class _MapReader(nn.Module):
    """(N, 2, 43520), the maps of a face and what differs in them from rest -> (N, 192)."""

    def __init__(self) -> None:
        super().__init__()
        self.scales = nn.ModuleList([nn.BatchNorm2d(2 * channels, affine=False) for channels, _ in SHAPES])
        self.fine = nn.Sequential(*_reduced(SHAPES[0], 64), *_block(64, 64, 1), *_block(64, 96, 2))
        self.middle = _reduced(SHAPES[1], 64)
        side = SHAPES[1][1]
        self.near = nn.Sequential(
            *_block(160, 96, 1), *_block(96, 48, 1, 1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(48 * side * side, _NEAR)
        )
        self.coarse = nn.ModuleList([nn.Sequential(*_reduced(shape, 48), nn.Flatten()) for shape in SHAPES[2:]])
        self.far = nn.Sequential(nn.Dropout(0.1), nn.Linear(48 * sum(side * side for _, side in SHAPES[2:]), _FAR))

    def forward(self, maps: Tensor) -> Tensor:
        parts = torch.split(maps, list(SIZES), dim=2)
        fine, middle, *coarse = [
            scale(part.reshape(-1, 2 * channels, side, side))
            for part, (channels, side), scale in zip(parts, SHAPES, self.scales, strict=True)
        ]
        near = self.near(torch.cat([self.fine(fine), self.middle(middle)], dim=1))
        far = self.far(torch.cat([look(part) for look, part in zip(self.coarse, coarse, strict=True)], dim=1))
        return torch.cat([near, far], dim=1)


def _reduced(shape: tuple[int, int], outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Dropout2d(0.1), *_block(2 * shape[0], outputs, 1, 1))


class _HalfReader(nn.Module):
    """The halves of pictures, the right one as in a mirror, each read without the other by the same layers -> (N, 2 A), the
    intensities of the left and of the right side in turns."""

    def __init__(self) -> None:
        super().__init__()
        rows, columns = -(-PICTURE[0] // 8), -(-(PICTURE[1] - _HALF) // 8)
        self.told = nn.Sequential(
            *_block(2, 24, 2, 5),
            *(*_block(24, 32, 2), _Residual(32)),
            *(*_block(32, 64, 2), _Residual(64)),
            *(*_block(64, 32, 1, 1), nn.Flatten()),
            *(nn.Dropout(0.2), nn.Linear(32 * rows * columns, 128), nn.ReLU()),
            *(nn.Dropout(0.2), nn.Linear(128, len(AUS))),
        ).to(memory_format=torch.channels_last)

    def forward(self, pictures: Tensor) -> Tensor:
        halves = torch.cat([pictures[..., _HALF:], pictures.flip(3)[..., _HALF:]]).contiguous(memory_format=torch.channels_last)
        return torch.stack(self.told(halves).chunk(2), dim=2).flatten(1)


class Encoder(nn.Module):
    """``pictures`` (N, 2, 112, 96) and ``maps`` (N, 2, 43520), each face's and what differs from rest -> (N, 384 + 2 A), the
    numbers of the whole face and those of its halves."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures, self.maps, self.halves = _picture_reader(), _MapReader(), _HalfReader()

    def forward(self, pictures: Tensor, maps: Tensor) -> Tensor:
        return torch.cat([self.pictures(pictures), self.maps(maps), self.halves(pictures)], dim=1)


class Networks(nn.Module):
    """``encoder``, and ``head``: what it saw and the numbers of ``learned`` -> (N, 2 A). How far the sides of an AU lie apart
    the head and the halves tell together."""

    def __init__(self, frame: Frame, components: NDArray[np.float32], rest_shapes: NDArray[np.float32]) -> None:
        super().__init__()
        self.frame, self.components, self.rest_shapes = frame, components, rest_shapes
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.trunk = trunk()
        self._trunk = onnxruntime.InferenceSession(self.trunk.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self.encoder = Encoder()
        inputs = _LOOKED + _NEAR + _FAR + 2 * len(AUS) + 2 * COMPONENTS + 2 * len(BLENDSHAPES) + 2 * 3 + 1
        self.head = nn.Sequential(
            *(nn.Linear(inputs, 384), nn.ReLU(), nn.Dropout(0.3)),
            *(nn.Linear(384, 256), nn.ReLU(), nn.Dropout(0.2)),
            nn.Linear(256, 2 * len(AUS)),
        )

    def forward(self, scenes: Sequence[Scene], rests: Sequence[NDArray[np.bool_] | None]) -> Tensor:
        """(N, A, 2) intensities 0-1 of all faces of the scenes, each against its faces in ``rests`` (or nothing)."""
        return self.whole_and_halves(scenes, rests)[0]

    def whole_and_halves(self, scenes: Sequence[Scene], rests: Sequence[NDArray[np.bool_] | None]) -> tuple[Tensor, Tensor]:
        """As ``forward``, and (N, A, 2) what the halves alone tell."""
        sizes = torch.tensor([len(scene.pose) for scene in scenes])
        scene_of = torch.repeat_interleave(torch.arange(len(scenes)), sizes)
        pictures, maps = self._looks(scenes, rests, scene_of)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            seen = self.encoder(pictures, maps).float()
        numbers = [self._numbers(scene, rest) for scene, rest in zip(scenes, rests, strict=True)]
        guess = self.head(torch.cat([seen, torch.cat(numbers)], dim=1)).view(-1, len(AUS), 2)
        halves = seen[:, -2 * len(AUS) :].view(-1, len(AUS), 2)
        return guess + halves - halves.mean(dim=2, keepdim=True), halves

    def remember(self, scene: Scene) -> None:
        """Keeps the scene's maps, so that what takes longest is done once. Light and noise of its pictures are changed for that
        as for a lesson."""
        faces = _grey(scene.pictures)
        faces, _ = _augmented(faces, faces, torch.zeros(len(faces), dtype=torch.long))
        scene.maps = self._maps(faces).astype(np.float16)

    def _maps(self, faces: Tensor) -> NDArray[np.float32]:
        maps: NDArray[np.float32] = self._trunk.run(None, {PICTURES: faces.clamp(0, 1).numpy()})[0]
        return maps

    def _looks(
        self, scenes: Sequence[Scene], rests: Sequence[NDArray[np.bool_] | None], scene_of: Tensor
    ) -> tuple[Tensor, Tensor]:
        faces = _grey(np.concatenate([scene.pictures for scene in scenes]))
        blank = np.zeros(PICTURE)
        at_rest = _grey(
            np.stack([blank if r is None else s.pictures[r].mean(axis=0) for s, r in zip(scenes, rests, strict=True)])
        )[scene_of]
        kept = [scene.maps for scene in scenes if scene.maps is not None]
        maps = torch.from_numpy(np.concatenate(kept).astype(np.float32) if len(kept) == len(scenes) else self._maps(faces))
        if self.training:
            faces, at_rest = _augmented(faces, at_rest, scene_of)
        own = torch.split(maps, [len(scene.pose) for scene in scenes])
        maps_at_rest = torch.stack(
            [
                torch.zeros_like(o[0]) if r is None else o[torch.from_numpy(r)].mean(dim=0)
                for o, r in zip(own, rests, strict=True)
            ]
        )[scene_of]
        known = torch.tensor([rest is not None for rest in rests])[scene_of][:, None]
        faces = _levelled(faces)
        differs = torch.where(known[:, :, None, None], faces - _levelled(at_rest), torch.zeros(()))
        others = torch.where(known, maps - maps_at_rest, torch.zeros(()))
        return torch.cat([faces, differs], dim=1).to(memory_format=torch.channels_last), torch.stack([maps, others], dim=1)

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
