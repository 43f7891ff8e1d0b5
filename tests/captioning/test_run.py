import json
import os
import threading
from collections import Counter
from dataclasses import replace

import fake_captioning as fake
import pytest

from cot_engine.captioning import read
from cot_engine.captioning.inputs import from_input
from cot_engine.captioning.run import Cancelled, Plan, run
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS

pytest.importorskip("datasets")


@pytest.fixture
def planned(tmp_path):
    """A plan over ``count`` made-up clips."""

    def make(count=12, out="out", **fields):
        return fake.plan(fake.write(tmp_path / "clips", count), tmp_path / out, **fields)

    return make


def test_every_clip_is_captioned_rejected_or_a_duplicate_and_the_sum_is_right(planned):
    plan = planned(40)
    manifest = run(plan)
    rejected = [n for n in range(40) if n % 8 == 5]
    copies = [n for n in range(40) if n % 10 == 9 and n % 8 != 5]
    # c029 is broken, and the one before c009 etc. is not.
    assert manifest["counts"] == {
        "in": 40,
        "captioned": 40 - len(rejected) - len(copies),
        "rejected": len(rejected),
        "duplicates": len(copies),
    }
    assert [row.id for row in read.rejects(plan.out)] == [f"c{n:03}.mp4" for n in rejected]
    assert {row.id: row.first for row in read.duplicates(plan.out)} == {f"c{n:03}.mp4": f"c{n - 1:03}.mp4" for n in copies}
    ids = [row.id for table in (read.captions, read.rejects, read.duplicates) for row in table(plan.out)]
    assert sorted(ids) == sorted(sample.id for sample in plan.source.samples)
    assert json.loads((plan.out / "manifest.json").read_text()) == manifest


def test_a_row_holds_the_report_and_what_stands_in_it(planned):
    plan = planned(6)
    run(plan)
    for row in read.captions(plan.out):
        (person,) = row.report.people
        assert row.report.clip.path == row.id
        assert row.caption == person.trace.text
        assert row.claims == person.claims
        assert (row.label, row.probabilities) == (person.label.name, person.label.probabilities)
        assert row.omissions == tuple(person.events[i].au for i in person.omissions)


def test_a_finished_run_makes_nothing_again_and_gives_the_same_tables(planned):
    plan = planned(20)
    first = run(plan)
    before = fake.tables(plan.out)
    statuses = []
    assert run(plan, lambda status: statuses.append(status.made)) == first
    assert set(statuses) == {0}
    assert fake.tables(plan.out) == before


def test_clips_that_cannot_be_read_or_named_are_rejects_and_are_made_when_they_come(planned, tmp_path):
    plan = planned(3)
    folder = tmp_path / "clips"
    (folder / "gone.mp4").symlink_to(tmp_path / "nowhere")
    os.rename(folder / "c001.mp4", os.fsencode(folder) + b"/\xff.mp4")
    plan = fake.plan(folder, plan.out)
    run(plan)
    assert {row.id: row.code for row in read.rejects(plan.out)} == {
        "gone.mp4": "unreadable_input",
        "\\xff.mp4": "unreadable_input",
    }
    (tmp_path / "nowhere").write_text("clip 7")
    assert run(plan)["counts"]["captioned"] == 3


def test_a_part_of_a_clip_is_not_captioned_as_the_whole(planned, tmp_path):
    plan = planned(2)
    table = tmp_path / "clips" / "table.csv"
    table.write_text("clip,id,label,subject,start_s,end_s\nc000.mp4,a,anger,p,,\nc000.mp4,b,joy,p,1,2\n")
    run(fake.plan(table, plan.out))
    assert [(row.id, row.code) for row in read.rejects(plan.out)] == [("b", "part_of_clip")]
    assert [(row.id, row.given_label, row.subject) for row in read.captions(plan.out)] == [("a", "anger", "p")]


def test_rows_can_be_chosen_by_label_verdict_and_disagreement(planned, tmp_path):
    planned(30)
    table = tmp_path / "clips" / "table.csv"
    table.write_text("clip,id,label\n" + "".join(f"c{n:03}.mp4,{n},happiness\n" for n in range(30)))
    plan = fake.plan(table, tmp_path / "labelled")
    run(plan)
    rows = list(read.captions(plan.out))
    label = Counter(row.label for row in rows if row.label).most_common()[0][0]
    assert [row.id for row in read.captions(plan.out, label=label)] == [row.id for row in rows if row.label == label]
    assert list(read.captions(plan.out, verdict="contradicted")) == [
        row for row in rows if any(claim.verdict == "contradicted" for claim in row.claims)
    ]
    disagreeing = list(read.captions(plan.out, disagreeing=True))
    assert disagreeing == [row for row in rows if row.label not in (None, "happiness")] != []


def test_other_settings_are_refused_with_the_difference_and_start_anew_when_that_is_asked_for(planned):
    plan = planned(6)
    before = run(plan)
    other = planned(6, threshold=0.9)
    with pytest.raises(Refusal, match=r"threshold was 0.3, now it is 0.9.*--new-version") as refused:
        run(other)
    assert refused.value.code == "config_mismatch"
    kept = fake.tables(plan.out)
    manifest = run(planned(6, threshold=0.9, new_version=True))
    assert (manifest["version"], manifest["counts"]) == (2, before["counts"])
    assert manifest["earlier"] == [{name: said for name, said in before.items() if name != "earlier"}]
    assert fake.tables(plan.out, 1) == kept
    assert run(planned(6, threshold=0.9)) == manifest
    assert [row.clip for row in read.captions(plan.out)]


def test_the_same_version_goes_on_when_a_new_one_is_asked_for_with_the_same_settings(planned):
    assert run(planned(6)) == run(planned(6, new_version=True))


def test_a_run_that_was_overtaken_by_a_new_version_does_not_speak_for_it(planned):
    newer = planned(6, threshold=0.9, new_version=True)

    def overtaken(tasks, model, how, workers):
        run(newer)
        yield from fake.engine(tasks, model, how, workers)

    with pytest.raises(Refusal, match="new version") as refused:
        run(replace(planned(6), engine=overtaken))
    assert refused.value.code == "config_mismatch"
    manifest = read.manifest_of(newer.out)
    assert (manifest["version"], manifest["config"]["threshold"]) == (2, 0.9)


def test_a_folder_with_other_files_is_refused(planned):
    plan = planned(3)
    plan.out.mkdir()
    (plan.out / "thesis.tex").write_text("x")
    with pytest.raises(Refusal, match="other files"):
        run(plan)


def test_a_run_that_was_not_finished_cannot_be_read(planned, tmp_path):
    plan = planned(4)
    (tmp_path / "clips" / "c002.mp4").write_text("quota")
    with pytest.raises(Refusal) as refused:
        run(plan)
    assert refused.value.code == "teacher_quota"
    with pytest.raises(Refusal) as refused:
        list(read.captions(plan.out))
    assert refused.value.code == "unreadable_input"
    (tmp_path / "clips" / "c002.mp4").write_text("clip 2")
    assert run(plan)["counts"] == {"in": 4, "captioned": 4, "rejected": 0, "duplicates": 0}


def test_a_cancelled_run_stops_at_once_keeps_what_it_has_and_goes_on(planned):
    plan, cancel, made = planned(20), threading.Event(), []

    def progress(status):
        made.append(status.made)
        if status.done == 5:
            cancel.set()

    with pytest.raises(Cancelled):
        run(plan, progress, cancel)
    assert made[-1] == 5
    assert run(plan, lambda status: made.append(status.made))["counts"]["in"] == 20
    assert made[-1] == 20 - 5 - 2  # c009 and c019 are copies


def test_a_clip_inside_a_dataset_is_there_only_while_it_is_worked_on(tmp_path):
    import datasets

    held = [{"bytes": b"clip 1", "path": "a.mp4"}, {"bytes": b"no_face 2", "path": "b.mp4"}, {"bytes": b"clip 1", "path": None}]
    rows = {"video": held, "label": [1, -1, 0], "subject": ["p", "q", "p"]}
    features = datasets.Features(
        {"video": datasets.Video(), "label": datasets.ClassLabel(names=["anger", "joy"]), "subject": datasets.Value("string")}
    )
    datasets.Dataset.from_dict(rows, features=features).save_to_disk(tmp_path / "saved")
    plan = Plan(
        from_input(str(tmp_path / "saved"), tmp_path), tmp_path / "out", "codebook", LABEL_SETS["basic-7"], engine=fake.engine
    )
    run(plan)
    assert [(row.id, row.given_label, row.subject) for row in read.captions(plan.out)] == [("000000", "happiness", "p")]
    assert [(row.id, row.given_label, row.code) for row in read.rejects(plan.out)] == [("000001", None, "no_face")]
    assert [(row.id, row.first) for row in read.duplicates(plan.out)] == [("000002", "000000")]
    assert not list((plan.out / "shards").rglob("*-clips"))
