import sys

import corpus_trees as trees
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_studio import FakeStudio

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.corpora.check import check
from cot_engine.corpora.studio import AUS
from cot_engine.errors import Refusal
from cot_engine.studio.dataset import render_dataset
from cot_engine.studio.truth import STUDIO_AUS


def read(root):
    return {sample.id: sample for sample in CORPORA["studio"].read(root)}


def test_aus_are_those_the_studio_knows():
    assert set(AUS) == set(STUDIO_AUS)


def test_what_the_studio_rendered_is_read_without_a_fault(tmp_path):
    for split in ("train", "test"):
        render_dataset(tmp_path / split, 2, 5, split, renderer=FakeStudio)
    assert check(CORPORA["studio"], tmp_path).findings == ()
    samples = read(tmp_path)
    assert {sample.split for sample in samples.values()} == {"train", "test"}
    assert set(read(tmp_path / "test")) == {id for id, sample in samples.items() if sample.split == "test"}


def test_annotations_are_the_strongest_of_each_side_and_the_rest_is_absent(tmp_path):
    aus = read(trees.studio(tmp_path))["train-s0-000000"].aus
    present = {(au.au, au.side, au.intensity) for au in aus if au.state == "present"}
    assert present == {("AU12", "both", "D"), ("AU12", "left", "A")}
    assert {au.au for au in aus if au.state == "absent"} == set(AUS) - {"AU12"}


def test_labels_of_compounds_are_names_and_no_expression_is_no_label(tmp_path):
    samples = read(trees.studio(tmp_path))
    assert samples["test-s0-000000"].label == "awed"
    free = samples["train-s0-000001"]
    assert (free.label, free.raw_label, free.meta["kind"]) == (None, "none", "free")


def test_a_person_in_both_splits_is_a_fault(tmp_path):
    leaked = [{**row, "subject": "actor7"} for row in trees.STUDIO_CLIPS]
    assert {f.code for f in check(CORPORA["studio"], trees.studio(tmp_path, leaked)).faults} == {"subject_leak"}


@pytest.mark.parametrize("damage", ["torn", "column", "gone"])
def test_a_damaged_table_is_refused(tmp_path, damage):
    path = trees.studio(tmp_path) / "events.parquet"
    if damage == "torn":
        path.write_bytes(path.read_bytes()[:50])
    elif damage == "column":
        pq.write_table(pa.table({"clip": ["a"]}), path)
    else:
        path.unlink()
    with pytest.raises(Refusal) as caught:
        read(tmp_path)
    assert caught.value.code == "bad_corpus"


def test_a_path_outside_the_set_is_refused(tmp_path):
    trees.studio(tmp_path)
    rows = [{**row, "file": "../../secret.mp4"} for row in trees.STUDIO_CLIPS]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "clips.parquet")
    with pytest.raises(Refusal) as caught:
        read(tmp_path)
    assert caught.value.code == "bad_corpus"


def test_without_pyarrow_the_refusal_says_what_to_install(tmp_path, monkeypatch):
    trees.studio(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Refusal) as caught:
        read(tmp_path)
    assert caught.value.code == "backend_missing"
