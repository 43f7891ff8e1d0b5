"""The time table of streams that no encoder at hand would write."""

from fractions import Fraction
from types import SimpleNamespace

import pytest

from cot_engine.errors import Refusal
from cot_engine.video import Limits
from cot_engine.video.timetable import read_time_table


class Packet(SimpleNamespace):
    def __bytes__(self):
        return self.data


def packet(pts, data=b"\x10", dts=0, discard=False, corrupt=False):
    return Packet(pts=pts, dts=dts, data=data, size=len(data), is_discard=discard, is_corrupt=corrupt)


def table(packets, codec="h264", container="matroska", reordered=False):
    stream = SimpleNamespace(time_base=Fraction(1, 30), codec_context=SimpleNamespace(name=codec, has_b_frames=reordered))
    reader = SimpleNamespace(format=SimpleNamespace(name=container), demux=lambda stream: iter(packets))
    return read_time_table(reader, stream, Limits(), lambda: None)


def test_display_order_whatever_the_order_of_packets():
    found = table([packet(0), packet(3), packet(1), packet(2), packet(None, b"", dts=None)])
    assert (found.pts.tolist(), found.hidden, found.doubt) == ([0, 1, 2, 3], 0, "")


def test_vp8_reference_frames_that_are_never_shown_are_not_frames():
    packets = [packet(0, b"\x10"), packet(1, b"\x00"), packet(2, b"\x11")]
    found = table(packets, codec="vp8")
    assert (found.pts.tolist(), found.hidden) == ([0, 2], 1)
    assert found.doubt
    assert table(packets, codec="h264").pts.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "odd",
    [packet(1), packet(None, dts=None), packet(5, discard=True), packet(5, corrupt=True), packet(5, b"", dts=5)],
)
def test_whatever_upsets_counting_is_a_doubt(odd):
    assert table([packet(0), packet(1), odd]).doubt


def test_reordered_frames_in_avi_are_counted():
    assert table([packet(0), packet(1)], container="avi", reordered=True).counted
    assert not table([packet(0), packet(1)], container="avi").counted


def test_time_beyond_the_limit_is_refused_while_listing():
    with pytest.raises(Refusal) as refusal:
        table([packet(0), packet(30 * 3601)])
    assert refusal.value.code == "too_long"
