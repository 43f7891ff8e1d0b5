import os
import time

import pytest

from cot_engine.errors import Refusal
from cot_engine.video.source import open_source

JPEG = b"\xff\xd8\xff\xe0"


def code_of(path):
    with pytest.raises(Refusal) as refusal:
        open_source(path)
    return refusal.value.code


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/a.mp4",
        "https://example.org/a.mp4",
        "rtsp://camera/1",
        "ftp://a/b",
        "file:///etc/passwd",
        "concat:/etc/passwd|/etc/hosts",
        "subfile,,start,0,end,10,,:/etc/passwd",
        "data:video/mp4;base64,AAAA",
        "//server/share/a.mp4",
        r"\\server\share\a.mp4",
    ],
)
def test_addresses_are_refused_without_being_opened(address):
    expected = "unreadable_input" if address.startswith("subfile,") else "refused_reference"
    assert code_of(address) == expected


@pytest.mark.parametrize("name", ["missing.mp4", "", "a\0b.mp4", "x" * 5000, "no/such/folder/a.mp4"])
def test_what_is_not_there_is_unreadable(name, tmp_path):
    assert code_of(f"{tmp_path}/{name}" if name else name) == "unreadable_input"


def test_empty_file_is_unreadable(tmp_path):
    (tmp_path / "a.mp4").touch()
    assert code_of(tmp_path / "a.mp4") == "unreadable_input"


def test_folder_without_pictures_is_unreadable(tmp_path):
    (tmp_path / "readme.txt").write_text("nothing to see")
    assert code_of(tmp_path) == "unreadable_input"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_read_permission_is_unreadable(tmp_path):
    (tmp_path / "a.jpg").write_bytes(JPEG)
    (tmp_path / "a.jpg").chmod(0)
    assert code_of(tmp_path / "a.jpg") == "unreadable_input"


def test_named_pipe_is_unreadable_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.mp4")
    start = time.monotonic()
    assert code_of(tmp_path / "a.mp4") == "unreadable_input"
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("name", ["-i", "a\nb.mp4", "concat:x|y.mp4", "http:x", "%d.jpg", "\u202egpj.exe", "é" * 120])
def test_odd_name_of_an_existing_file_is_opaque(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(JPEG)
    source = open_source(name)
    source.close()
    assert (source.kind, source.path) == ("image", name)


def test_name_says_nothing_about_the_content(tmp_path):
    (tmp_path / "a.mp4").write_bytes(JPEG)
    source = open_source(tmp_path / "a.mp4")
    source.close()
    assert source.kind == "image"


def test_pictures_of_a_folder_come_in_natural_order_and_other_files_are_left_out(tmp_path):
    for name in ("10.jpg", "2.jpg", "1.jpg", ".hidden.jpg"):
        (tmp_path / name).write_bytes(JPEG)
    (tmp_path / "3.jpg").write_text("a text")
    (tmp_path / "4.jpg").mkdir()
    source = open_source(tmp_path)
    assert source.kind == "frames"
    assert [os.path.basename(path) for path in source.pictures] == ["1.jpg", "2.jpg", "10.jpg"]


def test_no_descriptor_is_left_open_after_a_refusal(tmp_path):
    (tmp_path / "a.mp4").write_text("a text")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        code_of(tmp_path / "a.mp4")
    assert len(os.listdir("/proc/self/fd")) == before
