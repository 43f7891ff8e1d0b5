"""Sides, strengths and times of a clause, and which of its movements each belongs to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cot_engine.facs import ACTION_UNITS, Grade, grade
from cot_engine.movements import Movement
from cot_engine.stances import ends_not, idle, late_time
from cot_engine.timewords import Timing
from cot_engine.timing import timings
from cot_engine.sides import SideWord
from cot_engine.wording import Token

_LETTER = re.compile(
    r"\b(?:grade|level|intensity|strength|at)\s*(?:of\s+|=\s*|:\s*)?(?P<a>[A-E])\b(?!['’])|\b(?P<b>[A-E])[- ](?:grade|level|intensity|strength)\b"
    r"|\((?P<c>[A-E])\)|(?<=[(,;])\s*(?P<d>[A-E])(?=\s*[,);])|(?<=[0-9])\s(?P<e>[A-E])(?=\s*(?:[,.;:)+]|$))"
)
_SCALE = frozenset("= : reaches reach reached reaching of at intensity is strength level hits to scores around about".split())
_SIDED = frozenset("brow,inner brow,outer brow,lip corner,cheek,eye,lid,upper lid,lower lid,nostril,eye corner".split(","))
_HEADED = ("head", "gaze")


@dataclass
class Words:
    """The tokens of a clause with the sides named in it."""

    text: str
    tokens: list[Token]
    sides: list[SideWord]

    def times(self) -> list[Timing]:
        return [timing for _, timing in self.timed()]

    def timed(self) -> list[tuple[int, Timing]]:
        if any(t.has("no") and ends_not(self.tokens, i) for i, t in enumerate(self.tokens)):
            return []
        late = late_time(self.tokens)
        found = timings(self.text, self.tokens)
        return [(i, Timing("onset", t.start, t.end) if late and late.start == t.start else t) for i, t in found]

    def strengths(self) -> list[Grade]:
        return [g for _, g in self.graded()]

    def graded(self) -> Iterator[tuple[int, Grade]]:
        """Strength words, FACS letters and numbers with the index of the token they stand at."""
        tokens = self.tokens
        for i, token in enumerate(tokens):
            after = tokens[i + 1] if i + 1 < len(tokens) else None
            for letter in token.get("strength"):
                apex = token.has("phase") and not (
                    after is not None
                    and (after.has("move", "named", "code", "part") or after.text in ("strength", "intensity"))
                )
                moved = after is not None and after.text in ("later", "earlier", "before", "after", "ahead")
                denied = i > 0 and tokens[i - 1].has("no") and idle(tokens, i - 1)
                if not (apex or moved or denied):
                    yield i, letter
            for value in token.get("number"):
                before = tokens[i - 1] if i else None
                scaled = before is not None and (before.text in _SCALE or before.has("code"))
                exact = "." in token.text or (before is not None and before.text in ("=", "intensity", "strength", "level"))
                out_of = [t.text for t in tokens[i + 1 : i + 4]] in (["out", "of", "5"], ["out", "of", "five"]) or [
                    t.text for t in tokens[i + 1 : i + 3]
                ] == ["/", "5"]
                if (scaled and exact or out_of) and 0 < value <= 5 and (letter := grade(value)):
                    yield i, letter
        lo, hi = tokens[0].start, tokens[-1].end
        for match in _LETTER.finditer(self.text, lo, hi):
            group = match.lastgroup or "a"
            index = max((i for i, t in enumerate(tokens) if t.start <= match.start(group)), default=0)
            yield index, match[group]  # type: ignore[misc]

    def elliptic(self) -> bool:
        """Whether the clause goes on without a subject: "climbing to a peak at 1.2 s", "Onset 0.6 s"."""
        for token in self.tokens:
            if token.has("phase", "time", "strength", "number"):
                return True
            if (
                token.has("word")
                and not token.text.endswith(("ing", "ly"))
                and token.text not in ("then", "but", "finally", "reaches", "climbs", "builds", "grows")
            ):
                return False
        return False

    def idle(self) -> bool:
        """Whether every "no" of the clause denies no movement."""
        spots = [i for i, t in enumerate(self.tokens) if t.has("no")]
        return (
            bool(spots) and all(idle(self.tokens, i) for i in spots) and not any(t.has("absent", "rest") for t in self.tokens)
        )

    def lopsided(self) -> bool:
        """ "not symmetrical"."""
        return any(
            t.has("no") and idle(self.tokens, i) and any(n.has("symmetry") for n in self.tokens[i + 1 : i + 5])
            for i, t in enumerate(self.tokens)
        )


def one_side(words: Words, part: int | None) -> bool:
    """Whether the part is a single one of two: "an eyebrow", "one corner of the mouth"."""
    if part is None or str(words.tokens[part].get("part")[0]) not in _SIDED:
        return False
    token = words.tokens[part]
    singular = not re.search(r"s\b", token.text.split(" of ")[0])
    before = words.tokens[max(0, part - 3) : part]
    after = words.tokens[part + 1] if part + 1 < len(words.tokens) else None
    article = any(t.text in ("a", "an", "one", "single", "just one", "only one") for t in before) and all(
        t.has("det", "move", "strength", "only", "word") for t in before[-1:]
    )
    return singular and article and not (after is not None and after.has("move") and not after.text.endswith(("s", "ed", "n")))


def qualify(words: Words, found: list[Movement]) -> list[Timing]:
    """Gives every movement its sides, strengths and times; returns the times that stand before all movements."""
    groups = _groups(words.tokens, found)
    for movement in found:
        if movement.code:
            movement.sides += [movement.code.side] if movement.code.side else []
            movement.grades += [movement.code.grade] if movement.code.grade else []  # type: ignore[list-item]
        movement.one_sided = one_side(words, movement.part) and ACTION_UNITS[movement.aus[0]].sided
    _set_sides(words, groups)
    for index, letter in words.graded():
        for movement in groups[_zone(words.tokens, groups, index)]:
            movement.grades.append(letter)
    return _set_times(words, groups)


def _groups(tokens: list[Token], found: list[Movement]) -> list[list[Movement]]:
    """Movements that share their verb, or are listed, take the same words."""
    groups: list[list[Movement]] = []
    reached = -1
    for movement in sorted(found, key=lambda m: (m.lo, m.hi)):
        between = tokens[reached + 1 : movement.lo]
        listed = groups and len(between) <= 3 and all(t.has("and") or t.text in (",", "the", "+", "/") for t in between)
        verbless = movement.part is None and groups and groups[-1][-1].part is None
        coded = verbless and tokens[movement.lo].has("code") == tokens[groups[-1][-1].lo].has("code")
        if groups and (movement.lo <= reached or (listed and coded)):
            groups[-1].append(movement)
        else:
            groups.append([movement])
        reached = max(reached, movement.hi)
    return groups


def _zone(tokens: list[Token], groups: list[list[Movement]], index: int) -> int:
    """The group that the words at token ``index`` belong to."""
    ends = [(min(m.lo for m in g), max(m.hi for m in g)) for g in groups]
    for n, (lo, hi) in enumerate(ends):
        if lo <= index <= hi:
            return n
        if index < lo:
            if n == 0:
                return 0
            # Between two groups: a separator decides; the last one before the later group's own words.
            gap = range(ends[n - 1][1] + 1, lo)
            cut = [
                i
                for i in gap
                if tokens[i].has("and") or tokens[i].text in (",", "with", "while", ")", "without", "plus", "by", "to")
            ]
            return n if not cut or index > cut[-1] else n - 1
    return len(groups) - 1


def _set_times(words: Words, groups: list[list[Movement]]) -> list[Timing]:
    first = min(m.lo for m in groups[0])
    prefix: list[Timing] = []
    behind: list[Timing] = []
    last = max(m.hi for m in groups[-1])
    for index, timing in words.timed():
        if index < first:
            prefix.append(timing)
            for group in groups:
                for movement in group:
                    movement.times.append(timing)
            continue
        zone = _zone(words.tokens, groups, index)
        timing = _gapped(words.tokens, groups, zone, index, timing)
        if index > last:
            behind.append(timing)
        for movement in groups[zone]:
            movement.times.append(timing)
    # "A slight smile and parted lips at 1.2 s": a time at the end holds for all that have none.
    for group in groups[:-1]:
        for movement in group:
            if not movement.times and not any(t.text in ("without", "after", "before") for t in words.tokens):
                movement.times += behind
    return prefix


def _gapped(tokens: list[Token], groups: list[list[Movement]], zone: int, index: int, timing: Timing) -> Timing:
    """ "AU12 peaks at 1.2 s and AU6 at 1.1 s": the second time is a peak too."""
    if timing.kind != "at" or zone == 0 or not groups[zone - 1][0].times:
        return timing
    hi = max(m.hi for m in groups[zone])
    if not all(t.has("prep", "time", "punct") or t.text in ("about", "around", "roughly") for t in tokens[hi + 1 : index]):
        return timing
    kind = groups[zone - 1][0].times[-1].kind
    return replace(timing, kind=kind) if kind in ("onset", "apex", "offset") else timing


def _set_sides(words: Words, groups: list[list[Movement]]) -> None:
    tokens = words.tokens
    leads = [i for i, t in enumerate(tokens) if t.has("lead")]
    for side in words.sides:
        index = max((i for i, t in enumerate(tokens) if t.start <= side.start), default=0)
        zone = groups[_zone(tokens, groups, index)]
        zone = [m for m in zone if ACTION_UNITS[m.aus[0]].region not in _HEADED]
        if not zone or not _is_side(words, side, index):
            continue
        # "stronger on the left", "the left more than the right"; not "the left corner is raised higher".
        compared = any(t.text == "than" for t in tokens)
        lead = next((i for i in leads if abs(i - index) <= 4 and (i < index or compared)), None)
        if lead is not None and side.side != "both":
            for movement in zone:
                movement.stronger = movement.stronger or side.side
            continue
        if side.side == "both" and words.lopsided():
            continue
        own = [m for m in zone if m.part is not None and m.part >= index]
        nearest = min((m.part for m in own if m.part is not None), default=None)
        several = (
            len({m.part for m in own}) > 1 and len([s for s in words.sides if s.start >= tokens[zone[0].lo].start - 8]) > 1
        )
        for movement in zone if not several else [m for m in own if m.part == nearest]:
            movement.sides.append(side.side)
    for index, token in enumerate(tokens):
        if token.has("only") and _restricts(words, index):
            for movement in groups[_zone(tokens, groups, index)]:
                movement.one_sided = True
    if words.lopsided():
        for group in groups:
            for movement in group:
                movement.one_sided = True


def _is_side(words: Words, side: SideWord, index: int) -> bool:
    """ "both" is a side before a plural part or alone with "of them"; before codes and lists it counts them."""
    text = words.text[side.start : side.end].lower()
    if text != "both":
        return True
    tokens = words.tokens
    if (
        tokens[index].has("part")
        or (tokens[index].has("named") and tokens[index].start < side.start)
        or tokens[index].text.startswith("both of them")
    ):
        return True
    parts = [i for i, t in enumerate(tokens[:index]) if t.has("part")]
    if parts == [index - 1] and re.search(r"s\b", tokens[index - 1].text):
        return True
    after = tokens[index + 1 : index + 8]
    for n, token in enumerate(after):
        if token.has("part"):
            rest = after[n + 1 :]
            return not (rest and rest[0].has("and") and any(t.has("part") for t in rest[1:]))
        if token.has("code") or (token.has("aux", "punct", "time") and not n):
            return False
        if token.has("named"):
            return token.text.endswith("s")
    return False


def _restricts(words: Words, index: int) -> bool:
    """Whether an "only" restricts the side, not the time or the strength."""
    token = words.tokens[index]
    if token.text not in ("only", "solely", "just", "exclusively", "alone", "single"):
        return True
    near = [s for s in words.sides if s.side != "both" and -40 <= s.start - token.start <= 24]
    if token.text == "alone":
        return any(s.start < token.start for s in near)
    return any(0 < s.start - token.end <= 12 or 0 <= token.start - s.end <= 2 for s in near)
