"""What a run came to, counted once over its rows: for the run report and the data set's card."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cot_engine.claims import mentions
from cot_engine.engine.guards import paragraph
from cot_engine.engine.label_words import label_words
from cot_engine.engine.rows import Row
from cot_engine.facs import LabelSet

NO_LABEL = "(no label)"
# Codings that a description must tell.
_TOLD = ("C", "D", "E", "present")


@dataclass
class Tally:
    """Counts over rows.

    Attributes:
        by_class: human label -> status -> rows.
        reasons: code of a rejection -> rows; ``reasons_by_class`` the same for each label.
        faults: code -> tries that had it, those of accepted rows included.
        rounds: rounds that an accepted row took -> rows.
        disagreements: rows whose evidence is clear and fully told, and whose human label is another one.
        relabelled: duplicates with another human label than the first of their kind.
        asserted, hallucinated: action units that accepted observations assert (once a trace), and those without an event.
        strong, told: events of grade C or more (once an AU and trace), and those asserted.
        coded_asserted, coded_hallucinated, coded_strong, coded_told: the same against the data set's own coding, where an AU is
            coded: the difference is the error of the measurement.
    """

    rows: int = 0
    status: Counter[str] = field(default_factory=Counter)
    by_class: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    reasons_by_class: dict[str, Counter[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    rounds: Counter[int] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    disagreements: list[dict[str, Any]] = field(default_factory=list)
    relabelled: list[dict[str, Any]] = field(default_factory=list)
    asserted: int = 0
    hallucinated: int = 0
    strong: int = 0
    told: int = 0
    coded_asserted: int = 0
    coded_hallucinated: int = 0
    coded_strong: int = 0
    coded_told: int = 0
    label_words: int = 0
    distinct: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The tally as JSON; ratios are None where there is nothing to divide by."""
        return {
            "rows": self.rows,
            "accepted": self.status["accepted"],
            "rejected": self.status["rejected"],
            "duplicates": self.status["duplicate"],
            "acceptance_by_class": {
                label: {**_all(counts), "acceptance": _share(counts["accepted"], counts["accepted"] + counts["rejected"])}
                for label, counts in sorted(self.by_class.items())
            },
            "rejections": dict(self.reasons.most_common()),
            "rejections_by_class": {label: dict(c.most_common()) for label, c in sorted(self.reasons_by_class.items())},
            "faults_in_tries": dict(self.faults.most_common()),
            "rounds_of_accepted": {str(n): count for n, count in sorted(self.rounds.items())},
            "au_sources": dict(self.sources.most_common()),
            "au_chair_i": _share(self.hallucinated, self.asserted),
            "coverage_grade_c": _share(self.told, self.strong),
            "au_chair_i_against_coding": _share(self.coded_hallucinated, self.coded_asserted),
            "coverage_grade_c_against_coding": _share(self.coded_told, self.coded_strong),
            "label_words_in_observations": self.label_words,
            "distinct_observation_paragraphs": self.distinct,
            "disagreements": self.disagreements,
            "duplicates_with_another_label": self.relabelled,
        }


def tally(rows: Iterable[Row], labels: LabelSet) -> Tally:
    """Counts a run's rows."""
    total = Tally()
    paragraphs: set[str] = set()
    human: dict[str, str | None] = {}
    for row in rows:
        label = row.label or NO_LABEL
        total.rows += 1
        total.status[row.status] += 1
        total.by_class.setdefault(label, Counter())[row.status] += 1
        total.faults.update(code for one in row.tries for code in {fault.code for fault in one.faults})
        if row.status == "duplicate":
            if row.first in human and human[row.first] != row.label:
                total.relabelled.append({"id": row.id, "label": row.label, "first": row.first, "its_label": human[row.first]})
            continue
        human[row.id] = row.label
        if row.status == "rejected":
            total.reasons.update(row.reasons)
            total.reasons_by_class.setdefault(label, Counter()).update(row.reasons)
            if row.reasons == ("label_disagrees",):
                last = row.tries[-1]
                said = last.trace.conclusion
                total.disagreements.append(
                    {"id": row.id, "label": row.label, "evidence": said, "probability": last.probabilities[said]}
                )
            continue
        _accepted(total, row, labels)
        assert row.trace is not None, "it was accepted"
        paragraphs.add(paragraph(row.trace.observations))
    total.distinct = len(paragraphs)
    return total


def _accepted(total: Tally, row: Row, labels: LabelSet) -> None:
    assert row.trace is not None, "it was accepted"
    assert row.seen is not None, "evidence comes first"
    evidence = row.seen.evidence
    total.rounds[len(row.tries)] += 1
    total.sources[evidence.source] += 1
    asserted = mentions("\n".join(row.trace.observations)).asserted
    measured = {event.au for event in evidence.events}
    strong = {evidence.events[i].au for i in evidence.must_mention()}
    total.asserted += len(asserted)
    total.hallucinated += len(asserted - measured)
    total.strong += len(strong)
    total.told += len(strong & asserted)
    shown = {au for au, word in row.coded.items() if word in _TOLD}
    total.coded_asserted += len(asserted & row.coded.keys())
    total.coded_hallucinated += sum(row.coded.get(au) == "absent" for au in asserted)
    total.coded_strong += len(shown)
    total.coded_told += len(shown & asserted)
    total.label_words += len(label_words(row.trace.observations, labels))


def _all(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[key] for name, key in (("accepted",) * 2, ("rejected",) * 2, ("duplicates", "duplicate"))}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
