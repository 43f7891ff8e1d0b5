"""What a captioning run says, counted once over its rows: answers, verdicts, omissions, and where it differs from given labels.

Counted is the main person of every clip. A given label is somebody's annotation: where the two differ, neither is called wrong.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cot_engine.captioning.rows import Caption, Duplicate, Entry, Reject
from cot_engine.captioning.stats_collapse import Finding, findings
from cot_engine.captioning.stats_wording import Wording
from cot_engine.evidence import Event
from cot_engine.report import Person, Verdict
from cot_engine.trace import parse_trace

NOT_SURE = "not sure"
# What clips without a known source or subject are listed under.
UNKNOWN = "(unknown)"
_VERDICTS: tuple[Verdict, ...] = ("supported", "contradicted", "unverifiable")


@dataclass
class Slice:
    """Counts over some of the rows: all of them, a source's, a subject's.

    Attributes:
        rows, captioned, duplicates: how many.
        rejects: code -> rejected rows.
        answers: label (or ``not sure``) -> captioned rows; empty in a run that only observes.
        pairs: (given label, answer) -> captioned rows with a given label that the run could have answered.
        outside: given labels that are none of the run's labels -> captioned rows.
        verdicts: verdict -> claims.
        contradicted: captioned rows with a contradicted claim.
        strong, omitted: events of grade C or more, and those that the caption leaves out.
    """

    rows: int = 0
    captioned: int = 0
    duplicates: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    contradicted: int = 0
    strong: int = 0
    omitted: int = 0

    def add(self, row: Entry) -> None:
        """Counts one row."""
        self.rows += 1
        if isinstance(row, Reject):
            self.rejects[row.code] += 1
        elif isinstance(row, Duplicate):
            self.duplicates += 1
        elif isinstance(row, Caption):
            self._captioned(row)

    def _captioned(self, row: Caption) -> None:
        self.captioned += 1
        found = Counter[str](claim.verdict for claim in row.claims)
        self.verdicts += found
        self.contradicted += bool(found["contradicted"])
        self.strong += len(_strong(main_person(row)))
        self.omitted += len(row.omissions)
        if not row.probabilities:
            return
        answer = row.label or NOT_SURE
        self.answers[answer] += 1
        if row.given_label in row.probabilities:
            self.pairs[row.given_label, answer] += 1
        elif row.given_label is not None:
            self.outside[row.given_label] += 1

    @property
    def compared(self) -> Counter[tuple[str, str]]:
        """``pairs`` whose answer is a label."""
        return Counter({pair: count for pair, count in self.pairs.items() if pair[1] != NOT_SURE})

    def as_dict(self) -> dict[str, Any]:
        """The counts as JSON; ratios are None where there is nothing to divide by."""
        compared = self.compared
        differ = sum(count for (given, answer), count in compared.items() if given != answer)
        claims, answered = self.verdicts.total(), self.answers.total()
        return {
            "counts": {
                "in": self.rows,
                "captioned": self.captioned,
                "rejected": self.rejects.total(),
                "duplicates": self.duplicates,
            },
            "rejects": dict(self.rejects.most_common()),
            "labels": {name: count for name, count in self.answers.most_common() if name != NOT_SURE},
            "not_sure": {"clips": self.answers[NOT_SURE], "share": _share(self.answers[NOT_SURE], answered)},
            "claims": claims,
            "verdicts": {
                verdict: {"claims": self.verdicts[verdict], "share": _share(self.verdicts[verdict], claims)}
                for verdict in _VERDICTS
            },
            "clips_with_a_contradicted_claim": self.contradicted,
            "omissions": {"of": self.strong, "omitted": self.omitted, "share": _share(self.omitted, self.strong)},
            "given_labels": {
                "clips": self.pairs.total(),
                "answered": compared.total(),
                "differ": differ,
                "share_that_differs": _share(differ, compared.total()),
                "outside_the_labels": dict(self.outside.most_common()),
            },
        }


@dataclass
class Stats:
    """``labels``: the run's labels, in order; ``relabelled``: duplicates whose given label is not that of their first."""

    whole: Slice = field(default_factory=Slice)
    by_source: dict[str, Slice] = field(default_factory=dict)
    by_subject: dict[str, Slice] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    relabelled: list[dict[str, str | None]] = field(default_factory=list)
    wording: Wording = field(default_factory=Wording)

    def confusion(self) -> dict[str, dict[str, int]]:
        """Given label -> answer -> clips, for given labels that occur, in the order of the labels."""
        given = [name for name in self.labels if any(pair[0] == name for pair in self.whole.pairs)]
        return {one: {a: self.whole.pairs[one, a] for a in (*self.labels, NOT_SURE)} for one in given}

    def findings(self) -> list[Finding]:
        """What speaks for a collapsed run, in plain sentences; see ``stats_collapse``."""
        answers = Counter({name: count for name, count in self.whole.answers.items() if name != NOT_SURE})
        return findings(answers, self.whole.answers[NOT_SURE], self.whole.compared, len(self.labels), self.wording)

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "schema": "cot-engine/caption-stats/1",
            **self.whole.as_dict(),
            "confusion": self.confusion(),
            "by_source": {name: part.as_dict() for name, part in sorted(self.by_source.items())},
            "by_subject": {name: part.as_dict() for name, part in sorted(self.by_subject.items())},
            "duplicates_with_another_label": self.relabelled,
            "wording": self.wording.as_dict(),
            "findings": [vars(finding) for finding in self.findings()],
        }


def gather(rows: Iterable[Entry]) -> Stats:
    """Counts the rows of a run, in any order; memory grows with the number of clips, not with the length of their captions."""
    stats = Stats()
    given: dict[str, str | None] = {}
    copies: list[Duplicate] = []
    for row in rows:
        stats.whole.add(row)
        stats.by_source.setdefault(row.source or UNKNOWN, Slice()).add(row)
        stats.by_subject.setdefault(row.subject or UNKNOWN, Slice()).add(row)
        if isinstance(row, Duplicate):
            copies.append(row)
        else:
            given[row.id] = row.given_label
        if isinstance(row, Caption):
            moved = {event.au for event in _strong(main_person(row))}
            stats.wording.add(row.clip, moved, parse_trace(row.caption).observations)
            stats.labels = stats.labels or tuple(row.probabilities)
    # A copy may stand before its first.
    stats.relabelled = [
        {"id": copy.id, "given": copy.given_label, "first": copy.first, "its_given": given[copy.first]}
        for copy in copies
        if given.get(copy.first) != copy.given_label and copy.first in given
    ]
    return stats


def main_person(row: Caption) -> Person:
    """The person that a caption is about."""
    return next(person for person in row.report.people if person.main)


def _strong(person: Person) -> list[Event]:
    return [event for event in person.events if event.grade in "CDE"]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
