"""A mention: one statement of a text about one movement or about the whole face, before it is held against evidence."""

from dataclasses import dataclass, replace
from typing import Literal

from cot_engine.facs import Grade, Side
from cot_engine.language.movements import Pick
from cot_engine.language.timewords import Timing
from cot_engine.report import Stance

Topic = Literal["movement", "rest", "others", "hidden", "talking"]


@dataclass(frozen=True)
class Mention:
    """One statement about one movement, or about the whole face (``topic`` other than ``"movement"``, ``aus`` empty).

    ``one_sided``: the movement is said to show on one side only; ``stronger``: the side said to move more; ``region``: the
    text denies that a part moves at all; ``parts``: what is said to be hidden. ``start``/``end`` are offsets of the clause.
    """

    aus: tuple[str, ...]
    pick: Pick
    stance: Stance
    start: int
    end: int
    side: Side | None = None
    one_sided: bool = False
    stronger: Side | None = None
    times: tuple[Timing, ...] = ()
    grades: tuple[Grade, ...] = ()
    region: bool = False
    topic: Topic = "movement"
    parts: tuple[str, ...] = ()

    def joined(self, other: "Mention") -> "Mention":
        """One mention with all that both say of the same movement."""
        return replace(
            self,
            start=min(self.start, other.start),
            end=max(self.end, other.end),
            side=one_of([side for side in (self.side, other.side) if side]),
            one_sided=self.one_sided or other.one_sided,
            stronger=self.stronger or other.stronger,
            times=tuple(dict.fromkeys((*self.times, *other.times))),
            grades=tuple(dict.fromkeys((*self.grades, *other.grades))),
        )


def one_of(sides: list[Side]) -> Side | None:
    """The side that several namings come to: left and right are both."""
    return None if not sides else sides[0] if len(set(sides)) == 1 else "both"
