import ctypes
import subprocess
import sys

import pytest

_HEAPS = """
import ctypes, sys, threading
from cot_engine.freed import give_back, share_heaps
if sys.argv[1] == "shared":
    share_heaps()
libc, gate = ctypes.CDLL(None), threading.Barrier(8)
def work():
    gate.wait()
    kept = [bytearray(3000) for _ in range(1000)]
    gate.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
give_back()
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library")
def test_threads_that_share_heaps_make_no_more_than_two(tmp_path):
    def heaps(way):
        told = tmp_path / way
        subprocess.run([sys.executable, "-c", _HEAPS, way, str(told)], check=True)
        return told.read_text().count("<heap nr=")

    assert heaps("shared") <= 2 < heaps("own")
