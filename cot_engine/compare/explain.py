"""A comparison in words: every sentence is made of its numbers, and of nothing else."""

from collections.abc import Sequence
from pathlib import Path

from cot_engine.compare.comparison import Comparison, Lone, Match
from cot_engine.evidence import Event
from cot_engine.facs import ACTION_UNITS, GRADE_WORDS
from cot_engine.reasoners.phrases import capital, listed

# Longer lists are cut to the strongest; the tables hold all.
_MOST = 5
# Within half a grade, and within a tenth of a second, two movements are said to be alike.
_SAME_STRENGTH, _SAME_TIME_MS = 0.5, 100
_HOW_WELL = ((0.8, "follows A closely"), (0.5, "follows A in part"), (0.2, "has little in common with A"))


def explain(comparison: Comparison) -> tuple[str, ...]:
    """Sentences in plain English, the most important first. Times are on A's clock, sides are the person's own."""
    steps = (_names, _verdict, _alignment, _mirror, _kept, _lost, _added, _shifted, _talking, _not_compared, _labels)
    return tuple(sentence for step in steps for sentence in step(comparison))


def movement(event: Event) -> str:
    """``"lip corner puller (AU12), left side"``"""
    side = f", {event.side} side" if ACTION_UNITS[event.au].sided and event.side != "both" else ""
    return f"{event.name} ({event.au}){side}"


def _strength(event: Event) -> str:
    """``"marked (C)"``, or nothing where strengths were not measured."""
    return f"{GRADE_WORDS[event.grade]} ({event.grade})" if event.strength_measured else "there"


def _seconds(value: float) -> str:
    """Two decimals, and no minus before a zero."""
    return f"{round(value, 2) + 0.0:.2f}"


def _names(c: Comparison) -> list[str]:
    return [f"A is {Path(c.a.path).name}, B is {Path(c.b.path).name}."]


def _verdict(c: Comparison) -> list[str]:
    score = c.fidelity.score
    if score is None:
        return [f"No fidelity score is defined: {c.fidelity.reason}."]
    how = next((words for least, words in _HOW_WELL if score >= least), "does not follow A")
    found = len(c.matched)
    counted = f"{found} matched, {len(c.lost)} lost, {len(c.added)} added" if found + len(c.lost) + len(c.added) else "none"
    return [f"B {how}: fidelity {score:.2f} of 1 (movements: {counted})."]


def _alignment(c: Comparison) -> list[str]:
    a = c.alignment
    if a is None:
        return ["Both are still pictures: what they show is compared, but not when."]
    if a.lag_ms is None:
        said = [
            f"No common delay was found within {a.bound_ms / 1000:.1f} s at which the movements run together; "
            "the clips were compared as they start."
        ]
    elif abs(a.lag_ms) < a.step_ms:
        said = ["B runs in time with A."]
    else:
        word = "after" if a.lag_ms > 0 else "before"
        said = [f"B runs {abs(a.lag_ms) / 1000:.2f} s {word} A; with this taken off, the movements were compared."]
    if min(a.share_of_a, a.share_of_b) < 0.9:
        said.append(
            f"The clips share {a.compared_s:.1f} s in which both faces were measured: "
            f"{a.share_of_a:.0%} of A and {a.share_of_b:.0%} of B."
        )
    return said


def _mirror(c: Comparison) -> list[str]:
    if not c.sides.mirrored:
        return []
    return ["The sides are swapped: B moves like A in a mirror. Everything else was compared with B mirrored back."]


def _kept(c: Comparison) -> list[str]:
    strongest = sorted(c.matched, key=lambda m: -m.peak_a)
    said = [_match(match, c) for match in strongest[:_MOST]]
    if len(strongest) > _MOST:
        said.append(f"Kept as well: {len(strongest) - _MOST} more.")
    ratios = sorted(m.strength_ratio for m in c.matched if m.strength_ratio is not None)
    if len(ratios) >= 2:
        middle = ratios[len(ratios) // 2] if len(ratios) % 2 else sum(ratios[len(ratios) // 2 - 1 : len(ratios) // 2 + 1]) / 2
        said.append(f"At matched movements, the peaks of B are {middle:.0%} of those of A (median of {len(ratios)}).")
    return said


def _match(match: Match, c: Comparison) -> str:
    event = match.a or match.b
    assert event is not None, "a match has an event on at least one side"
    when = "" if c.still else f" at {_seconds(_on_a(match, c))} s"
    if match.kind == "part" and match.a and match.b:
        short, long = ("A", "B") if _length(match.a) < _length(match.b) else ("B", "A")
        part = match.a if short == "A" else match.b
        return f"Kept: {movement(part)}, {_strength(part)}, of {short} is part of a longer movement in {long}."
    if match.a is None or match.b is None:
        weak, strong = ("A", "B") if match.a is None else ("B", "A")
        return (
            f"Weaker in {weak}: {movement(event)}, {_strength(event)}{when} in {strong}; "
            f"in {weak} it rises to {min(match.peak_a, match.peak_b):.1f} of 5, too little for an event."
        )
    said = [f"Kept: {movement(match.a)}, {_strength(match.a)}{when}"]
    if match.strength_ratio is not None:
        if abs(match.peak_b - match.peak_a) <= _SAME_STRENGTH:
            said.append("as strong in B")
        else:
            word = "stronger" if match.peak_b > match.peak_a else "weaker"
            said.append(f"{word} in B ({match.peak_b:.1f} instead of {match.peak_a:.1f})")
    moments = {"starts": match.onset_ms, "ends": match.offset_ms}
    if all(ms is None for ms in moments.values()):
        moments = {"peaks": match.apex_ms}
    for verb, ms in moments.items():
        if ms is not None and abs(ms) > _SAME_TIME_MS:
            said.append(f"{verb} {abs(ms) / 1000:.2f} s {'later' if ms > 0 else 'earlier'}")
    if match.side_agreement is not None and not c.sides.mirrored and match.a.side != match.b.side:
        said.append(f"in B on {_sides(match.b)}")
    return "; ".join(said) + "."


def _length(event: Event) -> float:
    """Seconds from onset to offset."""
    return event.offset_s - event.onset_s


def _sides(event: Event) -> str:
    return "both sides" if event.side == "both" else f"the {event.side} side"


def _on_a(match: Match, c: Comparison) -> float:
    if match.a:
        return match.a.apex_s
    lag_s = (c.alignment.lag_ms or 0) / 1000 if c.alignment else 0.0
    return match.b.apex_s - lag_s if match.b else 0.0


def _lost(c: Comparison) -> list[str]:
    return _lone("Lost", "B", c.lost, c)


def _added(c: Comparison) -> list[str]:
    return _lone("Added", "A", c.added, c)


def _lone(word: str, other: str, found: Sequence[Lone], c: Comparison) -> list[str]:
    strongest = sorted(found, key=lambda x: (not x.reliable, -x.event.intensity))
    said = []
    for x in strongest[:_MOST]:
        when = "" if c.still else f" from {_seconds(x.start_s)} to {_seconds(x.end_s)} s"
        sure = "" if x.reliable else " (this movement is read with little certainty)"
        said.append(
            f"{word}: {movement(x.event)}, {_strength(x.event)}{when}; {other} shows {x.other_peak:.1f} of 5 then{sure}."
        )
    return [*said, f"{word} as well: {len(found) - _MOST} more."] if len(found) > _MOST else said


def _shifted(c: Comparison) -> list[str]:
    late = [(u, u.lag_ms) for u in c.action_units if u.lag_ms is not None and abs(u.lag_ms) > _SAME_TIME_MS]
    said = [f"{u.name} ({u.au}) by {abs(ms) / 1000:.2f} s {'later' if ms > 0 else 'earlier'}" for u, ms in late]
    return [f"Beside the common delay, the course of these is shifted in B: {listed(said)}."] if said else []


def _talking(c: Comparison) -> list[str]:
    a, b = bool(c.a.talking_s), bool(c.b.talking_s)
    return [f"{'A' if a else 'B'} talks for part of the time, {'B' if a else 'A'} does not."] if a != b else []


def _not_compared(c: Comparison) -> list[str]:
    reasons: dict[tuple[str, str], list[str]] = {}
    for x in c.not_compared:
        name = f"{x.event.name} ({x.event.au})"
        named = reasons.setdefault((x.clip.upper(), x.reason), [])
        if name not in named:
            named.append(name)
    said = [f"Could not be compared: {listed(named)} of {clip}, because {why}." for (clip, why), named in reasons.items()]
    blind = [u for u in c.action_units if u.status == "not_comparable" and not (u.matched or u.lost or u.added)]
    by_reason: dict[str, list[str]] = {}
    for unit in blind:
        by_reason.setdefault(unit.reason or "", []).append(unit.au)
    return said + [capital(f"{listed(aus)} could not be compared: {why}.") for why, aus in by_reason.items()]


def _labels(c: Comparison) -> list[str]:
    if c.labels is None:
        return []
    a, b = c.labels.a or "not sure", c.labels.b or "not sure"
    if c.labels.agree is None:
        return [f"Apparent expression: {a} in A, {b} in B; they cannot be held against each other."]
    same = f"both are read as {a}" if c.labels.agree else f"A is read as {a}, B as {b}"
    return [f"Apparent expression: {same} (their probabilities overlap by {c.labels.overlap:.0%})."]
