"""The hand-written test set: precision and recall of claims, on the whole set and on the rows that were never read.

A claim counts where action unit, side, stance and verdict all agree. Rows are sets of claims about movements; of several
claims on one action unit, side and stance the worst verdict counts (see claims/README.md). Failures name no blind sentence.
"""

import json
from pathlib import Path

from cot_engine.evidence import Evidence
from cot_engine.verify import verify

DATA = Path(__file__).parent / "data" / "claims"
WORST_LAST = ("supported", "unverifiable", "contradicted")


def found(text, measured):
    verdicts = {}
    for claim in verify(text, measured).claims:
        if claim.au:
            verdicts.setdefault((claim.au, claim.side, claim.stance), []).append(claim.verdict)
    return {(*key, max(several, key=WORST_LAST.index)) for key, several in verdicts.items()}


def score(half):
    fixtures = json.loads((DATA / "evidence.json").read_text(encoding="utf-8"))
    measured = {name: Evidence.model_validate(fixture) for name, fixture in fixtures.items()}
    right = said = wanted = 0
    for line in (DATA / f"{half}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        expected = {(c["au"], c["side"], c["stance"], c["verdict"]) for c in row["claims"]}
        claims = found(row["text"], measured[row["evidence"]])
        right, said, wanted = right + len(claims & expected), said + len(claims), wanted + len(expected)
    return right, said, wanted


def figures(right, said, wanted):
    return f"precision {right / said:.3f} ({right}/{said}), recall {right / wanted:.3f} ({right}/{wanted})"


def test_claims_of_the_whole_set_are_found_and_judged_rightly():
    right, said, wanted = (sum(column) for column in zip(score("dev"), score("blind"), strict=True))
    assert min(right / said, right / wanted) >= 0.95, figures(right, said, wanted)


def test_the_blind_rows_are_no_worse_than_when_they_were_last_scored():
    # claims/README.md tells the history: 0.967 and 0.947 on these 108 rows, which nobody read while the verifier was made.
    right, said, wanted = score("blind")
    assert right / said >= 0.965, figures(right, said, wanted)
    assert right / wanted >= 0.945, figures(right, said, wanted)
