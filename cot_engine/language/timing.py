"""What the times of a clause are said of: the start, the peak, the end of a movement, a moment, a stretch or a length."""

import re

from cot_engine.language.lexicon import words
from cot_engine.language.timewords import END, START, Bound, Moment, TimeKind, TimeWords, Timing
from cot_engine.language.wording import Token

_APPROX = words(
    """
    about around roughly approximately approx nearly almost just only some at the ca circa ~ ≈ very well . : = ( exactly
    precisely another
    """
)
_PREPOSITIONS: dict[str, TimeKind] = {
    **dict.fromkeys(("from", "since"), "onset"),
    **dict.fromkeys(("until", "till", "to", "through"), "offset"),
    **dict.fromkeys(("before", "prior"), "before"),
    **dict.fromkeys(("after", "past", "following", "beyond"), "after"),
    **dict.fromkeys(("for", "last", "lasts", "lasted", "lasting"), "length"),
    **dict.fromkeys(("within", "between", "during"), "during"),
}
_BOUNDARIES: dict[str, TimeKind] = {"onset": "onset", "apex": "apex", "offset": "offset"}
# A time before one of these is counted from something else.
_DROPPED = re.compile(
    r"later|earlier|apart|ago|sooner|ahead|behind|afterwards|of each other|of one another|of (?:that|the)\b|per\b|intervals?"
    r"|(?:after|before)\b(?! (?:about )?[0-9])"
)
_LENGTH = re.compile(r"long\b|in (?:length|duration|all|total)\b")
_BOUND = re.compile(
    r"(?:(?P<most>no (?:more|longer) than|not (?:more|longer) than|at most|less than|under|up to|shorter than)"
    r"|(?P<least>more than|at least|longer than|no less than|over)) ?(?:about|around|roughly)? *$"
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
    told: TimeWords = tokens[spot].get("time")[0]
    start, end = told.start, told.end
    plain = not told.is_range and told.fixed is None and start.share == 0
    after = text[tokens[spot].end : tokens[spot].end + 40].lstrip().lower()
    if plain and (_DROPPED.match(after) or _counted(tokens, spot)):
        return None
    if plain and _is_length(tokens, spot, after):
        return Timing("length", start, end, _bound(text[tokens[0].start : tokens[spot].start]))
    at = spot - 1
    while at >= 0 and (tokens[at].text in _APPROX or tokens[at].has("not_no")):
        at -= 1
    word = tokens[at].text if at >= 0 else ""
    kind = _PREPOSITIONS.get(word)
    if told.fixed is not None:
        return Timing("onset" if word == "from" and told.fixed == "during" else told.fixed, start, end)
    boundary = _BOUNDARIES.get(phase or "")
    adjacent = cue is not None and (cue == at or (cue < spot and all(map(_between, tokens[cue + 1 : spot]))))
    if boundary and adjacent and (told.is_range or kind in ("before", "after") or word == "to"):
        # "peaks between 1.0 and 1.4 s", "begins after 1 s", "climbs to its peak at 1.2 s"
        start, end = START if kind == "before" else start, END if kind == "after" else end
        return Timing(boundary if boundary == "apex" or word != "to" else "offset", start, end)
    if told.is_range:
        return Timing("during" if kind == "during" else "span", start, end)
    if kind == "during" and plain:
        return Timing("during", START, end)
    if kind is not None and kind != "during":
        return Timing(kind, start, end)
    around = _around(start)
    return Timing(boundary, around.start, around.end) if boundary else around


def _between(token: Token) -> bool:
    return token.has("prep", "det", "move", "aux") or token.text in _APPROX


def _around(moment: Moment) -> Timing:
    """A moment; the start and the end of the clip are its first and its last third."""
    if moment == START:
        return Timing("during", START, Moment(0.0, 1 / 3))
    if moment == END:
        return Timing("during", Moment(0.0, 2 / 3), END)
    return Timing("at", moment, moment)


def _counted(tokens: list[Token], spot: int) -> bool:
    """Whether a time tells a speed or a rate: "in 0.4 s", "over half a second", "every 2 s"."""
    before = [t.text for t in tokens[max(0, spot - 2) : spot]]
    rate = ("in", "over", "every", "takes", "took", "per")
    return bool(before) and (before[-1] in rate or before in (["in", "just"], ["in", "about"]))


_LASTING = words("for lasts lasting lasted last duration short brief briefly quick")
_COMPARING = words("no more than least of longer less is")


def _is_length(tokens: list[Token], spot: int, after: str) -> bool:
    if _LENGTH.match(after) or ("-" in tokens[spot].text and not after.startswith(("mark", "point"))):
        return True
    for token in reversed(tokens[max(0, spot - 4) : spot]):
        if token.text in _LASTING:
            return True
        if not (token.text in _APPROX or token.has("not_no", "det") or token.text in _COMPARING):
            return False
    return False


def _bound(before: str) -> Bound:
    """Whether a length is told as the most or the least."""
    match = _BOUND.search(before.lower())
    return "" if match is None else "most" if match["most"] else "least"
