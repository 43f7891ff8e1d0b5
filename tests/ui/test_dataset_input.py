import zipfile

import pytest

pytest.importorskip("gradio")

from cot_engine.errors import Refusal
from cot_engine.ui import dataset_input
from cot_engine.ui.dataset_input import folders, from_archive, from_folder


def packed(path, **entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def into(tmp_path):
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def test_folders_named_like_labels_give_the_labels(tmp_path, into):
    archive = packed(tmp_path / "a.zip", **{"set/Happy/a.mp4": "a", "set/anger/b.mp4": "b"})
    found = {(sample.id, sample.label) for sample in from_archive(archive, into).samples}
    assert found == {("Happy/a.mp4", "happiness"), ("anger/b.mp4", "anger")}


def test_other_folders_give_none(tmp_path, into):
    archive = packed(tmp_path / "a.zip", **{"monday/a.mp4": "a", "anger/b.mp4": "b", "c.jpg": "c"})
    assert {(sample.id, sample.label) for sample in from_archive(archive, into).samples} == {
        ("monday/a.mp4", None),
        ("anger/b.mp4", None),
        ("c.jpg", None),
    }


def test_a_table_gives_the_labels(tmp_path, into):
    archive = packed(tmp_path / "a.zip", **{"labels.csv": "clip,label\nx/a.mp4,surprised\n", "x/a.mp4": "a"})
    (sample,) = from_archive(archive, into).samples
    assert (sample.label, sample.clip.read_text()) == ("surprise", "a")


def test_a_table_cannot_name_files_of_the_server(tmp_path, into):
    archive = packed(tmp_path / "a.zip", **{"labels.csv": "clip\n../../a.zip\n"})
    with pytest.raises(Refusal) as raised:
        from_archive(archive, into)
    assert raised.value.code == "bad_corpus"
    assert str(tmp_path) not in raised.value.message


@pytest.mark.parametrize("entries", [{}, {"notes.txt": "x"}])
def test_an_archive_without_clips_is_refused(tmp_path, into, entries):
    with pytest.raises(Refusal, match="no clips"):
        from_archive(packed(tmp_path / "a.zip", **entries), into)


def test_more_clips_than_a_page_should_take_are_refused(tmp_path, into, monkeypatch):
    monkeypatch.setattr(dataset_input, "MAX_CLIPS", 1)
    with pytest.raises(Refusal) as raised:
        from_archive(packed(tmp_path / "a.zip", **{"a.mp4": "a", "b.mp4": "b"}), into)
    assert raised.value.code == "too_large"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "p.mp4").write_text("p")
    (tmp_path / "root" / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "root" / ".hidden").mkdir()
    (tmp_path / "root" / "a" / "b" / "x.mp4").write_text("x")
    (tmp_path / "root" / "out").symlink_to(tmp_path / "private")
    return tmp_path / "root"


def test_folders_below_the_root_are_offered(root):
    assert folders(root) == [".", "a", "a/b"]


def test_the_clips_of_a_folder(root, into):
    (sample,) = from_folder(root, "a/b", into).samples
    assert sample.clip == root / "a" / "b" / "x.mp4"


@pytest.mark.parametrize("name", ["..", "../private", "out", "/etc", "a/../../private", ".hidden", ""])
def test_no_other_folder_can_be_had(root, into, name):
    with pytest.raises(Refusal, match="none of the folders"):
        from_folder(root, name, into)
