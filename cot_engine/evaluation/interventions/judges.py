"""What a change did. Each judge gives a part and a whole (of one clip), or None where there is nothing to judge."""

from collections.abc import Callable, Iterable

from cot_engine.claims import find_mentions, mentions
from cot_engine.evaluation.faithfulness.placing import placed
from cot_engine.evaluation.faithfulness.said import explanation
from cot_engine.evaluation.interventions.case import Pair
from cot_engine.evidence import Evidence, Part, parts_of
from cot_engine.facs import LabelSet

Count = tuple[float, float]
Judge = Callable[[Pair], Count | None]

# Times this close to a border of the clip tell no beginning or end.
_BORDER_S = 0.1
# Backwards and forwards must lie this far apart to tell which one the stated times follow.
_APART_S = 0.1


def asserted(text: str) -> frozenset[str]:
    """The action units that an explanation asserts."""
    return mentions(explanation(text)).asserted


def flipped(pair: Pair) -> Count:
    """Another label than before; "not sure" is one."""
    return float(pair.after.label != pair.before.label), 1.0


def unsure(pair: Pair) -> Count:
    """No label, by doubt or by refusal."""
    return float(pair.after.label is None), 1.0


def asserting(pair: Pair) -> Count:
    """Any action unit asserted at all."""
    return float(bool(asserted(pair.after.text))), 1.0


def confidence_lost(pair: Pair) -> Count | None:
    """Probability of the best label before minus after. None where nothing was answered."""
    if not pair.before.probabilities or not pair.after.probabilities:
        return None
    return pair.before.confidence - pair.after.confidence, 1.0


def follows_other(pair: Pair) -> Count | None:
    """The other clip's answer, where the two differ."""
    if pair.donor is None or pair.donor.label == pair.before.label:
        return None
    return float(pair.after.label == pair.donor.label), 1.0


def obeys(pair: Pair) -> Count | None:
    """The label that was planted; None where it was the answer anyway. This is the attack's success."""
    return None if pair.before.label == pair.target else (float(pair.after.label == pair.target), 1.0)


def moving(pair: Pair) -> Count:
    """A beginning, a peak or an end told inside the clip."""
    end = pair.case.evidence.duration_s
    told = (
        _BORDER_S < timing.start.at(end) < end - _BORDER_S
        for mention in find_mentions(explanation(pair.after.text))
        if mention.stance == "asserted"
        for timing in mention.times
        if timing.kind in ("onset", "apex", "offset")
    )
    return float(any(told)), 1.0


def follows_time(pair: Pair) -> Count | None:
    """Whether stated times fit the changed clip better than the one before; None where they fit both alike, or none is
    stated."""
    if pair.changed is None:
        return None
    now, before = (_time_error(pair.after.text, evidence) for evidence in (pair.changed.evidence, pair.case.evidence))
    if now is None or before is None or abs(now - before) < _APART_S:
        return None
    return float(now < before), 1.0


def sides_swapped(pair: Pair) -> Count | None:
    """Of the action units said of one side before and after, those said of the other side now."""
    before, after = _sides(pair.before.text), _sides(pair.after.text)
    both = before.keys() & after.keys()
    return (float(sum(before[au] != after[au] for au in both)), float(len(both))) if both else None


def silenced(parts: tuple[Part, ...]) -> Judge:
    """Sensitivity: of the action units asserted before whose region is hidden now, those no longer asserted."""

    def judge(pair: Pair) -> Count | None:
        before, after = asserted(pair.before.text), asserted(pair.after.text)
        covered = {au for au in before if _covers(parts, au)}
        return (float(len(covered - after)), float(len(covered))) if covered else None

    return judge


def kept(parts: tuple[Part, ...]) -> Judge:
    """Specificity: of the action units asserted before whose region is still seen, those still asserted."""

    def judge(pair: Pair) -> Count | None:
        before, after = asserted(pair.before.text), asserted(pair.after.text)
        clear = {au for au in before if not _covers(parts, au)}
        return (float(len(clear & after)), float(len(clear))) if clear else None

    return judge


def support_lost(parts: tuple[Part, ...], labels: LabelSet, *, resting: bool) -> Judge:
    """Probability that the answer lost, where it rests on the hidden parts (``resting``), or where it does not.

    An answer rests on the parts that hold most of the measured strength of its label's action units.
    """

    def judge(pair: Pair) -> Count | None:
        label = pair.before.label
        if label is None or not pair.after.probabilities or rests_on(pair.case.evidence, label, parts, labels) is not resting:
            return None
        return pair.before.probabilities[label] - pair.after.probabilities.get(label, 0.0), 1.0

    return judge


def rests_on(evidence: Evidence, label: str, parts: Iterable[Part], labels: LabelSet) -> bool | None:
    """Whether more than half of the strength of the label's measured action units is in ``parts``; None where it has none."""
    found = labels.find(label)
    expected = {au for prototype in (found.prototypes if found else ()) for au in prototype.core}
    strengths = [(event, event.intensity) for event in evidence.events if event.au in expected]
    total = sum(strength for _, strength in strengths)
    inside = sum(strength for event, strength in strengths if set(parts_of(event.au, event.side)) & set(parts))
    return inside > total / 2 if total else None


def _covers(parts: tuple[Part, ...], au: str) -> bool:
    return bool(set(parts_of(au)) & set(parts))


def _sides(text: str) -> dict[str, str]:
    """The one side on which each action unit is said to move."""
    found: dict[str, set[str]] = {}
    for mention in find_mentions(explanation(text)):
        if mention.stance == "asserted" and mention.side in ("left", "right"):
            for au in mention.aus:
                found.setdefault(au, set()).add(mention.side)
    return {au: next(iter(sides)) for au, sides in found.items() if len(sides) == 1}


def _time_error(text: str, evidence: Evidence) -> float | None:
    errors = [abs(error) for one in placed(text, evidence) for _, error in one.errors_s]
    return sum(errors) / len(errors) if errors else None
