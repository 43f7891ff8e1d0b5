import subprocess
import sys

import pytest

from cot_engine.engine.journal import Journal, Rows, write_atomically
from cot_engine.engine.rows import Row
from cot_engine.errors import Refusal


def row(n, status="rejected", key="k"):
    return Row(id=f"c{n}", key=key, status=status, message='"row":{} \u2028 ü')


def filled(path, count=3):
    with Journal(path) as journal:
        for n in range(count):
            journal.append(row(n))
    return path


def read(path):
    with Journal(path):
        rows = Rows(path)
        return list(rows), rows.damaged


def test_rows_come_back_in_order(tmp_path):
    assert read(filled(tmp_path / "rows.jsonl")) == ([row(0), row(1), row(2)], 0)


def test_cut_anywhere_it_holds_the_whole_rows_and_goes_on(tmp_path):
    whole = filled(tmp_path / "rows.jsonl").read_bytes()
    for cut in range(len(whole)):
        path = tmp_path / "cut.jsonl"
        path.write_bytes(whole[:cut])
        rows, damaged = read(path)
        assert rows == [row(n) for n in range(whole[:cut].count(b"\n"))]
        assert damaged == 0
        assert path.read_bytes() == whole[: whole[:cut].rfind(b"\n") + 1]


@pytest.mark.parametrize("old_new", [(b"c1", b"c7"), (b"rejected", b"accepted"), (b"{", b"[")])
def test_a_line_that_was_changed_is_not_taken(tmp_path, old_new):
    path = filled(tmp_path / "rows.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[1].replace(*old_new), lines[2]]))
    assert read(path) == ([row(0), row(2)], 1)


def test_of_an_id_that_was_finished_twice_the_last_counts(tmp_path):
    path = filled(tmp_path / "rows.jsonl")
    with Journal(path) as journal:
        journal.append(row(1, key="found"))
        assert [(r.id, r.key) for r in Rows(path)] == [("c0", "k"), ("c2", "k"), ("c1", "found")]


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "deep" / "file.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["file.json"]


def test_a_place_that_cannot_be_written_to_is_a_refusal_that_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="cannot be written") as refused:
        write_atomically(tmp_path / "file" / "below.json", b"x")
    assert refused.value.code == "unwritable_output"


@pytest.mark.parametrize("room", [0, 1, 150])
def test_a_full_disk_is_a_refusal_and_leaves_whole_rows(room, tmp_path):
    path = filled(tmp_path / "rows.jsonl", 2)
    whole = path.read_bytes()
    code = _FULL.format(path=str(path), largest=len(whole) + room)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "unwritable_output\n"
    assert path.read_bytes() == whole


# A limit on the size of files stands in for a full disk: what fits is written, then there is an error.
_FULL = """
import resource
from pathlib import Path
from cot_engine.engine.journal import Journal
from cot_engine.engine.rows import Row
from cot_engine.errors import Refusal
with Journal(Path({path!r})) as journal:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))
    try:
        journal.append(Row(id="x", key="k", status="rejected", message="m" * 200))
    except Refusal as refusal:
        print(refusal.code)
"""
