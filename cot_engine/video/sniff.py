"""What a file is, decided from its first bytes; its name is never looked at."""

from dataclasses import dataclass
from typing import Literal

from cot_engine.errors import Refusal

HEAD_BYTES = 4096

_MOV_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"uuid", b"sidx", b"moof")
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")
_SOUNDS = (b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"#!AMR")
# Texts that make a player open other files or addresses. Compared in lower case after leading white space.
_REFERENCES = (
    *(b"#extm3u", b"ffconcat version", b"file ", b"file:", b"concat:", b"subfile", b"[playlist]", b"[reference]"),
    *(b"rtsptext", b"smtext", b"http://", b"https://", b"<asx", b"<smil", b"<mpd", b"<svg", b"v=0"),
)


@dataclass(frozen=True)
class Content:
    """``video`` with the name of the only demuxer allowed to read it, or ``image`` with an empty format."""

    kind: Literal["video", "image"]
    format: str = ""


def sniff(head: bytes) -> Content:
    """Name the content of a file.

    Args:
        head: the first ``HEAD_BYTES`` bytes, or fewer if the file is shorter.

    Raises:
        Refusal: ``unreadable_input`` (empty), ``refused_reference`` (playlists and the like), ``no_video_stream`` (sound),
            ``not_a_video`` (anything else).
    """
    if not head:
        raise Refusal("unreadable_input", "The file is empty.", "Check that it was copied or recorded completely.")
    found = _binary(head)
    if found is not None:
        return found
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    # A byte order mark of UTF-16 must not hide a playlist: drop the zero bytes and look again.
    plain = text.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\x00", b"").lstrip()
    if plain.startswith(_REFERENCES) or (
        plain.startswith(b"<") and (b"<svg" in plain or b"<mpd" in plain or b"<smil" in plain)
    ):
        raise Refusal(
            "refused_reference",
            "The file is a playlist or drawing that points to other files; nothing it names was opened.",
            "Give the video file itself.",
        )
    if head.startswith(_SOUNDS) or (head[:4] == b"RIFF" and head[8:12] == b"WAVE"):
        raise Refusal("no_video_stream", "The file holds sound but no pictures.", "Give a video or a picture.")
    raise Refusal(
        "not_a_video",
        "The content of the file is not a video or picture that can be read.",
        "Give a video (MP4, MOV, MKV, WebM, AVI, TS), a picture (JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF) or a folder of them.",
    )


def _binary(head: bytes) -> Content | None:
    if head[4:8] in _MOV_BOXES:
        if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS:
            return Content("image")
        return Content("video", "mov,mp4,m4a,3gp,3g2,mj2")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Content("video", "matroska,webm")
    if head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"AVIX"):
        return Content("video", "avi")
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return Content("video", "mpegts")
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Content("image")
    return None
