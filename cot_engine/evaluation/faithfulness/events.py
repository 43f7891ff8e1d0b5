"""Events told against events that were there: precision, recall, F1, and whether they are told in their order.

After AutoDQ (Tarsier), with the verifier for the judge: a told event is right when its claim is supported, an event that was
there is found when it is told; both shares are means over clips. The temporal score is our variant of TEM (FaceTrack-MM,
2501.07978, whose formula is not public): order = longest chain of found events told in the order of their onsets / events
that were there; TEM variant = 3 / (1/P + 1/R + 1/order), 0 where any of them is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cot_engine.evaluation.faithfulness.said import Said
from cot_engine.evidence import Evidence

# Movements that begin this close together have no order to speak of: it is what a stated time may be off.
TOGETHER_S = 0.25


@dataclass(frozen=True)
class Told:
    """Counts of one clip: events that were there (grade C or more) and the found ones; told events, right ones, and the
    longest chain in order."""

    there: int
    found: int
    told: int
    right: int
    chain: int


def told(said: Said, against: Evidence) -> Told:
    """Counts the events of one explanation; several claims about one event, or about one absent action unit, are one."""
    asserted = [c for c in said.claims if c.stance == "asserted" and c.verdict != "unverifiable"]
    claimed: dict[tuple[str | None, int | None], bool] = {}
    for claim in asserted:
        key = (claim.au, claim.event)
        claimed[key] = claimed.get(key, True) and claim.verdict == "supported"
    order = list(dict.fromkeys(c.event for c in asserted if c.event is not None and c.event in said.told))
    onsets = [against.events[i].onset_s for i in order]
    return Told(len(said.strong), len(said.told), len(claimed), sum(claimed.values()), chain(onsets))


def chain(onsets: Sequence[float]) -> int:
    """Length of the longest subsequence in which no onset lies more than ``TOGETHER_S`` before the one told just before it;
    with distinct onsets this is the longest common subsequence with the true order."""
    longest: list[int] = []
    for i, onset in enumerate(onsets):
        longest.append(1 + max((longest[j] for j in range(i) if onsets[j] - TOGETHER_S <= onset), default=0))
    return max(longest, default=0)


def f1(precision: float, recall: float) -> float:
    """2PR / (P + R); 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def tem(precision: float, recall: float, order: float) -> float:
    """The harmonic mean of the three; 0 where any is 0. TEM variant (ours)."""
    return 3 / (1 / precision + 1 / recall + 1 / order) if precision and recall and order else 0.0
