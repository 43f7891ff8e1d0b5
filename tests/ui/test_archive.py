import io
import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from cot_engine.errors import Refusal
from cot_engine.ui.archive import ArchiveLimits, unpack

CLIP = b"what a clip holds"


def zipped(path: Path, *entries: tuple[str, bytes], packed: bool = False) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return path


def tarred(path: Path, *entries: tuple[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def linked(path: Path, kind: bytes) -> Path:
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("clip.mp4")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    return path


def linked_zip(path: Path) -> Path:
    info = zipfile.ZipInfo("clip.mp4")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return path


def locked(path: Path) -> Path:
    content = bytearray(zipped(path, ("clip.mp4", CLIP)).read_bytes())
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(start) + offset] |= 1
    path.write_bytes(content)
    return path


def refused(archive: Path, into: Path, limits: ArchiveLimits | None = None) -> Refusal:
    into.mkdir(exist_ok=True)
    with pytest.raises(Refusal) as raised:
        unpack(archive, into, limits)
    return raised.value


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def into(tmp_path):
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_clips_and_tables_come_out_in_their_folders(tmp_path, into, mode):
    entries = (
        ("happiness/a.mp4", CLIP),
        ("labels.csv", b"clip"),
        ("notes.txt", b"x"),
        ("__MACOSX/a.mp4", b"x"),
        ("b/.c.mp4", b"x"),
    )
    archive = tmp_path / "archive"
    zipped(archive, *entries) if mode == "zip" else tarred(archive, *entries, mode=mode)
    unpack(archive, into)
    assert files(into) == ["happiness/a.mp4", "labels.csv"]
    assert (into / "happiness/a.mp4").read_bytes() == CLIP


@pytest.mark.parametrize("name", ["../out.mp4", "a/../../out.mp4", "/out.mp4", "C:/out.mp4", "..\\out.mp4"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_lead_elsewhere_are_refused(tmp_path, into, name, pack):
    refusal = refused(pack(tmp_path / "archive", (name, CLIP)), into)
    assert refusal.code == "refused_archive"
    assert "leads out" in refusal.message
    assert files(tmp_path) == ["archive"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_of_a_tar_are_refused(tmp_path, into, kind):
    assert "not plain files" in refused(linked(tmp_path / "archive", kind), into).message
    assert not list(into.iterdir())


def test_links_of_a_zip_are_refused(tmp_path, into):
    assert "not plain files" in refused(linked_zip(tmp_path / "archive"), into).message


def test_an_encrypted_zip_is_refused(tmp_path, into):
    assert "encrypted" in refused(locked(tmp_path / "archive"), into).message


@pytest.mark.parametrize("name", ["more.zip", "a/more.tar.gz", "more.7z"])
def test_an_archive_within_is_refused(tmp_path, into, name):
    assert "another archive" in refused(zipped(tmp_path / "archive", (name, CLIP)), into).message


@pytest.mark.parametrize("mode", ["zip", "w:gz", "w:bz2", "w:xz"])
def test_a_bomb_is_refused_and_little_of_it_is_written(tmp_path, into, mode):
    content = ("clip.mp4", bytes(30 * 2**20))
    archive = tmp_path / "archive"
    zipped(archive, content, packed=True) if mode == "zip" else tarred(archive, content, mode=mode)
    assert "larger than" in refused(archive, into).message
    assert sum(path.stat().st_size for path in into.rglob("*")) <= 2 * 2**20


def test_what_is_skipped_in_a_tar_counts_as_well(tmp_path, into):
    archive = tarred(tmp_path / "archive", ("notes.txt", bytes(30 * 2**20)), ("clip.mp4", CLIP), mode="w:gz")
    assert "larger than" in refused(archive, into).message


def test_a_header_as_large_as_the_memory_is_not_read(tmp_path, into):
    archive = tarred(tmp_path / "archive", ("a" * 30 * 2**20, CLIP), mode="w:gz")
    assert "larger than" in refused(archive, into).message


def test_a_zip_that_understates_its_sizes_gains_nothing(tmp_path, into):
    content = bytearray(zipped(tmp_path / "archive", ("clip.mp4", bytes(30 * 2**20)), packed=True).read_bytes())
    for start, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(start) + offset
        content[at : at + 4] = (100).to_bytes(4, "little")
    (tmp_path / "archive").write_bytes(content)
    assert refused(tmp_path / "archive", into).code == "refused_archive"
    assert sum(path.stat().st_size for path in into.rglob("*")) <= 2**20


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_too_many_entries_are_refused_whatever_they_are(tmp_path, into, pack):
    archive = pack(tmp_path / "archive", *((f"{n}.txt", b"") for n in range(11)))
    assert "more than 10 entries" in refused(archive, into, ArchiveLimits(entries=10)).message


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_two_entries_of_one_name_are_refused(tmp_path, into, pack):
    with pytest.warns(UserWarning, match="Duplicate") if pack is zipped else pytest.MonkeyPatch.context():
        archive = pack(tmp_path / "archive", ("a.mp4", CLIP), ("a.mp4", b"other"))
    assert "same name" in refused(archive, into).message


def test_a_file_that_is_a_folder_too_is_refused(tmp_path, into):
    archive = tarred(tmp_path / "archive", ("a.mp4", CLIP), ("a.mp4/b.mp4", CLIP))
    assert "at once" in refused(archive, into).message


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8bjunk", b"BZh9junkjunk", b"\xfd7zXZjunk"])
def test_anything_else_is_no_archive(tmp_path, into, content):
    (tmp_path / "archive").write_bytes(content)
    assert refused(tmp_path / "archive", into).code in ("unreadable_input", "refused_archive")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_half_an_archive_is_refused(tmp_path, into, pack):
    archive = pack(tmp_path / "archive", ("a.mp4", CLIP * 400), ("b.mp4", CLIP * 400))
    archive.write_bytes(archive.read_bytes()[:9000])
    assert refused(archive, into).code in ("refused_archive", "unreadable_input")
