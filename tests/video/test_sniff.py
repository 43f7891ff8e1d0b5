import pytest

from cot_engine.errors import Refusal
from cot_engine.video.sniff import sniff

MOV = "mov,mp4,m4a,3gp,3g2,mj2"


@pytest.mark.parametrize(
    ("head", "kind", "demuxer"),
    [
        (b"\0\0\0\x20ftypisom", "video", MOV),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video", MOV),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0", "video", "matroska,webm"),
        (b"RIFF\0\0\0\0AVI LIST", "video", "avi"),
        (b"\x47" + bytes(187) + b"\x47" + bytes(187) + b"\x47" + bytes(10), "video", "mpegts"),
        (b"\0\0\0\x20ftypavif", "image", ""),
        (b"\xff\xd8\xff\xe0", "image", ""),
        (b"\x89PNG\r\n\x1a\n", "image", ""),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image", ""),
        (b"GIF89a", "image", ""),
    ],
)
def test_content_is_named_by_its_first_bytes(head, kind, demuxer):
    content = sniff(head)
    assert (content.kind, content.format) == (kind, demuxer)


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\nhttp://169.254.169.254/x.ts",
        b"\xef\xbb\xbf  #extm3u\n",
        b"\xff\xfe" + "#EXTM3U".encode("utf-16-le"),
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"file '/etc/passwd'\n",
        b"concat:/etc/passwd|/etc/hosts",
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        b"<?xml version='1.0'?>\n<!-- x --><svg>",
        b"<?xml version='1.0'?><MPD>",
        b"[playlist]\nFile1=http://a",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1",
    ],
)
def test_texts_that_point_elsewhere_are_refused(head):
    with pytest.raises(Refusal) as refusal:
        sniff(head)
    assert refusal.value.code == "refused_reference"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "unreadable_input"),
        (b"Dear all, the meeting is moved.", "not_a_video"),
        (bytes(range(1, 200)), "not_a_video"),
        (b"%PDF-1.7", "not_a_video"),
        (b"PK\x03\x04", "not_a_video"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "not_a_video"),
        (b"RIFF\0\0\0\0WAVEfmt ", "no_video_stream"),
        (b"ID3\x04", "no_video_stream"),
    ],
)
def test_other_content_is_refused_by_what_it_is(head, code):
    with pytest.raises(Refusal) as refusal:
        sniff(head)
    assert refusal.value.code == code
