import subprocess
import sys

CODE = """
import os
from cot_engine.video.decoder_log import DecoderLog
log = DecoderLog()
assert log.look() == 0
{body}
print(log.look(), repr(log.first))
"""


def run(body):
    done = subprocess.run([sys.executable, "-c", CODE.format(body=body)], capture_output=True, text=True, timeout=20)
    assert done.stderr == ""
    return done.stdout


def test_lines_are_counted_and_the_first_is_kept():
    printed = r"os.write(2, b'[h264 @ 0x55e] error while decoding MB 3 4.\n\n[h264 @ 0x55e] concealing\n')"
    assert run(printed) == "2 'error while decoding MB 3 4'\n"


def test_an_error_without_a_line_comes_after_the_lines_before_it():
    assert run(r"os.write(2, b'printed\n'); log.add('raised')") == "2 'printed'\n"


def test_a_flood_of_lines_blocks_nobody():
    body = r"""
for _ in range(1000):
    try:
        os.write(2, b'x' * 999 + b'\n')
    except BlockingIOError:
        pass
"""
    assert 10 < int(run(body).split()[0]) < 1000
