"""How a stored picture becomes upright: the eight ways to turn and mirror a rectangle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# (transpose, flip_x, flip_y) -> degrees clockwise, counted after a left-right mirror where the way is a mirroring one.
_DEGREES = {
    (False, False, False): 0,
    (True, True, False): 90,
    (False, True, True): 180,
    (True, False, True): 270,
    (False, True, False): 0,
    (True, True, True): 90,
    (False, False, True): 180,
    (True, False, False): 270,
}


@dataclass(frozen=True)
class Orientation:
    """Transpose first, then flip columns (x), then flip rows (y)."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def rotation(self) -> int:
        """Degrees clockwise by which the stored picture, mirrored first if ``mirrored``, is turned."""
        return _DEGREES[self.transpose, self.flip_x, self.flip_y]

    @property
    def mirrored(self) -> bool:
        """Whether left and right of the stored picture are exchanged."""
        return self.transpose ^ self.flip_x ^ self.flip_y

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Upright width and height of a stored picture; the same call gives the stored size of an upright one."""
        return (height, width) if self.transpose else (width, height)

    def apply(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Turn a stored (H, W, 3) picture upright; the result is contiguous."""
        if self.transpose:
            picture = picture.transpose(1, 0, 2)
        if self.flip_x:
            picture = picture[:, ::-1]
        if self.flip_y:
            picture = picture[::-1]
        return np.ascontiguousarray(picture)


def from_display_matrix(matrix: Sequence[int]) -> Orientation:
    """The nearest of the eight ways for a 3x3 display matrix ``a b u c d v x y w`` (ISO/IEC 14496-12, 6.2.2).

    A stored point (x, y) is shown at (a x + c y, b x + d y).
    """
    a, b, _, c, d = matrix[:5]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(False, a < 0, d < 0)
    return Orientation(True, c < 0, b < 0)


def from_exif(tag: int) -> Orientation:
    """The way for an EXIF orientation tag (Exif 2.32, tag 274); unknown values count as upright."""
    ways = {
        2: Orientation(False, True, False),
        3: Orientation(False, True, True),
        4: Orientation(False, False, True),
        5: Orientation(True, False, False),
        6: Orientation(True, True, False),
        7: Orientation(True, True, True),
        8: Orientation(True, False, True),
    }
    return ways.get(tag, Orientation())
