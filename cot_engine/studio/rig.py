"""The head that all actors share: anny's parametric head, its 52 facial actions and its identity shapes, as plain arrays.

anny (code Apache-2.0, assets CC0) needs minutes to build its model the first time, so the arrays are kept in a cache file.
Metres; +x is the person's own left, -y is where the face looks, +z is up.
"""

import os
import subprocess
import sys
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cot_engine.errors import Refusal

Array = NDArray[np.float32]
Indices = NDArray[np.int64]

# Islands of anny's texture layout tell the parts of the mesh apart; each is named by a place that lies inside it.
_ISLANDS = {
    "skin": (0.86, 0.48),
    "cavity": (0.84, 0.07),
    "tongue": (0.64, 0.96),
    "left_eye": (0.767, 0.951),
    "right_eye": (0.807, 0.951),
}
# Identity shapes that change a head seen from the front; the rest belong to the body.
_LOCAL = ("cheek", "chin", "ear", "eye", "eyebrows", "forehead", "head", "mouth", "neck", "nose")
_PHENOTYPES = ("universal:", "race:")


@dataclass(frozen=True)
class Rig:
    """V vertices, 52 actions, P phenotype shapes, L pairs of local shapes.

    Attributes:
        template: (V, 3) the head without any shape applied.
        skin, cavity, tongue, left_eye, right_eye: (F, 3) triangles of each part; of the eyeballs only the front.
        actions: (52, V, 3) offset of each facial action at 1; ``action_names`` in the same order.
        phenotypes: (P, V, 3), and ``phenotype_mask`` (P, 26): which of anny's 26 variations each is a product of.
        local: (L, 2, V, 3) shapes for more and for less of what ``local_names`` (L) say.
    """

    template: Array
    skin: NDArray[np.int32]
    cavity: NDArray[np.int32]
    tongue: NDArray[np.int32]
    left_eye: NDArray[np.int32]
    right_eye: NDArray[np.int32]
    actions: Array
    action_names: NDArray[np.str_]
    phenotypes: Array
    phenotype_mask: NDArray[np.float64]
    local: Array
    local_names: NDArray[np.str_]


def cache_dir() -> Path:
    """Where the studio keeps what takes long to make: ``$COT_ENGINE_CACHE`` or the user's cache folder."""
    root = os.environ.get("COT_ENGINE_CACHE") or Path.home() / ".cache" / "cot-engine"
    return Path(root) / "studio"


@lru_cache(maxsize=1)
def load_rig() -> Rig:
    """The rig, built and cached on first use (about two minutes, once).

    Raises:
        Refusal: ``backend_missing`` when it is not cached and anny is not installed.
    """
    path = cache_dir() / "rig.npz"
    if not path.is_file():
        # In a process of its own: the LLVM of torch and warp, which anny loads, and that of VTK's software renderer crash
        # together.
        made = subprocess.run([sys.executable, "-P", "-m", __name__], stdin=subprocess.DEVNULL, check=False)  # noqa: S603
        if made.returncode:
            raise Refusal(
                "backend_missing",
                "The studio's actors are made with anny, which is not installed or did not work.",
                "pip install 'cot-engine[studio]'",
            )
    with np.load(path) as arrays:
        return Rig(**{field.name: arrays[field.name] for field in fields(Rig)})


def _build() -> None:
    import warp

    settings: Any = warp.config
    settings.quiet = True
    import anny

    model = anny.Anny(
        rig="makehuman-head",
        topology="head",
        facial_actions="all",
        local_changes="all",
        phenotypes="all",
        phenotype_blendshapes="original",
    )
    labels = list(model.blendshape_labels)
    shapes = model.blendshapes.numpy().astype(np.float32)
    template = model.template_vertices.numpy().astype(np.float32)
    faces = model.faces.numpy().astype(np.int32)

    action = [i for i, label in enumerate(labels) if label.startswith("facial_action:")]
    phenotype = [i for i, label in enumerate(labels) if label.startswith(_PHENOTYPES)]
    # Each local change is followed by its opposite.
    more = [
        i
        for i, label in enumerate(labels)
        if label.startswith("local_change:") and label in _names(model) and _of_a_head(label)
    ]
    path = cache_dir() / "rig.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    # The name ends in .npz because NumPy appends it otherwise; the process number keeps two builders apart.
    unfinished = path.with_name(f"rig.{os.getpid()}.npz")
    arrays = {
        "template": template,
        **_parts(faces, model.face_texture_coordinate_indices.numpy(), model.texture_coordinates.numpy()),
        "actions": shapes[action],
        "action_names": np.array([labels[i].split(":")[1] for i in action]),
        "phenotypes": shapes[phenotype],
        "phenotype_mask": model.stacked_phenotype_blend_shapes_mask.numpy()[phenotype],
        "local": np.stack([shapes[more], shapes[[i + 1 for i in more]]], axis=1),
        "local_names": np.array([labels[i].split(":")[1] for i in more]),
    }
    np.savez_compressed(unfinished, **arrays)
    unfinished.replace(path)


def _names(model: Any) -> set[str]:
    return {f"local_change:{name}" for name in model.local_change_labels}


def _of_a_head(label: str) -> bool:
    return label.split(":")[1].removeprefix("l-").removeprefix("r-").split("-")[0] in _LOCAL


def _parts(faces: NDArray[np.int32], texture_faces: Indices, texture: NDArray[np.float64]) -> dict[str, NDArray[np.int32]]:
    """The triangles of each part: those of the texture island whose middle is nearest to where the part lies."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = (texture_faces.ravel(), np.roll(texture_faces, 1, axis=1).ravel())
    graph = coo_matrix((np.ones(edges[0].size), edges), shape=(len(texture), len(texture)))
    island = connected_components(graph, directed=False)[1][texture_faces[:, 0]]
    numbers = np.unique(island)
    middles = np.array([texture[texture_faces[island == i]].reshape(-1, 2).mean(axis=0) for i in numbers])
    nearest = {name: numbers[np.linalg.norm(middles - place, axis=1).argmin()] for name, place in _ISLANDS.items()}
    return {name: faces[island == number] for name, number in nearest.items()}


if __name__ == "__main__":
    _build()
