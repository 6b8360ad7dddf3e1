"""Hostile and unreadable files: refused in clear words before anything is parsed, fetched or run."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

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


ROOT = Path(__file__).parents[4]


DOCTYPE = b"<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "_rels/.rels"])
def test_x1_a_doctype_is_refused_in_any_part(name: str) -> None:
    content = files_of(document(p(run("A B"))))[name]
    assert "DOCTYPE" in refused(replaced(name, DOCTYPE + content))
    assert "DOCTYPE" in refused(replaced(name, b"<?xml version='1.0'?>\n<!-- <w> -->" + DOCTYPE + content))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_x1_a_doctype_in_utf_16_is_refused(encoding: str) -> None:
    content = files_of(document(p(run("A B"))))["word/document.xml"].decode()
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    assert "DOCTYPE" in refused(replaced("word/document.xml", f"{head}{DOCTYPE.decode()}{content}".encode(encoding)))


READ = """
import sys
from core.errors import DocumentError
from integrations.documents import read_document
try:
    read_document(sys.stdin.buffer.read())
except DocumentError as refusal:
    assert "damaged" in refusal.message  # libxml2 gives up at a hundred thousand characters without an element
"""


@pytest.mark.parametrize("item", [b"<?a?>", b"<!---->", b"<!-- a -->\n", b" <?a?> <!--b-->", b"<?a ?><?b <!-- ?>"])
@pytest.mark.parametrize("count", [60, 15_000])
def test_x1_many_instructions_before_the_document_take_no_time(item: bytes, count: int) -> None:
    """In a process of its own, since a pattern that runs away lets nothing else run, not even a time limit."""
    content = files_of(document(p(run("A B"))))["word/document.xml"].partition(b"?>")[2]
    data = replaced("word/document.xml", b"<?xml version='1.0'?>" + item * count + content)
    done = subprocess.run([sys.executable, "-c", READ], input=data, timeout=20, cwd=ROOT, check=False)
    assert done.returncode == 0


def test_x2_entity_bomb() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE w [<!ENTITY a0 "ha">{lines}]><w>&a11;</w>'
    assert "DOCTYPE" in refused(replaced("word/document.xml", bomb.encode()))


def test_x3_more_tags_than_any_document_has() -> None:
    content = files_of(document(p(run("A"))))["word/document.xml"].decode()
    assert "million tags" in refused(
        replaced("word/document.xml", content.replace("<w:body>", "<w:body>" + "<a/>" * 4_100_000).encode())
    )


def ole(*streams: str) -> bytes:
    """Return the beginning of a compound file that names these streams."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + b"".join(name.encode("utf-16-le") for name in streams)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ole("EncryptionInfo", "EncryptedPackage"), "encrypted with a password"),
        (ole("EncryptedPackage", "DRMEncryptedTransform"), "rights management"),
        (ole("WordDocument"), "old Word document"),
        (ole("Workbook"), "old Office file"),
        (b"", "empty"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"<?xml version='1.0'?><w/>", "single XML file"),
        (b"hello", "not a Word document"),
        (b"PK\x03\x04 and nothing more", "zip container"),
        (archive({"a.txt": b"a"}), "not an Office document"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), "not an Office"),
    ],
)
def test_x6_files_of_other_kinds_are_named(data: bytes, words: str) -> None:
    assert words in refused(data)
