"""Which rows of a table are the same person: by the toolkit's own names, or by the place of the face."""

import numpy as np
from numpy.typing import NDArray


def by_identity(frame: NDArray[np.float64], names: tuple[str, ...], found: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    """Persons by name: (N,) numbers in order of appearance, -1 for rows without a face.

    None when the names cannot be right: a face without one, or the same name twice in a frame.
    """
    named = [(key, name) for key, name, face in zip(frame.tolist(), names, found.tolist(), strict=True) if face]
    if any(name.lower() in ("", "nan", "unknown") for _, name in named) or len(set(named)) < len(named):
        return None
    number = {name: index for index, name in enumerate(dict.fromkeys(name for _, name in named))}
    return np.array([number[name] if face else -1 for name, face in zip(names, found.tolist(), strict=True)], np.int64)


def by_place(frame: NDArray[np.float64], boxes: NDArray[np.float64], found: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Persons by overlap with the last box of each, best pair first; (N,) numbers in order of appearance.

    One face a frame throughout is one person, however far it moves. Otherwise a face that overlaps no known one by a fifth
    of their common area is a new person.
    """
    person = np.full(len(frame), -1, np.int64)
    rows = np.flatnonzero(found)
    rows = rows[np.argsort(frame[rows], kind="stable")]
    frames = np.split(rows, np.flatnonzero(np.diff(frame[rows])) + 1)
    if max(map(len, frames)) <= 1:
        person[rows] = 0
        return person
    last = np.empty((0, 4))
    for here in frames:
        shares = _overlaps(boxes[here], last)
        while shares.size and shares.max() > 0.2:
            face, known = np.unravel_index(shares.argmax(), shares.shape)
            person[here[face]] = known
            shares[face, :] = shares[:, known] = 0
        new = here[person[here] < 0]
        person[new] = len(last) + np.arange(len(new))
        last = np.concatenate([last, boxes[new]])
        last[person[here]] = boxes[here]
    return person


def _overlaps(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """(A, B) intersection over union of boxes x, y, width, height: (A, 4) with (B, 4)."""
    a, b = a[:, None], b[None]
    sides = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    common = np.prod(np.maximum(sides, 0), axis=-1)
    both = np.prod(a[..., 2:], axis=-1) + np.prod(b[..., 2:], axis=-1) - common
    return np.asarray(common / np.maximum(both, 1e-9))
