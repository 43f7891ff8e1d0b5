"""Signs of a collapsed run: one answer, or one text, whatever the clip shows. Said in plain sentences with their numbers.

With ``q`` the shares of the answers and ``p`` those of the given labels on the same clips ("not sure" and given labels outside
the run's K labels left out):

``one_label``       more than half of the answers are one label, and ``max q`` is above 1.5 times ``max p``. Without given
                    labels: ``max q`` above 0.8. The lower end of its 95 % interval (Wilson 1927) is what has to be above.
``few_labels``      effective number of labels ``exp(-sum q log q)`` (Hill 1973) below K/2 while that of ``p`` is not, or below
                    half of that of ``p``. Without given labels: below K/4.
``dead_labels``     a label that is given at least 30 times and never answered.
``chance``          mean recall over the given labels below 1.5/K: it follows the given labels hardly better than a guess.
``mostly_not_sure`` more than 0.8 of the answers are "not sure" (lower end of the interval).
``same_words``      above 5 % of the captions stand, numbers masked, under a face with other movements too
                    (``stats_wording``).
``boilerplate``     more than half of the five-word runs of the median caption stand in most captions.

Nothing is said on fewer than 30 answers, or fewer than 10 different sets of movements. Clips that truly show little else than
one expression are told from a collapsed run by their given labels only. The bounds are first guesses, not tuned.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cot_engine.captioning.stats_wording import Wording

_ENOUGH, _ENOUGH_SETS = 30, 10
_MOST, _HALF, _TIMES = 0.8, 0.5, 1.5
_SAME, _BOILERPLATE = 0.05, 0.5


@dataclass(frozen=True)
class Finding:
    """A sign of collapse; ``message`` is one plain sentence."""

    code: str
    message: str


def findings(
    answers: Counter[str], not_sure: int, compared: Mapping[tuple[str, str], int], labels: int, wording: Wording
) -> list[Finding]:
    """Signs of collapse.

    Args:
        answers: label -> clips answered with it.
        not_sure: clips answered with "not sure".
        compared: (given label, answer) -> clips that have both.
        labels: how many labels could have been answered.
    """
    found = []
    asked = answers.total() + not_sure
    if asked >= _ENOUGH and at_least(not_sure, asked) > _MOST:
        found.append(Finding("mostly_not_sure", f'{not_sure} of {asked} clips are answered with "not sure".'))
    if sum(compared.values()) >= _ENOUGH:
        found += _against_given(compared, labels)
    elif answers.total() >= _ENOUGH:
        found += _alone(answers, labels)
    return found + _words(wording)


def effective(counts: Counter[str]) -> float:
    """Effective number of labels, ``exp`` of the Shannon entropy: 1 for one, K for K equally frequent ones, 0 for none."""
    total = counts.total()
    return math.exp(-sum(n / total * math.log(n / total) for n in counts.values() if n)) if total else 0.0


def at_least(part: int, whole: int) -> float:
    """Lower end of the 95 % Wilson interval of a share; 0 when ``whole`` is 0."""
    if not whole:
        return 0.0
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    return (middle - z * math.sqrt(share * (1 - share) / whole + (z / (2 * whole)) ** 2)) / (1 + z * z / whole)


def _against_given(compared: Mapping[tuple[str, str], int], labels: int) -> list[Finding]:
    answered, given, right = Counter[str](), Counter[str](), Counter[str]()
    for (meant, said), count in compared.items():
        answered[said] += count
        given[meant] += count
        right[meant] += count if meant == said else 0
    total, found = given.total(), []
    (top, most), (_, often) = answered.most_common(1)[0], given.most_common(1)[0]
    if at_least(most, total) > max(_HALF, _TIMES * often / total):
        found.append(
            Finding(
                "one_label",
                f"{_percent(most, total)} of the answers are {top!r}; the commonest given label has {_percent(often, total)}.",
            )
        )
    width, meant_width = effective(answered), effective(given)
    if width < labels / 2 <= meant_width or width < meant_width / 2:
        found.append(
            Finding(
                "few_labels",
                f"The answers spread over {width:.1f} labels in effect, the labels given to them over {meant_width:.1f}.",
            )
        )
    dead = [name for name, count in given.items() if count >= _ENOUGH and not answered[name]]
    if dead:
        found.append(Finding("dead_labels", f"Never answered, though given often: {', '.join(sorted(dead))}."))
    recall = sum(right[name] / count for name, count in given.items()) / len(given)
    if len(given) > 1 and recall < _TIMES / labels:
        found.append(
            Finding(
                "chance",
                f"Answers agree with the given labels hardly more than a guess would: mean recall {recall:.2f}, "
                f"chance {1 / labels:.2f}.",
            )
        )
    return found


def _alone(answers: Counter[str], labels: int) -> list[Finding]:
    total, found = answers.total(), []
    top, most = answers.most_common(1)[0]
    unknown = "there are no given labels to tell whether the clips are like that"
    if at_least(most, total) > _MOST:
        found.append(Finding("one_label", f"{_percent(most, total)} of the answers are {top!r}; {unknown}."))
    if (width := effective(answers)) < labels / 4:
        found.append(Finding("few_labels", f"The answers spread over {width:.1f} of {labels} labels in effect; {unknown}."))
    return found


def _words(wording: Wording) -> list[Finding]:
    if wording.captions < _ENOUGH or wording.sets < _ENOUGH_SETS:
        return []
    found = []
    if wording.same > _SAME * wording.captions:
        said = f"{wording.same} of {wording.captions} captions are word for word those of faces that moved otherwise."
        found.append(Finding("same_words", said))
    if (share := wording.boilerplate or 0.0) > _BOILERPLATE:
        said = f"Half of the captions consist to {100 * share:.0f} % or more of phrases that stand in most captions."
        found.append(Finding("boilerplate", said))
    return found


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"
