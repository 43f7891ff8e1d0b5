import corpus_trees as trees

from cot_engine.corpora.duplicates import find_duplicates


def test_only_equal_content_in_two_splits_counts(tmp_path):
    a, b = trees.put(tmp_path, "a", "same"), trees.put(tmp_path, "b", "same")
    c, d = trees.put(tmp_path, "c", "sama"), trees.put(tmp_path, "d", "same")
    found = find_duplicates([("train", a), ("test", b), ("test", c), ("train", d)])
    assert [sorted(path.name for _, path in group) for group in found.groups] == [["a", "b", "d"]]
    assert found.unread == 0
    assert not find_duplicates([("train", a), ("train", d)]).groups


def test_large_files_that_differ_at_an_end_differ(tmp_path):
    size = 5 * 2**20
    paths = {}
    for name, at in (("a", None), ("b", None), ("c", size - 1), ("d", 0)):
        data = bytearray(size)
        if at is not None:
            data[at] = 1
        paths[name] = tmp_path / name
        paths[name].write_bytes(data)
    found = find_duplicates([("train", paths["a"]), *(("test", paths[name]) for name in "bcd")])
    assert [{path.name for _, path in group} for group in found.groups] == [{"a", "b"}]


def test_folders_of_frames_are_compared_by_their_middle(tmp_path):
    for clip, middle in (("a", "face1"), ("b", "face1"), ("c", "face2")):
        for frame, text in enumerate(("black", middle, "black")):
            trees.put(tmp_path, f"{clip}/{frame}.jpg", text)
    found = find_duplicates([("train", tmp_path / "a"), ("test", tmp_path / "b"), ("test", tmp_path / "c")])
    assert [{path.name for _, path in group} for group in found.groups] == [{"a", "b"}]


def test_the_search_is_bounded_and_says_so(tmp_path):
    media = [(split, trees.put(tmp_path, f"{split}{i}", "same")) for i in range(3) for split in ("train", "test")]
    assert find_duplicates(media, limit=4).unread == 2
