import subprocess
import sys

from cot_engine.captioning.locks import Locks

KEY, OTHER = "a" * 64, "b" * 64

_HOLD = """
import sys
from pathlib import Path
from cot_engine.captioning.locks import Locks
locks = Locks(Path({path!r}))
locks.take({key!r})
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_taken_clip_is_not_to_be_had_until_it_is_given_back(tmp_path):
    with Locks(tmp_path / "taken") as one, Locks(tmp_path / "taken") as two:
        assert one.take(KEY)
        assert not two.take(KEY)
        assert two.take(OTHER)
        one.give_back(KEY)
        assert two.take(KEY)
    assert (tmp_path / "taken").stat().st_size == 0


def test_a_killed_process_gives_back_what_it_had_taken(tmp_path):
    code = _HOLD.format(path=str(tmp_path / "taken"), key=KEY)
    with Locks(tmp_path / "taken") as own:
        child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"taken\n"
        assert not own.take(KEY)
        child.kill()
        child.communicate()
        assert own.take(KEY)
