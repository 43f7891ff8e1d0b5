import pytest

from cot_engine.captioning.inputs import from_input
from cot_engine.errors import Refusal

datasets = pytest.importorskip("datasets")
pyarrow = pytest.importorskip("pyarrow.parquet") and pytest.importorskip("pyarrow")


def saved(rows, folder, **features):
    made = datasets.Dataset.from_dict(rows)
    for column, feature in features.items():
        made = made.cast_column(column, feature)
    made.save_to_disk(folder)
    return str(folder)


def test_paths_lie_below_the_folder_of_the_dataset(tmp_path):
    given = saved({"path": ["a.mp4", "deep/b.mp4"], "label": ["joy", None], "id": ["x", "y"]}, tmp_path / "d")
    source = from_input(given, tmp_path)
    assert [(s.id, s.clip, s.label) for s in source.samples] == [
        ("x", tmp_path / "d" / "a.mp4", "happiness"),
        ("y", tmp_path / "d" / "deep/b.mp4", None),
    ]


@pytest.mark.parametrize("path", ["../secret.mp4", "/etc/passwd"])
def test_a_path_outside_is_refused(path, tmp_path):
    with pytest.raises(Refusal) as refused:
        from_input(saved({"clip": [path]}, tmp_path / "d"), tmp_path)
    assert refused.value.code == "bad_corpus"


def test_media_columns_without_content_name_files(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.mp4").touch()
    made = datasets.Dataset.from_dict({"video": [str(tmp_path / "d" / "a.mp4")]}).cast_column("video", datasets.Video())
    pyarrow.parquet.write_table(made.data.table, tmp_path / "d" / "x.parquet")
    (sample,) = from_input(str(tmp_path / "d" / "x.parquet"), tmp_path / "cache").samples
    assert sample.clip == tmp_path / "d" / "a.mp4"


def test_splits_of_a_dictionary_are_kept_and_content_is_found_in_each(tmp_path):
    def part(content):
        return datasets.Dataset.from_dict({"image": [{"bytes": content, "path": None}]}).cast_column("image", datasets.Image())

    datasets.DatasetDict(train=part(b"one"), test=part(b"two")).save_to_disk(tmp_path / "d")
    source = from_input(str(tmp_path / "d"), tmp_path)
    assert [(s.id, s.split, source.bytes_of(s)) for s in source.samples] == [
        ("train/000000", "train", b"one"),
        ("test/000000", "test", b"two"),
    ]


def test_rows_that_were_shuffled_keep_their_own_content(tmp_path):
    rows = {"image": [{"bytes": bytes([n]), "path": None} for n in range(9)], "id": [str(n) for n in range(9)]}
    datasets.Dataset.from_dict(rows).cast_column("image", datasets.Image()).shuffle(seed=1).save_to_disk(tmp_path / "d")
    source = from_input(str(tmp_path / "d"), tmp_path)
    assert {s.id: source.bytes_of(s) for s in source.samples} == {str(n): bytes([n]) for n in range(9)}


def test_parquet_files_are_one_dataset_and_a_row_without_a_clip_is_refused_alone(tmp_path):
    for n in range(2):
        rows = {"video": [{"bytes": bytes([65 + n]), "path": None}, None], "label": [n, n]}
        names = datasets.ClassLabel(names=["anger", "joy"])
        made = datasets.Dataset.from_dict(rows).cast_column("video", datasets.Video()).cast_column("label", names)
        made.to_parquet(tmp_path / f"{n}.parquet")
    source = from_input(str(tmp_path), tmp_path / "cache")
    assert from_input(str(tmp_path / "[01].parquet"), tmp_path / "cache").samples == source.samples
    assert [s.label for s in source.samples] == ["anger", "anger", "happiness", "happiness"]
    assert [source.bytes_of(source.samples[n]) for n in (0, 2)] == [b"A", b"B"]
    with pytest.raises(Refusal) as refused:
        source.bytes_of(source.samples[1])
    assert refused.value.code == "unreadable_input"


def test_a_dataset_without_clips_or_in_ruins_is_refused(tmp_path):
    given = saved({"text": ["x"]}, tmp_path / "d")
    with pytest.raises(Refusal, match="no column with clips"):
        from_input(given, tmp_path)
    (tmp_path / "x.parquet").write_text("no parquet")
    with pytest.raises(Refusal) as refused:
        from_input(str(tmp_path / "x.parquet"), tmp_path / "cache")
    assert refused.value.code == "bad_corpus"
