"""Packages of unusual form: they are opened where the format allows, and what did not change stays byte for byte."""

import io
import zipfile

import pytest

from integrations.documents import read_document, resolve_revisions
from tests.integrations.documents.build import (
    accepted,
    archive,
    changed,
    document,
    edit,
    files_of,
    p,
    run,
    texts,
)

STRICT = (
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def with_files(data: bytes, **changes: bytes) -> bytes:
    """Return the package with parts replaced or added; `__` stands for / and `_dot_` for a dot."""
    names = {key.replace("__", "/").replace("_dot_", "."): value for key, value in changes.items()}
    return archive({**files_of(data), **names})


def test_p1_strict_documents_are_read_and_written_as_strict() -> None:
    files = files_of(document(p(run("one two")), p(run("x"))))
    for old, new in STRICT:
        files = {name: content.replace(old.encode(), new.encode()) for name, content in files.items()}
    data = archive(files)
    result = edit(data, "one", text="one 2", comment="why")
    assert result.data is not None
    assert texts(result.data)[:2] == ["one 2", "x"]
    for name, content in files_of(result.data).items():
        assert b"schemas.openxmlformats.org/wordprocessingml" not in content, name
        assert b"officeDocument/2006/relationships/comments" not in content, name
    assert texts(resolve_revisions(result.data, accept=False))[:2] == ["one two", "x"]


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_p2_templates_and_macro_documents(kind: str) -> None:
    data = document(p(run("one two")), main_type=kind)
    out = changed(data, edit(data, "one", text="one 2"))
    assert kind.encode() in files_of(out)["[Content_Types].xml"]
    assert ("macros" in " ".join(read_document(data).warnings)) == ("macroEnabled" in kind)


@pytest.mark.parametrize("name", ["word/document2.xml", "document.xml", "a b/main.xml", "WORD/Document.XML"])
def test_p3_main_part_of_another_name(name: str) -> None:
    data = document(p(run("one two")), main_name=name)
    out = changed(data, edit(data, "one", text="one 2", comment="hm"), name)
    assert texts(out)[0] == "one 2"
    assert [comment.text for comment in read_document(out).comments] == ["hm"]


def test_p5_no_styles_and_no_settings() -> None:
    data = document(p(run("one two")), settings="", styles="")
    out = changed(data, edit(data, "one", text="one 2", comment="hm"))
    assert "word/settings.xml" not in files_of(out)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_p8_byte_order_marks_and_utf_16(encoding: str) -> None:
    data = document(p(run("one tw\u00f6")))
    text = files_of(data)["word/document.xml"].decode()
    declared = f'<?xml version="1.0" encoding="{"UTF-16" if encoding == "utf-16" else "UTF-8"}"?>{text}'
    data = with_files(data, word__document_dot_xml=declared.encode(encoding))
    result = edit(data, "one", text="one 2")
    assert result.data is not None
    assert texts(result.data) == ["one 2"]


def test_p10_untouched_parts_stay_byte_for_byte() -> None:
    picture = bytes(range(256)) * 40
    data = with_files(document(p(run("one two")), p(run("x"))), word__media__image1_dot_png=picture)
    out = changed(data, edit(data, "one", text="one 2"))
    before, after = files_of(data), files_of(out)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml", "word/settings.xml"}
    with zipfile.ZipFile(io.BytesIO(out)) as package:
        assert package.getinfo("word/media/image1.png").compress_type == zipfile.ZIP_DEFLATED


def test_p10_stored_entries_and_odd_order_survive() -> None:
    out = io.BytesIO()
    files = files_of(document(p(run("one two"))))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name in reversed(list(files)):
            package.writestr(name, files[name])
        package.writestr("word/\u00fcber.bin", b"x" * 100)
    data = out.getvalue()
    result = edit(data, "one", text="one 2")
    assert result.data is not None
    assert files_of(result.data)["word/\u00fcber.bin"] == b"x" * 100


def test_pretty_printed_parts_are_edited() -> None:
    xml = files_of(document(p(run("one "), run("two", "<w:b/>")), p(run("three"))))["word/document.xml"].decode()
    pretty = xml.replace("><", ">\n  <").replace('preserve">\n  <', 'preserve"><')
    data = with_files(document(), word__document_dot_xml=pretty.encode())
    out = changed(data, edit(data, "one", text="1 two more"))
    assert texts(out) == ["1 two more", "three"]
    out = changed(data, edit(data, "three", op="delete"))
    assert texts(accepted(out)) == ["one two"]
