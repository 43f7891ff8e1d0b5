import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import expert_corpus
import pytest

from cot_engine.engine.build import ROWS, build
from cot_engine.engine.codebook_teacher import CodebookTeacher
from cot_engine.engine.journal import Journal, Rows
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS

TESTS = Path(__file__).parents[1]


def rows_of(plan):
    return list(Rows(plan.out / ROWS))


def test_every_sample_has_one_row_and_the_sum_is_right(planned):
    finished = build(planned(25))
    counts = finished.counts
    assert counts["in"] == 25 == counts["accepted"] + counts["rejected"] + counts["duplicates"]
    assert counts["duplicates"] == 2
    manifest = json.loads((planned(25).out / "manifest.json").read_text())
    assert manifest["schema"] == "cot-engine/traces/1"
    assert manifest["counts"] == counts


def test_accepted_paragraphs_are_distinct_also_where_the_evidence_is_the_same(planned):
    plan = planned(40)
    build(plan)
    paragraphs = Counter(row.trace.observations for row in rows_of(plan) if row.trace)
    assert len(paragraphs) >= 30
    assert set(paragraphs.values()) == {1}


def test_a_label_that_the_evidence_speaks_against_is_rejected_as_such_after_all_rounds(planned):
    plan = planned(6)
    build(plan)
    last = rows_of(plan)[-1]
    assert (last.status, last.reasons, len(last.tries)) == ("rejected", ("label_disagrees",), 3)


def test_a_copy_names_the_first_of_its_kind(planned):
    plan = planned(12)
    build(plan)
    assert [(row.id, row.first) for row in rows_of(plan) if row.status == "duplicate"] == [("c10", "c9")]


def test_a_missing_clip_is_a_rejected_row_and_is_made_when_it_comes(planned):
    plan = planned(6)
    (plan.root / "2.bin").unlink()
    build(plan)
    assert [(row.id, row.reasons) for row in rows_of(plan) if row.reasons == ("unreadable_input",)] == [
        ("c2", ("unreadable_input",))
    ]
    assert str(plan.root) not in (plan.out / "rows.jsonl").read_text()
    (plan.root / "2.bin").write_bytes(b"clip 2")
    assert build(plan).counts["in"] == 6
    assert {row.id: row.status for row in rows_of(plan)}["c2"] == "accepted"


def test_a_label_outside_the_set_and_a_row_without_aus_never_reach_the_teacher(planned):
    plan = planned(3)
    (plan.root / "table.csv").write_text("clip,id,label,aus\n0.bin,a,boredom,12C\n1.bin,b,anger,\n2.bin,c,,12C\n")
    build(plan)
    assert [row.reasons for row in rows_of(plan)] == [("label_outside_set",), ("no_expert_aus",), ()]
    assert rows_of(plan)[2].status == "accepted"


def test_a_label_about_a_part_of_a_clip_is_not_measured_on_the_whole(planned):
    plan = planned(1, aus="measured")
    (plan.root / "table.csv").write_text("clip,id,label,start_s,end_s\n0.bin,a,anger,1.0,2.0\n")
    build(plan)
    assert [row.reasons for row in rows_of(plan)] == [("part_of_clip",)]


def test_a_finished_run_is_left_as_it_is(planned):
    plan = planned(12)
    build(plan)
    before = (plan.out / "rows.jsonl").read_bytes()
    build(plan)
    assert (plan.out / "rows.jsonl").read_bytes() == before


def test_a_larger_limit_goes_on_where_the_smaller_one_ended(planned, tmp_path):
    plan = planned(12)
    whole = replace(plan, out=tmp_path / "whole")
    build(whole)
    build(replace(plan, limit=5))
    assert len(rows_of(plan)) == 5
    build(replace(plan, workers=3))
    assert (plan.out / "rows.jsonl").read_bytes() == (whole.out / "rows.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rounds", 5, "rounds was 3, now it is 5"),
        ("threshold", 0.6, "threshold was 0.3, now it is 0.6"),
        ("labels", LABEL_SETS["basic-8"], "labels was basic-7, now it is basic-8"),
        ("aus", "measured", "aus was expert, now it is measured"),
    ],
)
def test_a_changed_configuration_is_refused_with_the_difference_in_words(planned, field, value, said):
    plan = planned(3)
    build(plan)
    with pytest.raises(Refusal, match=said) as refused:
        build(replace(plan, **{field: value}))
    assert refused.value.code == "config_mismatch"


def test_a_folder_that_another_run_writes_to_is_refused(planned):
    plan = planned(3)
    build(plan)
    with Journal(plan.out / ROWS), pytest.raises(Refusal) as refused:
        build(plan)
    assert refused.value.code == "folder_in_use"
    assert build(plan).counts["in"] == 3


def test_a_folder_with_other_files_is_refused(planned):
    plan = planned(3)
    plan.out.mkdir()
    (plan.out / "thesis.tex").write_text("x")
    with pytest.raises(Refusal, match="other files"):
        build(plan)


def test_two_samples_with_one_name_are_refused(planned):
    plan = planned(2)
    (plan.root / "table.csv").write_text("clip,id\n0.bin,a\n1.bin,a\n")
    with pytest.raises(Refusal, match="two samples are called 'a'"):
        build(plan)


class Failing:
    """The codebook until call ``at``; then it refuses."""

    name, settings = "failing", {}

    def __init__(self, code, at):
        self.code, self.left, self.inner = code, at, CodebookTeacher()

    async def describe(self, evidence, memory):
        self.left -= 1
        await asyncio.sleep(0)
        if self.left < 0:
            raise Refusal(self.code, "No.", "Wait.")
        return await self.inner.describe(evidence, memory)

    async def infer(self, observations, labels, memory):
        return await self.inner.infer(observations, labels, memory)

    def spent(self):
        return {"requests": 1.0}

    async def aclose(self):
        self.closed = True


def test_a_teacher_that_declines_one_clip_rejects_that_row(planned):
    plan = planned(4, teacher=Failing("teacher_refused", 3))
    build(plan)
    assert rows_of(plan)[-1].reasons == ("teacher_refused",)


def test_a_quota_ends_the_run_keeps_the_rows_and_the_run_can_go_on(planned):
    teacher = Failing("teacher_quota", 5)
    plan = planned(9, teacher=teacher)
    with pytest.raises(Refusal) as refused:
        build(plan)
    assert refused.value.code == "teacher_quota"
    assert teacher.closed
    kept = rows_of(plan)
    assert 0 < len(kept) < 9
    build(replace(plan, teacher=Failing("teacher_quota", 1000)))
    assert rows_of(plan)[: len(kept)] == kept
    assert len(rows_of(plan)) == 9


def test_cut_at_any_byte_the_journal_becomes_the_same_again(planned, tmp_path):
    plan = planned(8)
    build(plan)
    whole = (plan.out / "rows.jsonl").read_bytes()
    rng = Random(1)
    for cut in [0, 1, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(5))]:
        (plan.out / "rows.jsonl").write_bytes(whole[:cut])
        build(plan)
        assert (plan.out / "rows.jsonl").read_bytes() == whole


_CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from cot_engine.corpora.catalogue import CORPORA
from cot_engine.engine.build import Plan, build
from cot_engine.engine.codebook_teacher import CodebookTeacher
from cot_engine.facs import LABEL_SETS
print("ready", flush=True)
build(Plan(CORPORA["csv"], Path({root!r}), Path({out!r}), CodebookTeacher(), LABEL_SETS["basic-7"], aus="expert"))
"""


def kill_and_resume(root, out, kills, seed):
    """Starts a build ``kills`` times and kills it at a random moment, then lets it end; returns the journal."""
    rng = Random(seed)
    code = _CHILD.format(tests=str(TESTS), root=str(root), out=str(out))
    survived = 0
    for n in range(kills + 1):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        child.stdout.readline()
        if n < kills:
            time.sleep(rng.uniform(0, 0.35))
            survived += child.poll() is not None
            child.kill()
            child.wait()
        else:
            assert child.wait() == 0
        child.stdout.close()
    assert survived < kills, "every build was done before it was killed: this test did not test"
    return (out / "rows.jsonl").read_bytes()


def test_killed_at_five_random_moments_the_rows_are_those_of_an_unbroken_run(planned, tmp_path):
    plan = planned(40)
    build(plan)
    assert kill_and_resume(plan.root, tmp_path / "killed", 5, seed=5) == (plan.out / "rows.jsonl").read_bytes()


@pytest.mark.slow
def test_killed_at_thirty_random_moments_the_rows_are_those_of_an_unbroken_run(planned, tmp_path):
    plan = replace(planned(1), root=expert_corpus.write(tmp_path / "large", 300, seed=2))
    build(plan)
    assert kill_and_resume(plan.root, tmp_path / "killed", 30, seed=30) == (plan.out / "rows.jsonl").read_bytes()
