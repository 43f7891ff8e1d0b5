from collections import Counter

import corpus_trees as trees
import pytest

from cot_engine.corpora.catalogue import CORPORA, AUAnnotation
from cot_engine.errors import Refusal


def read(name, root):
    return {sample.id: sample for sample in CORPORA[name].read(root)}


def present(sample):
    return {(au.au, au.side, au.intensity) for au in sample.aus if au.state == "present"}


@pytest.mark.parametrize("name", trees.TREES)
def test_every_reader_yields_its_corpus_with_unique_ids_and_clips_that_are_there(name, tmp_path):
    corpus = CORPORA[name]
    samples = list(corpus.read(trees.TREES[name](tmp_path)))
    assert samples
    assert len({sample.id for sample in samples}) == len(samples)
    assert {sample.corpus for sample in samples} == {name}
    assert all(sample.clip.is_absolute() and sample.clip.exists() for sample in samples)
    if corpus.labels:
        assert {sample.label for sample in samples} <= {*corpus.labels, None}


@pytest.mark.parametrize("name", trees.TREES)
def test_another_tree_is_refused_with_the_path_that_was_expected(name, tmp_path):
    (tmp_path / ".hidden").mkdir()
    with pytest.raises(Refusal) as caught:
        list(CORPORA[name].read(tmp_path))
    assert caught.value.code == "bad_corpus"
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("name", trees.TREES)
def test_a_root_that_does_not_exist_is_refused(name, tmp_path):
    with pytest.raises(Refusal, match=r"has no|is needed") as caught:
        list(CORPORA[name].read(tmp_path / "nowhere"))
    assert caught.value.code == "bad_corpus"


def test_raf_db_counts_from_one_and_takes_the_split_from_the_name(tmp_path):
    samples = read("raf-db", trees.raf_db(tmp_path))
    assert {(s.id, s.label, s.raw_label, s.split) for s in samples.values()} == {
        ("train_00001", "sadness", "5", "train"),
        ("train_00002", "neutral", "7", "train"),
        ("test_0001", "happiness", "4", "test"),
    }
    assert samples["test_0001"].clip == tmp_path / "basic/Image/aligned/test_0001_aligned.jpg"
    assert samples["test_0001"].box is None


def test_raf_db_originals_come_with_their_box(tmp_path):
    trees.raf_db(tmp_path)
    (tmp_path / "basic/Image/aligned").rename(tmp_path / "basic/Image/elsewhere")
    trees.put(tmp_path, "basic/Image/original/test_0001.jpg")
    trees.put(tmp_path, "basic/Annotation/boundingbox/test_0001_boundingbox.txt", "10 20 110.5 220\n")
    sample = read("raf-db", tmp_path)["test_0001"]
    assert sample.clip == tmp_path / "basic/Image/original/test_0001.jpg"
    assert sample.box == (10, 20, 100.5, 200)


def test_affectnet_keeps_the_published_order_and_drops_only_what_is_no_class(tmp_path):
    samples = read("affectnet", trees.affectnet(tmp_path))
    labels = [samples[f"training/{i}/training.jpg"].label for i in range(11)]
    assert labels == ["neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"] + [None] * 3
    assert Counter(s.split for s in samples.values()) == {"train": 11, "validation": 8}
    assert samples["training/0/training.jpg"].box == (1, 2, 30, 40)
    assert samples["training/9/training.jpg"].box is None
    assert samples["training/0/training.jpg"].meta == {"valence": "0.5", "arousal": "0.1"}
    assert samples["training/8/training.jpg"].meta == {}


def test_affectnet_hq_reads_numbers_that_are_stored_as_text(tmp_path):
    samples = read("affectnet-hq", trees.affectnet_hq(tmp_path))
    assert samples["validation/6"].label == "anger"
    assert samples["validation/6"].clip == tmp_path / "val_set/images/6.jpg"
    assert samples["train/0"].split == "train"


def test_affectnet_hq_refuses_a_pickled_array(tmp_path):
    import numpy as np

    trees.affectnet_hq(tmp_path)
    np.save(tmp_path / "val_set/annotations/3_exp.npy", np.array([object()]), allow_pickle=True)
    with pytest.raises(Refusal, match="not a plain array"):
        read("affectnet-hq", tmp_path)


def test_affectnet_kaggle_counts_from_one_and_loses_the_prefix(tmp_path):
    samples = read("affectnet-kaggle", trees.affectnet_kaggle(tmp_path))
    sample = samples["val_class/class001/image0.jpg"]
    assert (sample.label, sample.raw_label, sample.split) == ("neutral", "1", "validation")
    assert samples["train_class/class008/image7.jpg"].label == "contempt"


def test_dfew_has_one_sample_a_clip_in_the_fold_that_tests_it(tmp_path):
    samples = read("dfew", trees.dfew(tmp_path))
    assert Counter(s.split for s in samples.values()) == {f"fold{k}": 7 for k in range(1, 6)}
    assert [samples[str(7 + i)].label for i in range(7)] == list(CORPORA["dfew"].labels)
    assert samples["7"].clip == tmp_path / "Clip/jpg_256/00007"


def test_dfew_reads_the_other_spelling_of_its_lists(tmp_path):
    trees.dfew(tmp_path)
    lists = tmp_path / "EmoLabel_DataSplit"
    for part in ("train", "test"):
        for fold in range(1, 6):
            (lists / f"{part}(single-labeled)/set_{fold}.csv").rename(lists / f"single_{part}set_{fold}.csv")
    assert len(read("dfew", tmp_path)) == 35


def test_dfew_rows_of_label_0_have_no_class(tmp_path):
    path = trees.dfew(tmp_path) / "EmoLabel_DataSplit/test(single-labeled)/set_2.csv"
    path.write_text(path.read_text().replace("14,1", "14,0"))
    sample = next(s for s in CORPORA["dfew"].read(tmp_path) if s.id == "14")
    assert (sample.label, sample.raw_label) == (None, "0")


def test_ferv39k_keeps_scene_and_emotion_in_the_id(tmp_path):
    samples = read("ferv39k", trees.ferv39k(tmp_path))
    sample = samples["Conflict/Angry/0267"]
    assert (sample.label, sample.split, sample.meta["scene"]) == ("anger", "test", "Conflict")
    assert sample.clip == tmp_path / "2_ClipsforFaceCrop/Conflict/Angry/0267"
    assert len(samples) == 14


def test_mafw_has_eleven_names_in_five_folds(tmp_path):
    samples = read("mafw", trees.mafw(tmp_path))
    assert Counter(s.split for s in samples.values()) == {f"fold{k}": 11 for k in range(1, 6)}
    assert [samples[f"{11 + i:05d}"].label for i in range(11)] == list(CORPORA["mafw"].labels)
    assert samples["00021"].clip == tmp_path / "data/clips/00021.mp4"


def test_mafw_takes_frame_folders_where_there_are_no_clips(tmp_path):
    trees.mafw(tmp_path)
    (tmp_path / "data/clips").rename(tmp_path / "data/frames")
    assert read("mafw", tmp_path)["00021"].clip == tmp_path / "data/frames/00021"


@pytest.mark.parametrize(("name", "ending"), [("caer", "avi"), ("caer-s", "png")])
def test_caer_takes_label_and_split_from_the_folders(name, ending, tmp_path):
    samples = read(name, trees.caer(tmp_path, ending))
    sample = samples["validation/Sad/0001"]
    assert (sample.label, sample.split, sample.clip.name) == ("sadness", "validation", f"0001.{ending}")
    assert len(samples) == 21


def test_meld_keys_by_split_dialogue_and_utterance(tmp_path):
    samples = read("meld", trees.meld(tmp_path))
    sample = samples["dev/dia0_utt0"]
    assert (sample.label, sample.split, sample.subject) == ("happiness", "validation", "Joey")
    assert sample.clip == tmp_path / "dev_splits_complete/dia0_utt0.mp4"
    assert sample.meta == {"dialogue": "0", "span_s": "5.672"}
    assert len(samples) == 9


def test_ck_plus_without_emotion_file_is_unlabelled_and_intensity_0_is_present(tmp_path):
    samples = read("ck+", trees.ck_plus(tmp_path))
    assert (samples["S005/001"].label, samples["S005/001"].subject) == ("disgust", "S005")
    assert present(samples["S005/001"]) == {("AU9", "both", "E"), ("AU17", "both", None)}
    assert (samples["S010/001"].label, samples["S010/001"].raw_label) == (None, None)
    assert present(samples["S010/001"]) == {("AU1", "both", "B")}


def test_disfa_has_the_twelve_aus_of_every_frame_with_absence_said(tmp_path):
    samples = read("disfa", trees.disfa(tmp_path))
    sample = samples["SN013/2"]
    assert (sample.split, sample.subject, sample.clip.name) == ("part2", "SN013", "LeftVideoSN013_comp.avi")
    assert present(sample) == {("AU12", "both", "C")}
    assert Counter(au.state for au in sample.aus) == {"absent": 11, "present": 1}


def test_disfa_au_without_a_file_is_not_absent(tmp_path):
    sample = read("disfa", trees.disfa(tmp_path, aus=(1, 12)))["SN002/1"]
    assert {(au.au, au.state) for au in sample.aus} == {("AU1", "absent"), ("AU12", "absent")}


@pytest.mark.parametrize("line", ["1;0", "1,6", "1,x", "1,-1"])
def test_disfa_refuses_a_line_that_is_no_intensity(line, tmp_path):
    trees.put(trees.disfa(tmp_path), "ActionUnit_Labels/SN002/SN002_au1.txt", f"{line}\n")
    with pytest.raises(Refusal, match=r"SN002_au1\.txt has the line"):
        read("disfa", tmp_path)


def test_disfa_plus_names_the_picture_by_its_first_field(tmp_path):
    samples = read("disfa+", trees.disfa_plus(tmp_path))
    sample = samples["SN001/A1_AU4_TrailNo_1/000.jpg"]
    assert sample.clip == tmp_path / "Images/SN001/A1_AU4_TrailNo_1/000.jpg"
    assert present(sample) == {("AU4", "both", "E")}
    assert (sample.subject, sample.split, len(samples)) == ("SN001", None, 2)


def test_bp4d_reads_twelve_aus_and_leaves_out_the_unknown(tmp_path):
    samples = read("bp4d", trees.bp4d(tmp_path))
    sample = samples["M011/T1/2440"]
    assert (sample.split, sample.clip) == ("part2", tmp_path / "M011/T1/2440.jpg")
    assert present(sample) == {("AU12", "both", None)}
    assert "AU24" not in {au.au for au in sample.aus}
    assert len(sample.aus) == 11


def test_bp4d_refuses_another_code(tmp_path):
    path = trees.bp4d(tmp_path) / "AUCoding/AU_OCC/F001_T1.csv"
    path.write_text(path.read_text().replace(",0,1,0,", ",0,5,0,"))
    with pytest.raises(Refusal, match="code '5' for AU12"):
        read("bp4d", tmp_path)


def test_casme2_pads_subjects_and_keeps_side_and_missing_apex(tmp_path):
    samples = read("casme2", trees.casme2(tmp_path))
    first, second = samples["sub01/EP02_01f"], samples["sub26/EP18_50"]
    assert (first.label, first.subject, first.clip) == ("happiness", "01", tmp_path / "sub01/EP02_01f")
    assert present(first) == {("AU4", "both", None), ("AU10", "left", None)}
    assert first.meta == {"onset": "46", "apex": "59", "offset": "86"}
    assert (second.label, present(second)) == ("others", {("AU12", "both", None)})
    assert second.meta == {"onset": "1", "offset": "90"}


def test_casme2_reads_the_sheet_exported_as_csv_the_same(tmp_path):
    expected = read("casme2", trees.casme2(tmp_path))
    rows = [",".join(map(str, row)) for row in (trees.MICRO_HEADER, *trees.CASME2_ROWS)]
    rows[2] = rows[2].replace(",12,", ",12.0,")
    (tmp_path / "CASME2-coding-20140508.xlsx").unlink()
    trees.put(tmp_path, "CASME2-coding-20140508.csv", "\n".join(rows))
    assert read("casme2", tmp_path) == expected


def test_samm_finds_the_header_in_row_14_and_keeps_zeros_and_alternatives(tmp_path):
    samples = read("samm", trees.samm(tmp_path))
    first, second = samples["006/006_1_2"], samples["011/011_2_1"]
    assert (first.subject, first.label, second.label) == ("006", "others", "fear")
    (undecided,) = first.aus
    assert undecided.state == "undecided"
    assert undecided.alternatives == (AUAnnotation("AU14", "left"), AUAnnotation("AU14", "right"))
    assert present(second) == {("AU14", "right", "A")}


def test_samm_subjects_that_a_spreadsheet_made_numbers_get_their_zeros_back(tmp_path):
    trees.samm(tmp_path)
    rows = [(6, *trees.SAMM_ROWS[0][1:])]
    trees.xlsx(tmp_path / "SAMM_Micro_FACS_Codes_v2.xlsx", [trees.SAMM_HEADER, *rows])
    assert read("samm", tmp_path)["006/006_1_2"].subject == "006"


def test_smic_has_three_classes_and_no_apex(tmp_path):
    samples = read("smic", trees.smic(tmp_path))
    assert {(s.label, s.subject) for s in samples.values()} == {("negative", "s1"), ("positive", "s1"), ("surprise", "s1")}
    assert samples["s1/s1_sur_01"].clip == tmp_path / "HS/s1/micro/surprise/s1_sur_01"
    assert not any(s.meta or s.aus for s in samples.values())


def test_fec_bench_has_captions_and_sources_but_no_label(tmp_path):
    samples = read("fec-bench", trees.fec_bench(tmp_path))
    assert {s.meta["source"] for s in samples.values()} == {"DFEW", "CAER"}
    assert samples["1"].label is None
    assert samples["1"].meta["caption"] == "He blinks."


@pytest.mark.parametrize("text", ["{", "{}", '[{"id": "1"}]', "[1]", '[{"id": "1", "video": "/etc/passwd", "caption": ""}]'])
def test_fec_bench_refuses_another_json(text, tmp_path):
    trees.put(tmp_path, "test.json", text)
    with pytest.raises(Refusal):
        read("fec-bench", tmp_path)


def test_csv_maps_labels_by_name_and_keeps_those_it_does_not_know(tmp_path):
    samples = read("csv", trees.csv_table(tmp_path, "a.mp4,Happy,train,p1,4+L10,0.5,2\nb.mp4,Smug,test,p2,,,\n"))
    first, second = samples["a.mp4:2"], samples["b.mp4:3"]
    assert (first.label, first.raw_label, first.split, first.subject) == ("happiness", "Happy", "train", "p1")
    assert (first.start_s, first.end_s, first.clip) == (0.5, 2.0, tmp_path / "a.mp4")
    assert present(first) == {("AU4", "both", None), ("AU10", "left", None)}
    assert (second.label, second.start_s) == ("Smug", None)


def test_csv_root_may_be_the_table_itself(tmp_path):
    trees.csv_table(tmp_path)
    trees.put(tmp_path, "another.csv", "x\n")
    with pytest.raises(Refusal, match="2 files"):
        read("csv", tmp_path)
    assert len(read("csv", tmp_path / "samples.csv")) == 2


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",Happy,,,,,", "no clip"),
        ("../a.mp4,Happy,,,,,", "not a path inside"),
        ("a.mp4,Happy,,,,two,", "not a number of seconds"),
        ("a.mp4,Happy,,,,nan,", "not a number of seconds"),
        ("a.mp4,Happy,,,,3,2", "before it starts"),
    ],
)
def test_csv_refuses_a_row_it_cannot_read_and_says_the_line(row, says, tmp_path):
    with pytest.raises(Refusal, match=says):
        read("csv", trees.csv_table(tmp_path, f"{row}\n"))


def test_jsonl_reads_numbers_as_text(tmp_path):
    samples = read("jsonl", trees.jsonl_table(tmp_path))
    assert samples["a.mp4:1"].subject == "1"
    assert present(samples["a.mp4:1"]) == {("AU12", "both", None)}
    assert (samples["b"].label, samples["b"].split) == (None, None)


@pytest.mark.parametrize("line", ["{", "[]", '"a"', "[" * 100000])
def test_jsonl_refuses_a_line_that_is_no_object(line, tmp_path):
    with pytest.raises(Refusal, match="line 1"):
        read("jsonl", trees.put(tmp_path, "samples.jsonl", line))


def test_folders_are_classes_inside_splits_or_alone(tmp_path):
    samples = read("folder", trees.class_folders(tmp_path))
    assert {(s.id, s.label, s.split) for s in samples.values()} == {
        ("train/happy/a.mp4", "happiness", "train"),
        ("train/my label/b.jpg", "my label", "train"),
        ("validation/happy/c.mp4", "happiness", "validation"),
    }
    alone = read("folder", tmp_path / "train")
    assert {(s.label, s.split) for s in alone.values()} == {("happiness", None), ("my label", None)}


def test_lists_cannot_name_files_outside_the_root(tmp_path):
    trees.put(trees.ferv39k(tmp_path), "4_setups/All_scenes/train_All.csv", "../../secret Happy\n")
    with pytest.raises(Refusal, match="not a path inside"):
        read("ferv39k", tmp_path)


def test_a_list_that_is_no_text_is_refused(tmp_path):
    trees.raf_db(tmp_path)
    (tmp_path / "basic/EmoLabel/list_patition_label.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refusal, match="cannot be read as text"):
        read("raf-db", tmp_path)


def test_a_missing_column_is_named(tmp_path):
    trees.affectnet_kaggle(tmp_path)
    trees.put(tmp_path, "train-sample-affectnet.csv", "image,label\na.jpg,1\n")
    with pytest.raises(Refusal, match="no column emotion; it has image, label"):
        read("affectnet-kaggle", tmp_path)


def test_corpora_stand_under_their_own_name():
    assert all(name == corpus.name for name, corpus in CORPORA.items())
