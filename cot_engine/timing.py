"""What the times of a clause are said of: the start, the peak, the end of a movement, a moment, a stretch or a length."""

import re

from cot_engine.timewords import END, START, Moment, TimeKind, TimeWords, Timing
from cot_engine.wording import Token

_APPROX = frozenset(
    "about around roughly approximately approx nearly almost just only some at the ca circa ~ ≈ very well . : = ( exactly precisely another".split()
)
_PREPOSITIONS: dict[str, TimeKind] = {
    "from": "onset", "since": "onset", "until": "offset", "till": "offset", "to": "offset", "through": "offset", "before": "before",
    "prior": "before", "after": "after", "past": "after", "following": "after", "for": "length", "lasts": "length", "lasted": "length",
    "lasting": "length", "last": "length", "beyond": "after", "within": "during", "between": "during", "during": "during",
}  # fmt: skip
_DROPPED = re.compile(
    r"later|earlier|apart|ago|sooner|ahead|behind|afterwards|of each other|of one another|of (?:that|the)\b|(?:after|before)\b(?! (?:about )?[0-9])|per\b|intervals?"
)
_LENGTH = re.compile(r"long\b|in (?:length|duration|all|total)\b")
_BOUNDS = re.compile(
    r"(?P<most>no (?:more|longer) than|not (?:more|longer) than|at most|less than|under|up to|shorter than)|(?P<least>more than|at least|longer than|no less than|over)"
)


def timings(text: str, tokens: list[Token]) -> list[tuple[int, Timing]]:
    """The times of a clause with the index of their token; relative ones ("0.2 s later") are left out."""
    spots = [i for i, t in enumerate(tokens) if t.has("time")]
    phases = {i: str(t.get("phase")[0]) for i, t in enumerate(tokens) if t.has("phase")}
    taken: set[int] = set()
    left: dict[int, int] = {}
    for n, spot in enumerate(spots):
        floor = spots[n - 1] + 1 if n else 0
        near = [i for i in phases if floor <= i < spot]
        if near:
            left[spot] = near[-1]
            taken.add(near[-1])
    found = []
    for n, spot in enumerate(spots):
        cue = left.get(spot)
        if cue is None:
            stop = spots[n + 1] if n + 1 < len(spots) else len(tokens)
            ahead = [i for i in phases if spot < i < stop and i not in taken]
            cue = ahead[0] if ahead else None
        timing = _relate(text, tokens, spot, phases[cue] if cue is not None else None, cue)
        if timing is not None:
            found.append((spot, timing))
    return found


def _relate(text: str, tokens: list[Token], spot: int, phase: str | None, cue: int | None) -> Timing | None:
    words: TimeWords = tokens[spot].get("time")[0]
    after = text[tokens[spot].end : tokens[spot].end + 40].lstrip().lower()
    start, end = words.start, words.end
    if not words.is_range and words.fixed is None and start.share == 0 and (_DROPPED.match(after) or _counted(tokens, spot)):
        return None
    before = text[tokens[0].start : tokens[spot].start].lower()
    if bound := _length_bound(tokens, spot, before, after, phase):
        return Timing("length", start, end, bound if bound != "equal" else "")
    at = spot - 1
    while at >= 0 and (tokens[at].text in _APPROX or tokens[at].has("not_no")):
        at -= 1
    word = tokens[at].text if at >= 0 else ""
    kind = _PREPOSITIONS.get(word)
    adjacent = cue is not None and (
        cue == at
        or (cue < spot and all(t.has("prep", "det", "move", "aux") or t.text in _APPROX for t in tokens[cue + 1 : spot]))
    )
    if words.fixed is not None:
        if word == "from" and words.fixed == "during":
            return Timing("onset", start, end)
        return Timing(words.fixed, start, end)
    if words.is_range:
        if phase in ("onset", "apex", "offset") and adjacent:
            return Timing(phase, start, end)
        return Timing("during" if kind == "during" else "span", start, end)
    if kind == "during":
        return Timing("during", START, end) if start.share == 0 else Timing("at", start, end)
    if kind == "length":
        return Timing("length", start, end)
    if kind in ("before", "after"):
        if phase in ("onset", "apex", "offset") and adjacent:
            return Timing(phase, START, end) if kind == "before" else Timing(phase, start, END)
        return Timing(kind, start, end)
    if kind in ("onset", "offset"):
        if kind == "offset" and word == "to" and phase == "apex" and adjacent:
            return Timing("apex", start, end)
        return Timing(kind, start, end)
    around = _around(start)
    if phase in ("onset", "apex", "offset"):
        return Timing(phase, around.start, around.end)
    return around


def _around(moment: Moment) -> Timing:
    """A moment; the start and the end of the clip are its first and its last third."""
    if moment == START:
        return Timing("during", START, Moment(0.0, 1 / 3))
    if moment == END:
        return Timing("during", Moment(0.0, 2 / 3), END)
    return Timing("at", moment, moment)


def _counted(tokens: list[Token], spot: int) -> bool:
    """ "in 0.4 s", "over half a second", "every 2 s" tell a speed or a rate, not a time."""
    before = [t.text for t in tokens[max(0, spot - 2) : spot]]
    return bool(before) and (
        before[-1] in ("in", "over", "every", "takes", "took", "per") or before[-2:] in (["in", "just"], ["in", "about"])
    )


def _length_bound(tokens: list[Token], spot: int, before: str, after: str, phase: str | None) -> str:
    """ "equal", "most" or "least" where the time is a length, else ""."""
    token = tokens[spot]
    words: TimeWords = token.get("time")[0]
    if words.is_range or words.fixed is not None or words.start.share:
        return ""
    bound = None
    for match in _BOUNDS.finditer(before[-24:]):
        if not before[-24:][match.end() :].strip(" aboutroundly"):
            bound = "most" if match["most"] else "least"
    tail: list[str] = []
    for token_before in reversed(tokens[max(0, spot - 4) : spot]):
        tail.append(token_before.text)
        if (
            token_before.text not in _APPROX
            and not token_before.has("not_no", "det")
            and token_before.text not in ("no", "more", "than", "least", "of", "longer", "less", "is")
        ):
            break
    is_length = (
        ("-" in token.text and not after.startswith(("mark", "point")))
        or _LENGTH.match(after) is not None
        or bool(set(tail) & {"for", "lasts", "lasting", "lasted", "last", "duration", "short", "brief", "briefly", "quick"})
        or (phase == "hold" and bound is not None)
    )
    if not is_length:
        return ""
    return bound or "equal"
