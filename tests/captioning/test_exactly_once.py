"""What is thrown at a run from outside: kills, a full disk, torn lines, a second process."""

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import fake_captioning as fake
import pytest

from cot_engine.captioning.rows import Outcome
from cot_engine.captioning.run import run
from cot_engine.engine.journal import read_line

pytest.importorskip("datasets")
CLIPS = 60


def started(folder, out, *more, count=1):
    """Processes that have loaded everything and begin at the same moment."""
    command = [sys.executable, fake.__file__, str(folder), str(out), *map(str, more)]
    pipe = subprocess.PIPE
    children = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * count
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    return children if count > 1 else children[0]


def ended(child):
    """Exit code, and what it said."""
    said, _ = child.communicate()
    return child.returncode, said


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory) -> tuple[Path, dict[str, bytes]]:
    """The clips, and the tables of a run over them that nothing happened to."""
    root = tmp_path_factory.mktemp("unbroken")
    run(fake.plan(fake.write(root / "clips", CLIPS), root / "out"))
    return root / "clips", fake.tables(root / "out")


def keys(shard):
    lines = shard.read_bytes().splitlines(keepends=True)
    return [read_line(line, Outcome).key for line in lines]


def test_killed_at_five_random_moments_the_tables_are_those_of_an_unbroken_run(unbroken, tmp_path):
    clips, tables = unbroken
    rng, out, killed = Random(5), tmp_path / "out", 0
    for _ in range(5):
        child = started(clips, out)
        time.sleep(rng.uniform(0, 0.6))
        killed += child.poll() is None
        child.kill()
        ended(child)
    assert killed, "every run was done before it was killed: this test did not test"
    assert ended(started(clips, out))[0] == 0
    assert fake.tables(out) == tables
    made = [key for shard in (out / "shards" / "v1").glob("*.jsonl") for key in keys(shard)]
    assert len(made) == len(set(made))


def test_two_processes_on_one_folder_share_the_work_and_give_the_same_tables(unbroken, tmp_path):
    clips, tables = unbroken
    out = tmp_path / "out"
    children = started(clips, out, count=2)
    assert [ended(child) for child in children] == [(0, ""), (0, "")]
    assert fake.tables(out) == tables
    shards = [keys(shard) for shard in sorted((out / "shards" / "v1").glob("*.jsonl"))]
    assert len(shards) == 2
    made = [key for shard in shards for key in shard]
    assert len(made) == len(set(made))


def test_what_a_killed_process_had_taken_is_done_by_the_other(unbroken, tmp_path):
    clips, tables = unbroken
    out = tmp_path / "out"
    victim, survivor = started(clips, out, count=2)
    time.sleep(0.2)
    victim.kill()
    ended(victim)
    assert ended(survivor) == (0, "")
    assert fake.tables(out) == tables


def test_a_full_disk_is_a_refusal_and_the_run_goes_on_when_there_is_room(unbroken, tmp_path):
    clips, tables = unbroken
    out = tmp_path / "out"
    code, said = ended(started(clips, out, 60_000))
    assert code == 3
    assert said.startswith("unwritable_output")
    shard = out / "shards" / "v1" / "0.jsonl"
    before = keys(shard)
    assert before, "it wrote nothing at all: this test did not test"
    assert ended(started(clips, out))[0] == 0
    assert keys(shard)[: len(before)] == before
    assert fake.tables(out) == tables


def test_cut_or_damaged_anywhere_the_journal_gives_the_same_tables(unbroken, tmp_path):
    clips, tables = unbroken
    plan = fake.plan(clips, tmp_path / "out")
    run(plan)
    shard = plan.out / "shards" / "v1" / "0.jsonl"
    whole, rng = shard.read_bytes(), Random(1)
    for cut in (0, len(whole) - 1, rng.randrange(len(whole))):
        shard.write_bytes(whole[:cut])
        run(plan)
        assert fake.tables(plan.out) == tables
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    shard.write_bytes(flipped)
    run(plan)
    assert fake.tables(plan.out) == tables
