"""The words around the movements of a clause: sides, strengths and times, each given to the movement it belongs to."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from cot_engine.facs import Grade
from cot_engine.language.movements import Movement
from cot_engine.language.sidedness import lopsided, set_sides
from cot_engine.language.sides import SideWord
from cot_engine.language.stances import ends_not, late_time
from cot_engine.language.strengths import strengths
from cot_engine.language.timewords import Timing
from cot_engine.language.timing import timings
from cot_engine.language.wording import Token
from cot_engine.language.zones import grouped, zone

_WHEN = frozenset(("in", "at", "during", "while", "when", "before", "after", "throughout", "between"))


@dataclass(frozen=True)
class Words:
    """The tokens of a clause with the sides named in it."""

    text: str
    tokens: list[Token]
    sides: list[SideWord]

    @cached_property
    def timed(self) -> list[tuple[int, Timing]]:
        """The times with their tokens; those of "does not last until ..." are denied themselves and left out."""
        if any(t.has("no") and ends_not(self.tokens, i) for i, t in enumerate(self.tokens)):
            return []
        late = late_time(self.tokens)
        found = timings(self.text, self.tokens)
        return [(i, Timing("onset", t.start, t.end) if late and late.start == t.start else t) for i, t in found]

    @cached_property
    def times(self) -> tuple[Timing, ...]:
        """The times alone."""
        return tuple(timing for _, timing in self.timed)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The strengths alone."""
        return tuple(letter for _, letter in strengths(self.text, self.tokens))

    @property
    def lopsided(self) -> bool:
        """Whether the clause says that something is not symmetrical."""
        return lopsided(self.tokens)


def qualify(words: Words, found: list[Movement]) -> list[Timing]:
    """Gives every movement its sides, strengths and times; returns the times that stand before all movements."""
    groups = grouped(words.tokens, found)
    set_sides(words.tokens, words.sides, groups)
    for movement in found:
        if movement.code and movement.code.side:
            movement.sides.append(movement.code.side)
        if movement.code and movement.code.grade:
            movement.grades.append(movement.code.grade)
    for index, letter in strengths(words.text, words.tokens):
        for movement in zone(words.tokens, groups, index):
            movement.grades.append(letter)
    return _set_times(words, groups)


def _set_times(words: Words, groups: list[list[Movement]]) -> list[Timing]:
    first, last = min(m.lo for m in groups[0]), max(m.hi for m in groups[-1])
    leading: list[Timing] = []
    closing: list[Timing] = []
    for index, timing in words.timed:
        group = zone(words.tokens, groups, index)
        if index < first:
            leading.append(timing)
            group = [m for each in groups for m in each]
        else:
            timing = _gapped(words.tokens, groups, group, index, timing)
        if index > last:
            closing.append(timing)
        for movement in group:
            movement.times.append(timing)
    # "A slight smile and parted lips at 1.2 s": a time at the end holds for all that have none.
    if not any(t.text in ("without", "after", "before") for t in words.tokens):
        for n in range(len(groups) - 2, -1, -1):
            between = words.tokens[max(m.hi for m in groups[n]) + 1 : min(m.lo for m in groups[n + 1])]
            if _placed(between) or all(m.times for m in groups[n]):
                break  # "AU1 in the pause, AU45 at 1.5 s": each has its own
            for movement in (m for m in groups[n] if not m.times):
                movement.times += closing
    for one, other in pairwise(groups):
        between = words.tokens[max(m.hi for m in one) + 1 : min(m.lo for m in other)]
        if "not even" in " ".join(t.text for t in between):
            # "The eyes do not close from 1 to 2 s, not even for a blink": a limit of what was said.
            for movement in (m for m in other if not m.times):
                movement.times += one[0].times
    return leading


def _placed(between: list[Token]) -> bool:
    """Whether the words between two movements tell when the first one happens: "in the pause", "while speaking"."""
    for index, token in enumerate(between):
        if token.text in _WHEN and any(t.text == "," or t.has("and") for t in between[index + 1 :]):
            rest = between[index + 1 :]
            return not any(t.has("part") or t.text in ("left", "right", "both", "sides") for t in rest)
    return False


def _gapped(tokens: list[Token], groups: list[list[Movement]], group: list[Movement], index: int, timing: Timing) -> Timing:
    """ "AU12 peaks at 1.2 s and AU6 at 1.1 s": the second time is a peak too."""
    before = groups[groups.index(group) - 1][0].times if group is not groups[0] else []
    between = tokens[max(m.hi for m in group) + 1 : index]
    if timing.kind != "at" or not before or before[-1].kind not in ("onset", "apex", "offset"):
        return timing
    kind = before[-1].kind
    if not any(kind in t.get("phase") for t in tokens[:index]):
        return timing  # "from 0.6 s" begins something, but is no verb that could be left out
    bare = all(t.has("prep", "time", "punct") or t.text in ("about", "around", "roughly") for t in between)
    return replace(timing, kind=kind) if bare else timing
