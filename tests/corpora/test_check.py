import shutil
from dataclasses import replace

import corpus_trees as trees
import pytest

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.corpora.check import check
from cot_engine.errors import Refusal


def faults(name, root, **changes):
    return {finding.code: finding for finding in check(replace(CORPORA[name], **changes), root).faults}


def published(name, split):
    """(label number, how many) in the published order, counting as the corpus does."""
    corpus = CORPORA[name]
    return [(corpus.first_index + i, count) for i, count in enumerate(corpus.counts[split])]


def write_raf_db(root, renumber=lambda label: label, media=False):
    rows = [
        (f"{split}_{label}_{i:05d}", renumber(label))
        for split in ("train", "test")
        for label, count in published("raf-db", split)
        for i in range(count)
    ]
    trees.put(root, "basic/EmoLabel/list_patition_label.txt", "".join(f"{stem}.jpg {label}\n" for stem, label in rows))
    (root / "basic/Image/aligned").mkdir(parents=True, exist_ok=True)
    return root


@pytest.mark.parametrize("name", trees.TREES)
def test_a_tree_as_published_has_no_fault(name, tmp_path):
    assert faults(name, trees.TREES[name](tmp_path)) == {}


@pytest.mark.parametrize("name", sorted(set(trees.TREES) - {"caer", "caer-s", "ck+", "smic", "folder"}))
def test_missing_media_is_a_fault_in_every_corpus_whose_lists_name_it(name, tmp_path):
    root = trees.TREES[name](tmp_path)
    victim = next(iter(CORPORA[name].read(root))).clip
    shutil.rmtree(victim) if victim.is_dir() else victim.unlink()
    found = faults(name, root)
    assert set(found) == {"missing_media"}
    assert str(victim) in found["missing_media"].message


@pytest.mark.parametrize("name", ["caer", "ck+", "smic", "folder", "dfew"])
def test_empty_media_is_a_fault(name, tmp_path):
    root = trees.TREES[name](tmp_path)
    victim = next(iter(CORPORA[name].read(root))).clip
    if victim.is_dir():
        shutil.rmtree(victim)
        victim.mkdir()
    else:
        victim.write_bytes(b"")
    assert str(victim) in faults(name, root)["empty_media"].message


@pytest.mark.parametrize(
    ("name", "shifted"),
    [
        ("affectnet", lambda root: trees.affectnet(root, 1)),
        ("affectnet-hq", lambda root: trees.affectnet_hq(root, 1)),
        ("affectnet-kaggle", lambda root: trees.affectnet_kaggle(root, 0)),
    ],
)
def test_labels_off_by_one_are_named_without_any_count(name, shifted, tmp_path):
    assert "shifted_labels" in faults(name, shifted(tmp_path))


def test_raf_db_0_based_labels_are_named_from_the_counts(tmp_path):
    found = faults("raf-db", write_raf_db(tmp_path, lambda label: label - 1))
    assert "shifted_labels" in found
    assert "count from 0 where RAF-DB (basic) counts from 1" in found["shifted_labels"].message
    assert "Add 1" in found["shifted_labels"].action
    assert {"unknown_label", "count_mismatch", "permuted_labels"}.isdisjoint(found)


def test_dfew_0_based_lists_are_named_once_a_fold(tmp_path):
    root = trees.dfew(tmp_path)
    for path in root.glob("EmoLabel_DataSplit/*/*.csv"):
        header, *rows = path.read_text().split()
        lowered = (f"{name},{int(label) - 1}" for name, label in (row.split(",") for row in rows))
        path.write_text("\n".join([header, *lowered]))
    findings = [finding for finding in check(CORPORA["dfew"], root).faults if finding.code == "shifted_labels"]
    assert [finding.message.split(":")[0] for finding in findings] == [f"fold{k}" for k in range(1, 6)]


def test_raf_db_permuted_labels_are_named(tmp_path):
    swap = {1: 4, 4: 1}
    found = faults("raf-db", write_raf_db(tmp_path, lambda label: swap.get(label, label)))
    message = found["permuted_labels"].message
    assert "surprise (1185) is happiness" in message
    assert "happiness (329) is surprise" in message
    assert "fear" not in message
    assert "count_mismatch" not in found


def test_raf_db_as_published_has_neither(tmp_path):
    report = check(CORPORA["raf-db"], write_raf_db(tmp_path))
    # The pictures are left out of this tree.
    assert [finding.code for finding in report.findings] == ["missing_media"]
    assert report.histogram["test"]["happiness"] == 1185
    assert report.samples == 15339


def test_a_permutation_is_named_from_a_part_of_the_release_too(tmp_path):
    order = {1: 7, 7: 1}
    rows = [
        (f"test_{label}{i:04d}", order.get(label, label))
        for label, count in published("raf-db", "test")
        for i in range(count // 3)
    ]
    root = trees.raf_db(tmp_path, rows)
    found = faults("raf-db", root)
    assert "surprise (226) is neutral" in found["permuted_labels"].message


def test_a_class_larger_than_published_cannot_be_a_part_of_the_release(tmp_path):
    rows = [(f"test_{i:04d}", 2) for i in range(75)]
    found = faults("raf-db", trees.raf_db(tmp_path, rows))
    assert "fear 75 for 74" in found["count_mismatch"].message


def test_a_part_of_the_release_is_a_warning_with_the_published_number(tmp_path):
    report = check(CORPORA["raf-db"], trees.raf_db(tmp_path))
    messages = [finding.message for finding in report.findings if finding.code == "incomplete"]
    assert any("2 of the 12271" in message for message in messages)
    assert report.faults == ()


def test_unknown_labels_are_counted(tmp_path):
    root = trees.ferv39k(tmp_path)
    trees.put(root, "4_setups/All_scenes/test_All.csv", "Conflict/Happy/0267 Smug\nConflict/Sad/0267 Smug\n")
    found = faults("ferv39k", root)
    assert "2 samples" in found["unknown_label"].message
    assert "'Smug' (2)" in found["unknown_label"].message


def test_ferv39k_labels_that_disagree_with_their_folder_are_found(tmp_path):
    root = trees.ferv39k(tmp_path)
    path = root / "4_setups/All_scenes/test_All.csv"
    path.write_text(path.read_text().replace("0267 Happy", "0267 Sad"))
    assert "Conflict/Happy/0267 is labelled Sad" in faults("ferv39k", root)["label_disagrees_with_path"].message


def test_a_dfew_clip_in_train_and_test_of_one_fold_is_a_leak(tmp_path):
    root = trees.dfew(tmp_path)
    path = root / "EmoLabel_DataSplit/train(single-labeled)/set_3.csv"
    path.write_text(path.read_text() + "21,1\n")
    assert "00021" in faults("dfew", root)["clip_in_two_splits"].message


def test_a_mafw_label_that_differs_between_lists_is_found(tmp_path):
    root = trees.mafw(tmp_path)
    path = root / "split/single/no_caption/set_3/train.txt"
    path.write_text(path.read_text().replace("00011.mp4 anger", "00011.mp4 fear"))
    assert "00011" in faults("mafw", root)["clip_in_two_splits"].message


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("raf-db", "basic/Image/aligned/train_00001_aligned.jpg", "basic/Image/aligned/test_0001_aligned.jpg"),
        ("affectnet", "Manually_Annotated_Images/1/training.jpg", "Manually_Annotated_Images/2/validation.jpg"),
        ("affectnet-hq", "train_set/images/1.jpg", "val_set/images/2.jpg"),
        ("affectnet-kaggle", "train_class/class001/image0.jpg", "val_class/class001/image0.jpg"),
        ("dfew", "Clip/jpg_256/00007/00001.jpg", "Clip/jpg_256/00014/00001.jpg"),
        ("ferv39k", "2_ClipsforFaceCrop/Action/Sad/0267/0.jpg", "2_ClipsforFaceCrop/Conflict/Sad/0267/0.jpg"),
        ("mafw", "data/clips/00011.mp4", "data/clips/00022.mp4"),
        ("caer", "train/Sad/0001.avi", "test/Happy/0001.avi"),
        ("caer-s", "train/Sad/0001.png", "test/Happy/0001.png"),
        ("meld", "train_splits/dia0_utt0.mp4", "output_repeated_splits_test/dia0_utt1.mp4"),
        ("disfa", "Video_LeftCamera/LeftVideoSN002_comp.avi", "Video_LeftCamera/LeftVideoSN013_comp.avi"),
        ("bp4d", "F001/T1/2440.jpg", "M011/T1/2440.jpg"),
        ("csv", "a.mp4", "b.mp4"),
        ("folder", "train/happy/a.mp4", "val/happy/c.mp4"),
    ],
)
def test_equal_media_in_two_splits_is_a_leak(name, one, other, tmp_path):
    root = trees.TREES[name](tmp_path)
    shutil.copy(root / one, root / other)
    assert set(faults(name, root)) == {"duplicate_media"}


def test_a_person_in_two_splits_is_a_leak(tmp_path):
    root = trees.csv_table(tmp_path, "a.mp4,Happy,train,p1,,,\nb.mp4,sad,test,p1,,,\n")
    assert "p1 (test, train)" in faults("csv", root)["subject_leak"].message


def test_people_that_the_official_splits_share_are_a_note(tmp_path):
    report = check(CORPORA["meld"], trees.meld(tmp_path))
    (note,) = [finding for finding in report.findings if finding.code == "subject_leak"]
    assert note.severity == "note"


def test_one_clip_in_two_splits_is_a_leak(tmp_path):
    root = trees.csv_table(tmp_path, "a.mp4,Happy,train,,,,\na.mp4,Happy,test,,,,\n")
    assert "a.mp4" in faults("csv", root)["clip_in_two_splits"].message


def test_an_au_without_its_file_is_a_fault_that_names_it(tmp_path):
    root = trees.disfa(tmp_path)
    (root / "ActionUnit_Labels/SN013/SN013_au5.txt").unlink()
    assert "AU5 of SN013 (2 frames)" in faults("disfa", root)["missing_aus"].message


def test_an_unreadable_au_cell_is_a_fault_and_not_an_empty_face(tmp_path):
    root = trees.csv_table(tmp_path, "a.mp4,Happy,train,,4+smile,,\n")
    assert "'smile' is not an action unit" in faults("csv", root)["unreadable_aus"].message


def test_codes_outside_the_codebook_and_moments_out_of_order_are_said(tmp_path):
    root = trees.casme2(tmp_path)
    rows = [(1, "EP02_01f", "", 46, 90, 86, "", "4+65", "happiness")]
    trees.xlsx(root / "CASME2-coding-20140508.xlsx", [trees.MICRO_HEADER, *rows])
    report = check(CORPORA["casme2"], root)
    assert {finding.code: finding.severity for finding in report.findings} == {
        "moments_out_of_order": "warning",
        "rare_aus": "note",
    }


def test_repeated_rows_and_rows_without_split_are_said(tmp_path):
    root = trees.csv_table(tmp_path)
    trees.put(root, "samples.csv", "id,clip,label,split\n1,a.mp4,sad,train\n1,a.mp4,sad,train\n2,b.mp4,sad,\n")
    assert {finding.code for finding in check(CORPORA["csv"], root).findings} == {"duplicate_id", "no_split"}


def test_empty_lists_are_a_fault(tmp_path):
    root = trees.csv_table(tmp_path, "")
    assert set(faults("csv", root)) == {"no_samples"}


def test_a_file_where_a_folder_should_be_is_refused(tmp_path):
    with pytest.raises(Refusal, match="cannot be read") as caught:
        check(CORPORA["smic"], trees.put(tmp_path, "HS").parent)
    assert caught.value.code == "bad_corpus"
