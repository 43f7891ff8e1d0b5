"""Format refinement: the same claims in house style. A refinement that changes a claim is refused."""

import re
from dataclasses import replace

from cot_engine.claims import find_mentions
from cot_engine.facs import au_code
from cot_engine.language.mention import Mention
from cot_engine.trace import Trace

_CODE = re.compile(r"\bAU[\s_-]?(\d{1,2})\b", re.IGNORECASE)
_MARKUP = re.compile(r"[*`]+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|^#+\s*")
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z*])")


def refine(trace: Trace) -> Trace:
    """One sentence an observation, codes as ``AU6``, no markup, a capital first and a full stop last.

    Returns the trace as it came when its claims would not be the same afterwards.
    """
    lines = [part for line in trace.observations for part in _SENTENCES.split(line)]
    polished = Trace(
        observations=tuple(_sentence(line) for line in lines if line.strip()),
        interpretation=_sentence(trace.interpretation),
        conclusion=trace.conclusion,
    )
    return polished if same_claims(trace, polished) else trace


def same_claims(before: Trace, after: Trace) -> bool:
    """Whether two traces state the same: equal conclusions, and the same mentions in the same order in either section."""
    return before.conclusion == after.conclusion and all(
        _stated(a) == _stated(b)
        for a, b in (
            ("\n".join(before.observations), "\n".join(after.observations)),
            (before.interpretation, after.interpretation),
        )
    )


def _stated(text: str) -> list[Mention]:
    """Mentions without their places in the text."""
    return [replace(mention, start=0, end=0) for mention in find_mentions(text)]


def _sentence(text: str) -> str:
    text = _MARKUP.sub("", " ".join(text.split())).strip()
    text = _CODE.sub(lambda m: au_code(m[1]) or m[0], text)
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."
