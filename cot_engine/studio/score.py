"""A score being written: movements that fit each other, drawn with a seeded generator."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from cot_engine.facs import ACTION_UNITS, Side
from cot_engine.studio.plan import Movement

# AUs that cannot be made at the same time: opposite directions, or lips that are apart and held together at once.
_GROUPS = (
    ({"AU24", "AU28", "AU34"}, {"AU10", "AU16", "AU22", "AU25", "AU27"}),
    ({"AU28"}, {"AU18", "AU23", "AU24"}),
    ({"AU18"}, {"AU12", "AU20", "AU24", "AU27"}),
    ({"AU22"}, {"AU12", "AU20", "AU23"}),
    ({"AU34"}, {"AU26"}),
    ({"AU5"}, {"AU43", "AU46", "AU64"}),
    ({"AU43", "AU45", "AU46"}, {"AU43", "AU45", "AU46"}),
    ({"AU61"}, {"AU62"}),
    ({"AU63"}, {"AU64", "AU43"}),
)
_CONFLICTS: frozenset[frozenset[str]] = frozenset(
    frozenset((a, b)) for first, second in _GROUPS for a in first for b in second if a != b
)

# One direction, or one eye: never on both sides.
ONE_SIDED = frozenset({"AU30", "AU46"})
# A one-sided brow, lid, cheek or lip corner is common; of the eyes closing, only the wink is.
CAN_BE_ONE_SIDED = frozenset(au for au, unit in ACTION_UNITS.items() if unit.sided) - {"AU43", "AU45"}

# AUs that pull the lips apart when they are more than a trace.
_PARTING = frozenset({"AU10", "AU16", "AU22"})


class Score:
    """Movements of one clip. ``add`` leaves out what another movement forbids at that time.

    Args:
        rng: draws sides, asymmetries and what comes along; the same state gives the same score.
    """

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self.movements: list[Movement] = []

    def add(
        self,
        au: str,
        intensity: float,
        onset_s: float,
        rise_s: float,
        hold_s: float,
        fall_s: float,
        *,
        side: Side | None = None,
    ) -> bool:
        """Adds one movement, with the lips parting or the jaw dropping that belongs to it; False when it does not fit.

        Args:
            side: None draws one: both sides, with some asymmetry, but for AUs that are one-sided by nature.
        """
        if au == "AU27":
            return self._add_stretch(intensity, onset_s, rise_s, hold_s, fall_s)
        left, right = self._sides(au, intensity, side)
        movement = _movement(au, left, right, onset_s, rise_s, hold_s, fall_s)
        if not self._fits([movement]):
            return False
        self.movements.append(movement)
        # A dropped jaw mostly parts the lips too, the more so the lower it is.
        dropped = au == "AU26" and self._rng.random() < (0.85 if intensity > 2 else 0.4)
        if dropped or (au in _PARTING and intensity > 1):
            share = float(self._rng.uniform(0.4, 1.0)) * intensity
            parting = replace(movement, au="AU25", side="both", left=share, right=share)
            if self._fits([parting]):
                self.movements.append(parting)
        return True

    def extend(self, movements: Iterable[Movement]) -> None:
        """Adds movements that belong together as they are; those that do not fit what was there before are left out."""
        self.movements.extend([movement for movement in movements if self._fits([movement])])

    def _add_stretch(self, intensity: float, onset_s: float, rise_s: float, hold_s: float, fall_s: float) -> bool:
        """A stretched mouth (AU27) goes beyond the widest jaw drop (AU26) with the lips apart (AU25): all three, or none.

        It begins where the drop ends, so it is never below grade C.
        """
        level = max(intensity, 2.6)
        stages = (("AU27", level), ("AU26", 5.0), ("AU25", level))
        together = [_movement(au, stage, stage, onset_s, rise_s, hold_s, fall_s) for au, stage in stages]
        if not self._fits(together):
            return False
        self.movements.extend(together)
        return True

    def _fits(self, movements: list[Movement]) -> bool:
        return not any(
            not go_together(movement.au, other.au) and other.onset_s < movement.offset_s and movement.onset_s < other.offset_s
            for movement in movements
            for other in self.movements
        )

    def _sides(self, au: str, intensity: float, side: Side | None) -> tuple[float, float]:
        if not ACTION_UNITS[au].sided or au == "AU45":
            return intensity, intensity
        if side is None:
            side = self.draw_side() if au in ONE_SIDED else "both"
        if side == "both":
            # Faces are never quite even; a weaker side keeps at least 0.65, well above the 0.45 that makes it one-sided.
            weaker = intensity * float(
                self._rng.uniform(0.65, 1.0) if self._rng.random() < 0.4 else self._rng.uniform(0.95, 1.0)
            )
            pair = (intensity, weaker)
            return pair if self._rng.random() < 0.5 else (pair[1], pair[0])
        trace = 0.0 if au in ONE_SIDED or self._rng.random() < 0.7 else intensity * float(self._rng.uniform(0.0, 0.2))
        return (intensity, trace) if side == "left" else (trace, intensity)

    def draw_side(self) -> Side:
        return "left" if self._rng.random() < 0.5 else "right"


def go_together(au: str, other: str) -> bool:
    """False for two movements that a face cannot make at the same time."""
    return au != other and frozenset((au, other)) not in _CONFLICTS


def _movement(au: str, left: float, right: float, onset_s: float, rise_s: float, hold_s: float, fall_s: float) -> Movement:
    weaker, stronger = sorted((left, right))
    side: Side = "both" if weaker >= 0.45 * stronger else "left" if left > right else "right"
    apex = onset_s + rise_s
    times = (onset_s, apex, apex + hold_s, apex + hold_s + fall_s)
    return Movement(au, side, *(round(float(t), 4) for t in times), *(round(float(np.clip(v, 0, 5)), 3) for v in (left, right)))
