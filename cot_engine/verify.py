"""The check: every statement of a text about the face is held against what was measured.

Works on any text, whoever wrote it. What is said (``claims``) and how it is judged (``judging``) are kept apart.
"""

from dataclasses import dataclass

from cot_engine.claims import find_mentions
from cot_engine.evidence import Evidence
from cot_engine.judging import TOLERANCE_S, Judge, Ruling
from cot_engine.language.mention import Mention
from cot_engine.report import Claim


@dataclass(frozen=True)
class Verification:
    """The claims of a text in order, and the indices of the events of grade C or more that none of them asserts."""

    claims: tuple[Claim, ...]
    omissions: tuple[int, ...]


def verify(text: str, evidence: Evidence) -> Verification:
    """Holds every claim that ``text`` makes about the face against ``evidence``. Never raises on any text.

    Raised eyebrows give one claim for each of AU1 and AU2 that was measured, or for both where neither was; narrowed eyes are
    AU7, or AU6 where only that was measured. A part that does not move denies each of its AUs that the source can measure.
    Several claims may share the characters ``start``..``end``: they are those of the clause that was judged.
    """
    judge = Judge(evidence)
    named = find_mentions(text)
    claims: list[Claim] = []
    for mention in named:
        if mention.topic == "movement":
            claims += [_claim(text, mention, au, judge.movement(mention, au), evidence) for au in judge.meant(mention)]
        else:
            claims.append(_claim(text, mention, None, judge.face(mention, named), evidence))
    return Verification(tuple(claims), _omissions(claims, evidence))


def _claim(text: str, mention: Mention, au: str | None, ruling: Ruling, evidence: Evidence) -> Claim:
    seconds = {round(moment.at(evidence.duration_s), 4) for t in mention.times for moment in (t.start, t.end)}
    return Claim(
        text=text[mention.start : mention.end],
        au=au,
        side=mention.side,
        stance=mention.stance,
        times_s=tuple(sorted(seconds)),
        grades=mention.grades,
        verdict=ruling.verdict,
        reason=ruling.reason,
        event=ruling.event,
        start=mention.start,
        end=mention.end,
    )


def _omissions(claims: list[Claim], evidence: Evidence) -> tuple[int, ...]:
    """Events that should have been mentioned and that no asserted claim was held against or, without a time, speaks of."""
    asserted = [c for c in claims if c.stance == "asserted" and c.au]

    def covers(claim: Claim, index: int) -> bool:
        event = evidence.events[index]
        if claim.event == index:
            return True
        near = [event.onset_s - TOLERANCE_S <= s <= event.offset_s + TOLERANCE_S for s in claim.times_s]
        return claim.au == event.au and claim.verdict != "contradicted" and (not near or any(near))

    return tuple(i for i in evidence.must_mention() if not any(covers(c, i) for c in asserted))
