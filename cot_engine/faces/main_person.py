"""Who a clip is about: the person who is largest, longest in view and nearest to the middle, and why."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Presence:
    """How one track fills the clip.

    Attributes:
        time_share: share of the clip's frames in which the face is seen, 0-1.
        height_share: median face height over frame height.
        off_centre: median distance of the face from the middle of the frame, over half the frame's diagonal, 0-1.
    """

    time_share: float
    height_share: float
    off_centre: float

    @property
    def score(self) -> float:
        return self.time_share * self.height_share * (1.0 - 0.5 * self.off_centre)


def choose_main(people: Mapping[int, Presence]) -> tuple[int, dict[int, str]]:
    """The main track, and for every track the reason in words. ``people`` must not be empty."""
    main = max(people, key=lambda track: people[track].score)
    if len(people) == 1:
        return main, {main: f"the only person in view; {_facts(people[main])}"}
    why = {}
    for track, presence in people.items():
        if track == main:
            why[track] = f"the main person of {len(people)}: {_facts(presence)}"
        else:
            why[track] = f"not the main person: {_lacks(presence, people[main])}; {_facts(presence)}"
    return main, why


def _facts(p: Presence) -> str:
    return f"face {p.height_share:.0%} of the picture's height, seen in {p.time_share:.0%} of the frames, {_place(p)}"


def _place(p: Presence) -> str:
    return "near the middle" if p.off_centre < 0.35 else "towards the edge" if p.off_centre > 0.6 else "off the middle"


def _lacks(p: Presence, main: Presence) -> str:
    """What weighs most against ``p``: the largest ratio in which the main person is ahead."""
    ahead = {
        "smaller": main.height_share / max(p.height_share, 1e-6),
        "seen for less time": main.time_share / max(p.time_share, 1e-6),
        "farther from the middle": (1 - 0.5 * main.off_centre) / (1 - 0.5 * p.off_centre),
    }
    return max(ahead, key=lambda reason: ahead[reason])
