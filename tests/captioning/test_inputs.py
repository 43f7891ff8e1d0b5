import json

import pytest

from cot_engine.captioning.inputs import from_corpus, from_input, source_of
from cot_engine.corpora.catalogue import CORPORA
from cot_engine.errors import Refusal


@pytest.fixture
def folder(tmp_path):
    """Clips at two depths, a hidden folder, and a file that is none."""
    folder = tmp_path / "films"
    for name in ("b.mp4", "a/2.mkv", "a/1.JPG", ".thumbnails/x.jpg", "a/notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def ids(source):
    return [sample.id for sample in source.samples]


def test_a_folder_gives_its_videos_and_pictures_at_any_depth(folder, tmp_path):
    source = from_input(str(folder), tmp_path)
    assert source.name == "films"
    assert ids(source) == ["b.mp4", "a/1.JPG", "a/2.mkv"]
    assert [source_of(sample) for sample in source.samples] == [None, "a", "a"]


def test_a_pattern_takes_what_it_matches_folders_of_frames_too(folder, tmp_path):
    assert ids(from_input(str(folder / "*"), tmp_path)) == ["a", "b.mp4"]
    assert ids(from_input(str(folder / "**/*.txt"), tmp_path)) == ["notes.txt"]
    assert ids(from_input(str(folder / "**/[b2].*"), tmp_path)) == ["a/2.mkv", "b.mp4"]


def test_one_file_is_one_clip_whatever_its_suffix(folder, tmp_path):
    assert ids(from_input(str(folder / "a/notes.txt"), tmp_path)) == ["notes.txt"]


def test_a_name_with_markup_and_line_ends_stays_what_it_is(tmp_path):
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "-<b>\n..mp4").touch()
    assert ids(from_input(str(tmp_path / "films"), tmp_path)) == ["-<b>\n..mp4"]


def test_tables_give_label_and_subject_by_name(folder, tmp_path):
    (folder / "t.csv").write_text("clip,label,subject\na/2.mkv,joy,p1\nb.mp4,,\n")
    (folder / "t.jsonl").write_text(json.dumps({"clip": "a/2.mkv", "label": "joy", "subject": "p1"}) + '\n{"clip": "b.mp4"}\n')
    for name in ("t.csv", "t.jsonl"):
        source = from_input(str(folder / name), tmp_path)
        assert [(s.clip.name, s.label, s.subject, source_of(s)) for s in source.samples] == [
            ("2.mkv", "happiness", "p1", "a"),
            ("b.mp4", None, None, "films"),
        ]


@pytest.mark.parametrize("given", ["films/empty", "films/*.avi", "nothing", "films/.thumbnails"])
def test_an_input_without_clips_is_refused(given, folder, tmp_path):
    (folder / "empty").mkdir()
    if given.endswith("thumbnails"):
        (folder / ".thumbnails" / "x.jpg").unlink()
    with pytest.raises(Refusal) as refused:
        from_input(str(tmp_path / given), tmp_path)
    assert refused.value.code == "unreadable_input"


def test_two_rows_of_one_name_are_refused(folder, tmp_path):
    (folder / "t.csv").write_text("clip,id\nb.mp4,x\na/2.mkv,x\n")
    with pytest.raises(Refusal, match="two samples are called 'x'"):
        from_input(str(folder / "t.csv"), tmp_path)


def test_a_known_dataset_keeps_its_name_and_its_splits(tmp_path):
    for name in ("train/joy/1.jpg", "test/anger/1.jpg"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    source = from_corpus(CORPORA["folder"], tmp_path)
    assert source.name == "folder"
    assert [(s.split, s.label, source_of(s)) for s in source.samples] == [
        ("test", "anger", "folder"),
        ("train", "happiness", "folder"),
    ]
