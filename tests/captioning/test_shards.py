import pytest

from cot_engine.captioning.rows import Outcome
from cot_engine.captioning.shards import Shards, own_shard
from cot_engine.engine.journal import Journal
from cot_engine.errors import Refusal


def outcome(n):
    return Outcome(key=f"{n:064x}", code="no_face", message="No face.")


def test_what_several_processes_wrote_is_read_as_one_as_it_comes(tmp_path):
    shards = Shards(tmp_path)
    (first, one), (second, two) = own_shard(tmp_path), own_shard(tmp_path)
    assert (first, second) == (0, 1)
    with one, two:
        one.append(outcome(1))
        shards.refresh()
        assert outcome(1).key in shards
        assert outcome(2).key not in shards
        two.append(outcome(2))
        shards.refresh()
        assert shards.read(outcome(2).key) == outcome(2)


def test_the_shard_of_a_process_that_has_ended_is_taken_over(tmp_path):
    number, journal = own_shard(tmp_path)
    with journal:
        journal.append(outcome(1))
    again, journal = own_shard(tmp_path)
    assert again == number
    with journal:
        journal.append(outcome(2))
    shards = Shards(tmp_path)
    shards.refresh()
    assert [shards.code(outcome(n).key) for n in (1, 2)] == ["no_face", "no_face"]


def test_a_line_that_is_still_being_written_is_not_read_until_it_is_whole(tmp_path):
    with Journal(tmp_path / "0.jsonl") as journal:
        journal.append(outcome(1))
        journal.append(outcome(2))
    whole = (tmp_path / "0.jsonl").read_bytes()
    (tmp_path / "0.jsonl").write_bytes(whole[:-5])
    shards = Shards(tmp_path)
    shards.refresh()
    assert outcome(2).key not in shards
    (tmp_path / "0.jsonl").write_bytes(whole)
    shards.refresh()
    assert shards.read(outcome(2).key) == outcome(2)
    assert shards.damaged == 0


def test_a_line_that_is_damaged_after_it_was_read_is_never_passed_off_as_whole(tmp_path):
    with Journal(tmp_path / "0.jsonl") as journal:
        journal.append(outcome(1))
    shards = Shards(tmp_path)
    shards.refresh()
    path = tmp_path / "0.jsonl"
    path.write_bytes(path.read_bytes().replace(b"no_face", b"no_fa_e"))
    with pytest.raises(Refusal) as refused:
        shards.read(outcome(1).key)
    assert refused.value.code == "unreadable_input"
