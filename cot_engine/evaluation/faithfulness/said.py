"""What an explanation asserts and denies, and what the face showed: the sets that every metric of faithfulness counts.

The reading is that of ``verify``; there is no second parser. Closings of the eyes count as one action unit
(``event_match.family``). What nobody can judge (out of reach, or hidden for most of the time) is in neither set.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from cot_engine.evaluation.event_match import family
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.presence import PRESENT_ABOVE
from cot_engine.evidence import Event, Evidence
from cot_engine.report import Claim
from cot_engine.trace import parse_trace
from cot_engine.verify import verify

Source = Literal["measured", "played"]
SOURCES: tuple[Source, ...] = get_args(Source)

# An action unit is not to be judged when its part was hidden for more than this share of the time.
_MOSTLY = 0.5


@dataclass(frozen=True)
class Said:
    """One explanation against one reference.

    Attributes:
        asserted, denied: action units that it says were there, or were not; only those that can be judged.
        unjudged: asserted ones that cannot be judged.
        shown: action units with an event of any grade; ``present`` those of grade B or more.
        vocabulary: all that can be judged.
        strong: the events of grade C or more, and which of them are told; both as indices.
        claims: every claim about an action unit, in the order of the text.
    """

    asserted: frozenset[str]
    denied: frozenset[str]
    unjudged: frozenset[str]
    shown: frozenset[str]
    present: frozenset[str]
    vocabulary: frozenset[str]
    strong: tuple[int, ...]
    told: tuple[int, ...]
    claims: tuple[Claim, ...]

    @property
    def invented(self) -> frozenset[str]:
        """Asserted, and not there at any grade."""
        return self.asserted - self.shown


def reference(prediction: Prediction, source: Source) -> Evidence | None:
    """What the explanation is held against."""
    return prediction.evidence if source == "measured" else prediction.played


def explanation(text: str) -> str:
    """The part of an answer that explains: all but the conclusion, or all of it where it has no headings."""
    trace = parse_trace(text)
    return "\n".join((*trace.observations, trace.interpretation)) if trace.observations or trace.interpretation else text


def said(text: str, against: Evidence) -> Said:
    """Reads ``text`` (a whole answer) against a reference. Never raises on any text."""
    checked = verify(explanation(text), against)
    claims = tuple(claim for claim in checked.claims if claim.au)
    shown = {family(event.au) for event in against.events}
    vocabulary = frozenset(family(au) for au in against.reach if family(au) in shown or _visible(against, au))
    asserted, denied = (_named(claims, stance) for stance in ("asserted", "denied"))
    strong = tuple(i for i in against.must_mention() if _seen(against, against.events[i]))
    return Said(
        asserted=asserted & vocabulary,
        denied=denied & vocabulary,
        unjudged=asserted - vocabulary,
        shown=frozenset(shown) & vocabulary,
        present=frozenset(family(e.au) for e in against.events if e.intensity > PRESENT_ABOVE) & vocabulary,
        vocabulary=vocabulary,
        strong=strong,
        told=tuple(i for i in strong if i not in checked.omissions),
        claims=claims,
    )


def read(predictions: Sequence[Prediction], source: Source) -> tuple[list[Prediction], list[Said]]:
    """The predictions whose reference is known, and what each says against it. A refusal says nothing, and is counted."""
    known = [(p, against) for p in predictions if (against := reference(p, source)) is not None]
    return [p for p, _ in known], [said(p.text, against) for p, against in known]


def _named(claims: Iterable[Claim], stance: str) -> frozenset[str]:
    return frozenset(family(claim.au) for claim in claims if claim.au and claim.stance == stance)


def _visible(evidence: Evidence, au: str) -> bool:
    return evidence.hidden_in_view(au) <= _MOSTLY


def _seen(evidence: Evidence, event: Event) -> bool:
    """An event behind a hand cannot be asked for."""
    return evidence.hidden_share(event.au, event.side, event.onset_s, event.offset_s) <= _MOSTLY
