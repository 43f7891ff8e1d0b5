"""Time expressions in text: how they are written, and what a stated time says about a movement.

A time may be absolute ("1.2 s", "600 ms", "0:01") or a share of the clip ("at the end", "the first half"), so a ``Moment`` is
``seconds + share * duration`` and becomes a number only where the duration is known.
"""

import re
from dataclasses import dataclass
from typing import Literal

# What a time is said of: the start, the peak or the end of a movement, a moment at which it shows, a stretch within which it
# shows, a length, or a bound before/after which it happens.
TimeKind = Literal["onset", "apex", "offset", "at", "span", "length", "before", "after", "during"]

Bound = Literal["", "most", "least"]


@dataclass(frozen=True)
class Moment:
    """``seconds + share * duration`` from the first frame."""

    seconds: float
    share: float = 0.0

    def at(self, duration_s: float) -> float:
        return self.seconds + self.share * duration_s


START, END = Moment(0.0), Moment(0.0, 1.0)


@dataclass(frozen=True)
class Timing:
    """A stated time. ``start`` equals ``end`` for a single moment; a ``length`` holds its seconds in ``start``, and ``bound``
    is "most" or "least" where it says no more or no less."""

    kind: TimeKind
    start: Moment
    end: Moment
    bound: Bound = ""

    def window(self, duration_s: float) -> tuple[float, float]:
        """The seconds a statement with this time speaks about when it says that something is absent or at rest."""
        start, end = self.start.at(duration_s), self.end.at(duration_s)
        if self.kind in ("onset", "after"):
            return start, duration_s
        if self.kind in ("offset", "before"):
            return 0.0, end
        if self.kind == "length":
            return 0.0, duration_s
        return start, end


@dataclass(frozen=True)
class TimeWords:
    """A time expression as written, before its relation to a movement is known. ``fixed`` is a relation it brings along."""

    start: Moment
    end: Moment
    fixed: TimeKind | None = None

    @property
    def is_range(self) -> bool:
        return self.start != self.end


_NUM = r"[0-9]{1,4}(?:\.[0-9]{1,4})?"
_UNIT = r"(?:ms|msecs?|milliseconds?|secs?|seconds?|s)(?![a-zA-Z])"
_ABOUT = r"(?:about|around|roughly|approximately|approx\.?|circa|ca\.?|nearly|almost|some|just|~|≈)?\s*"
_CLIP = r"(?:the |this )?(?:clip|video|sequence|recording|shot|footage|take|time|excerpt|segment|film)"
_OF_CLIP = rf"(?: of {_CLIP})?"
_NOT_OF = rf"(?!\s+of\b(?! {_CLIP}))"
_FRACTIONS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "tenth": 0.1, "fifth": 0.2}
_COUNTS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "ten": 10.0}
_WORD = (
    r"(?:(?P<wholes>a|one|two|three|four|five|six|ten)(?: and a (?P<plus>half|quarter))?"
    r"|(?P<tops>a|one|two|three)? ?(?P<part>half|quarter|third|tenth|fifth)s?(?: of)?(?: an?)?)[ -]seconds?"
    # "a second smile" is no time.
    r"(?! (?!later|long|in|into|of|after|before|at|and|to|until|or|apart|from|then|the|on)[a-z])"
)
_BARE = r"[0-9]{1,3}\.[0-9]{1,3}"
_NO_UNIT = r"(?![0-9]|\.[0-9]|\s*(?:%|/|°|deg|px|x\b|fps|hz|mm))"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?:\.[0-9]+)?"
_DASH = r"(?:-|–|—|−|→)"
_THE_EDGE = rf"{_OF_CLIP}{_NOT_OF}(?! (?:is|was|lies|comes|at)\b)"
# Behind these a number with a decimal point is a time also without its unit.
_CUES = ["at ", "by ", "until ", "from ", "to ", "around ", "about ", "and ", "start ", "end ", "t=", "t = ", "@", "@ ", "~"]
_CUES += [f"{word}{joint}" for word in ("onset", "apex", "peak", "offset") for joint in (" ", ": ", "=")]

_TWO_ENDS = (
    rf"(?P<a>{_NUM})\s*(?P<ua>{_UNIT})?(?:\s*{_DASH}\s*|\s+(?:(?:and )?up to|to|until|till|through)\s+){_ABOUT}"
    rf"(?P<b>{_NUM})\s*(?P<ub>{_UNIT})",
    rf"(?<=between )(?P<c>{_NUM})\s*(?P<uc>{_UNIT})?\s+and\s+{_ABOUT}(?P<d>{_NUM})\s*(?P<ud>{_UNIT})",
    rf"(?:(?<=between )|(?<=from ))seconds (?P<i>{_NUM}) (?:and|to) (?P<j>{_NUM})",
    rf"(?P<e>{_BARE})\s*{_DASH}\s*(?P<f>{_BARE}){_NO_UNIT}",
    rf"(?:(?<=from )|(?<=between ))(?P<g>{_NUM})\s+(?:to|until|and)\s+(?P<h>{_BARE}){_NO_UNIT}",
    rf"(?P<k1>{_CLOCK})(?:\s*(?:-|–|to|until|and)\s*(?P<k2>{_CLOCK}))?",
)
_STRETCHES = (
    rf"(?:the )?(?P<edge>first|opening|last|final)\s+"
    rf"(?:(?P<en>{_NUM})[\s-]*(?P<eu>{_UNIT})|{_WORD.replace('?P<', '?P<e_')}|second\b){_OF_CLIP}",
    rf"(?:the )?(?P<hx>first|second|last|latter|final|middle|opening)\s+(?P<hf>half|third|quarter)\b"
    rf"(?! (?:of )?(?:a )?second){_OF_CLIP}",
)
_MOMENTS = (
    rf"seconds? (?P<ordinal>{_BARE}){_NO_UNIT}",
    rf"(?P<n>{_NUM})\s*-?\s*(?P<u>{_UNIT})",
    _WORD,
    rf"(?:{'|'.join(f'(?<={cue})' for cue in _CUES)})(?P<bare>{_BARE}){_NO_UNIT}",
)
_BEGIN = (
    rf"the (?:very )?(?:start|beginning|outset|first frame){_THE_EDGE}",
    r"(?<=at )first\b",
    r"initially\b",
    rf"(?<=from )(?:the )?(?:start|beginning|outset)\b{_NOT_OF}",
    rf"at {_CLIP} start",
    r"(?<=at )(?:start|beginning)\b",
)
_ALL = (
    rf"throughout(?: {_CLIP})?",
    rf"(?:during|for|over|through|across|in) (?:the )?(?:whole|entire|full) (?:of )?{_CLIP}",
    rf"the (?:whole|entire) {_CLIP}",
    r"at all times|all along|the whole time|all the time|at any (?:time|point|moment)",
    r"from (?:the )?(?:start|beginning|first) to (?:the )?(?:end|finish|last)(?: frame)?",
    rf"(?:during|for the duration of) {_CLIP}",
    r"for the duration|constantly\b|continuously\b",
)
_WHERE = (
    rf"(?P<begin>{'|'.join(_BEGIN)})",
    rf"(?P<finish>(?:the|its) (?:very )?(?:end|last frame|final frame|close){_THE_EDGE})",
    rf"(?P<all>{'|'.join(_ALL)})",
    rf"(?P<middle>(?:half|mid)way(?: through)?(?: {_CLIP})?|the middle{_OF_CLIP}{_NOT_OF}|mid-clip)",
)
TIME = re.compile(rf"(?<![\w.])(?:{'|'.join((*_TWO_ENDS, *_STRETCHES, *_MOMENTS, *_WHERE))})")
"""One time expression, to be matched in lower case where a word or number begins."""


def _seconds(number: str, unit: str | None) -> float:
    return float(number) / (1000 if unit and unit.startswith(("ms", "milli")) else 1)


def _clock(text: str) -> Moment:
    minutes, _, seconds = text.partition(":")
    return Moment(60 * float(minutes) + float(seconds))


def _words(found: dict[str, str | None], prefix: str = "") -> float | None:
    whole, plus = found.get(f"{prefix}wholes"), found.get(f"{prefix}plus")
    tops, part = found.get(f"{prefix}tops"), found.get(f"{prefix}part")
    if whole:
        return _COUNTS[whole] + (_FRACTIONS[plus] if plus else 0.0)
    if part:
        return _FRACTIONS[part] * (_COUNTS[tops] if tops else 1.0)
    return None


def read_time(match: re.Match[str]) -> TimeWords:
    """What one match of ``TIME`` says."""
    found = match.groupdict()
    for first, unit, last, last_unit in (
        ("a", "ua", "b", "ub"),
        ("c", "uc", "d", "ud"),
        ("e", None, "f", None),
        ("g", None, "h", None),
        ("i", None, "j", None),
    ):
        if (begin := found[first]) and (end := found[last]):
            unit_b = found[last_unit] if last_unit else None
            unit_a = (found[unit] if unit else None) or unit_b
            return TimeWords(Moment(_seconds(begin, unit_a)), Moment(_seconds(end, unit_b)))
    if found["k1"]:
        return TimeWords(_clock(found["k1"]), _clock(found["k2"] or found["k1"]))
    if edge := found["edge"]:
        length = _seconds(found["en"], found["eu"]) if found["en"] else _words(found, "e_") or 1.0
        if edge in ("first", "opening"):
            return TimeWords(START, Moment(length), "during")
        return TimeWords(Moment(-length, 1.0), END, "during")
    if half := found["hf"]:
        share = _FRACTIONS[half]
        which = found["hx"]
        if which in ("first", "opening"):
            return TimeWords(START, Moment(0.0, share), "during")
        if which == "middle" or (which == "second" and half != "half"):
            return TimeWords(Moment(0.0, (1 - share) / 2), Moment(0.0, (1 + share) / 2), "during")
        return TimeWords(Moment(0.0, 1 - share), END, "during")
    if found["begin"]:
        return TimeWords(START, START)
    if found["finish"]:
        return TimeWords(END, END)
    if found["all"]:
        return TimeWords(START, END, "span")
    if found["middle"]:
        return TimeWords(Moment(0.0, 1 / 3), Moment(0.0, 2 / 3), "during")
    number = found["n"] or found["bare"] or found["ordinal"]
    moment = Moment(_seconds(number, found["u"]) if number else _words(found) or 0.0)
    return TimeWords(moment, moment)
