import os
import struct
import time

import numpy as np
import pytest

from cot_engine.video.wire import Ended, Hung, Receiver


@pytest.fixture
def pipe():
    read, write = os.pipe()
    yield Receiver(read, stall_s=0.2, max_side=100), write
    os.close(read)
    os.close(write)


def header(kind, length):
    return struct.pack("<cI", kind, length)


def frame(index, time_s, height, width, pixels):
    return header(b"F", 24 + len(pixels)) + struct.pack("<qdII", index, time_s, height, width) + pixels


def test_a_frame_arrives_as_it_was_sent(pipe):
    receiver, write = pipe
    rgb = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    os.write(write, frame(7, 0.25, 2, 3, rgb.tobytes()))
    received = receiver.receive()
    assert (received.index, received.time_s) == (7, 0.25)
    assert np.array_equal(received.rgb, rgb)


@pytest.mark.parametrize(
    "data",
    [
        frame(0, 0.0, 101, 1, bytes(303)),
        frame(0, 0.0, 0, 5, b""),
        frame(0, 0.0, 2, 2, bytes(11)),
        header(b"J", 1 << 30),
        header(b"J", 4) + b"{}[]",
        header(b"J", 2) + b"[]",
        header(b"J", 2) + b"{}",
        header(b"P", 4) + b"\x80\x04N.",
    ],
)
def test_nonsense_ends_the_conversation(pipe, data):
    receiver, write = pipe
    os.write(write, data)
    with pytest.raises(Ended):
        receiver.receive()


def test_silence_in_the_middle_of_a_message_is_a_hang(pipe):
    receiver, write = pipe
    os.write(write, frame(0, 0.0, 2, 2, bytes(12))[:-1])
    start = time.monotonic()
    with pytest.raises(Hung):
        receiver.receive()
    assert 0.15 < time.monotonic() - start < 2


def test_closed_pipe_is_an_end():
    read, write = os.pipe()
    os.close(write)
    with pytest.raises(Ended):
        Receiver(read, stall_s=5, max_side=100).receive()
    os.close(read)
