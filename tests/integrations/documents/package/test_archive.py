"""Hostile and unreadable files: refused in clear words before anything is parsed, fetched or run."""

import io
import struct
import zipfile
import zlib

import pytest

from tests.integrations.documents.build import (
    CONTENT,
    archive,
    document,
    files_of,
    p,
    run,
)
from tests.integrations.documents.package.hostile import bomb, refused, replaced


def test_x3_zip_bomb_beyond_all_sizes() -> None:
    assert "would unpack to" in refused(bomb("customXml/item1.xml", 320_000_000))


def test_x3_repetition_beyond_reason() -> None:
    assert "would unpack to" in refused(bomb("word/media/image1.png", 60_000_000))


def test_x3_entry_that_declares_less_than_it_holds() -> None:
    assert "more than it declares" in refused(bomb("word/media/image1.png", 60_000_000, declared_bytes=1000))


def test_x3_many_entries() -> None:
    files = {f"word/media/{number}.png": b"" for number in range(5_100)}
    assert "entries" in refused(archive({**files_of(document(p())), **files}))


def test_x4_depth() -> None:
    deep = b"<a>" * 5_000 + b"</a>" * 5_000
    assert "not well-formed" in refused(replaced("word/document.xml", deep))
    nested = "<w:sdt><w:sdtContent>" * 100 + p(run("x")) + "</w:sdtContent></w:sdt>" * 100
    assert "too deeply" in refused(document(nested))


@pytest.mark.parametrize("name", ["/word/x.xml", "../x.xml", "word/../../x.xml", "C:/x.xml", "word\\x.xml"])
def test_x5_unsafe_entry_names(name: str) -> None:
    assert "unsafe name" in refused(archive({**files_of(document(p())), name: b"<a/>"}))


def test_x5_duplicate_entry_names() -> None:
    assert "two entries" in refused(archive({**files_of(document(p())), "Word/Document.xml": b"<a/>"}))


def test_x6_other_office_programs_are_named() -> None:
    for kind, words in (("spreadsheetml.sheet", "Excel"), ("presentationml.presentation", "PowerPoint")):
        main = f"{CONTENT.replace('wordprocessingml', kind)}.main+xml"
        assert words in refused(document(p(), main_type=main))


def test_x6_damaged_files() -> None:
    data = document(p(run("one two three " * 50)))
    assert "damaged" in refused(data[:-30])
    at = data.index(b"word/document.xml") + 60
    assert "damaged" in refused(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
    assert "no main document part" in refused(archive({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<R/>"}))
    assert "not well-formed" in refused(replaced("word/document.xml", b"<w:document>"))
    assert "another kind" in refused(replaced("word/document.xml", b"<html/>"))


def test_x6_zip_password_and_foreign_compression() -> None:
    data = bytearray(document(p(run("one"))))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert "zip password" in refused(bytes(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as package:
        for name, content in files_of(document(p())).items():
            package.writestr(name, content)
    assert "does not use" in refused(out.getvalue())


def test_checksums_are_checked() -> None:
    data = document(p(run("one")))
    checksum = struct.pack("<L", zlib.crc32(files_of(data)["word/document.xml"]))
    assert "checksum" in refused(data.replace(checksum, b"\0\0\0\0"))
