"""Packages of unusual form: they are opened where the format allows, and what did not change stays byte for byte."""

import io
import zipfile
from pathlib import Path

import pytest

from core.errors import DocumentError
from integrations.documents import DocumentEdit, read_document, resolve_revisions
from tests.integrations.documents.build import (
    CORPUS_FILES,
    SETTINGS,
    accepted,
    apply,
    archive,
    body_of,
    changed,
    document,
    edit,
    files_of,
    find,
    p,
    refusal,
    run,
    texts,
)
from tests.integrations.documents.parts import settings

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
    assert [one.text for one in read_document(out).comments] == ["hm"]


def test_p4_dangling_relationships_are_reported_and_kept() -> None:
    row = '<Relationship Id="rIdX" Type="http://x/image" Target="media/none.png"/>'
    row += '<Relationship Id="rIdY" Type="http://x/header" Target="NULL"/>'
    data = document(p(run("one two")), relationships=row)
    assert "2 parts that are missing" in " ".join(read_document(data).warnings)
    assert row.encode() in files_of(changed(data, edit(data, "one", text="one 2")))["word/_rels/document.xml.rels"]


def test_p5_no_styles_and_no_settings() -> None:
    data = document(p(run("one two")), settings="", styles="")
    out = changed(data, edit(data, "one", text="one 2", comment="hm"))
    assert "word/settings.xml" not in files_of(out)


def test_p6_signature_is_said_to_break() -> None:
    data = with_files(document(p(run("one two"))), _xmlsignatures__sig1_dot_xml=b"<Signature/>")
    assert "signature invalid" in " ".join(read_document(data).warnings)
    assert "signature invalid" in " ".join(edit(data, "one", text="one 2").warnings)


@pytest.mark.parametrize(
    ("kind", "word"), [("readOnly", "read-only"), ("forms", "form fields"), ("comments", "comments")]
)
def test_p7_protected_documents_are_not_edited(kind: str, word: str) -> None:
    protection = f'<w:documentProtection w:edit="{kind}" w:enforcement="1"/>'
    data = document(p(run("one two")), settings=settings(protection))
    assert word in " ".join(read_document(data).warnings)
    assert word in refusal(edit(data, "one", text="one 2"))
    comment = edit(data, "one", op="comment", comment="hm")
    assert comment.results[0].status == ("applied" if kind == "comments" else "refused")


def test_p7_protection_that_only_tracks_or_is_off_allows_edits() -> None:
    for protection in ('w:edit="trackedChanges" w:enforcement="1"', 'w:edit="readOnly" w:enforcement="0"'):
        data = document(p(run("one two")), settings=settings(f"<w:documentProtection {protection}/>"))
        changed(data, edit(data, "one", text="one 2"))


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


def test_changes_are_recorded_from_now_on() -> None:
    inner = '<w:zoom w:percent="100"/><w:trackRevisions w:val="0"/><w:defaultTabStop w:val="720"/>'
    for content in (SETTINGS, settings(inner), settings("")):
        data = document(p(run("one two")), settings=content)
        out = changed(data, edit(data, "one", text="one 2"))
        xml = body_of(out, "word/settings.xml")
        assert xml.count("<w:trackRevisions/>") == 1
        if "zoom" in content:
            assert xml.index("zoom") < xml.index("trackRevisions") < xml.index("defaultTabStop")


def test_pretty_printed_parts_are_edited() -> None:
    xml = files_of(document(p(run("one "), run("two", "<w:b/>")), p(run("three"))))["word/document.xml"].decode()
    pretty = xml.replace("><", ">\n  <").replace('preserve">\n  <', 'preserve"><')
    data = with_files(document(), word__document_dot_xml=pretty.encode())
    out = changed(data, edit(data, "one", text="1 two more"))
    assert texts(out) == ["1 two more", "three"]
    out = changed(data, edit(data, "three", op="delete"))
    assert texts(accepted(out)) == ["one two"]


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.stem)
def test_every_corpus_file_is_read_and_resolved(path: Path) -> None:
    data = path.read_bytes()
    for accept in (True, False):
        expected = read_document(data, view="current" if accept else "original").paragraphs
        resolved = resolve_revisions(data, accept=accept)
        assert texts(resolved) == [one.text for one in expected]
        assert read_document(resolved).revisions == ()


@pytest.mark.parametrize("name", ["oxpt__RP002-Deleted-Text", "oxpt__RP006-Inserted-Paragraph-Mark"])
def test_resolving_gives_what_word_itself_gave(name: str) -> None:
    folder = CORPUS_FILES[0].parent
    tracked = (folder / f"{name}.docx").read_bytes()
    for ending, accept in (("Accepted", True), ("Rejected", False)):
        gold = (folder / f"{name}-{ending}.docx").read_bytes()
        assert texts(resolve_revisions(tracked, accept=accept)) == texts(gold)


def test_nothing_to_resolve_gives_the_same_bytes() -> None:
    data = document(p(run("one")))
    assert resolve_revisions(data, accept=True) is data
    with pytest.raises(DocumentError, match="no tracked change with the id 99"):
        resolve_revisions(data, accept=True, ids=["99"])


def test_ids_outlive_edits_elsewhere() -> None:
    data = document(p(run("one")), p(run("two")), p(run("same")), p(run("same")))
    two = find(data, "two")
    out = apply(data, DocumentEdit(id=find(data, "one").id, op="insert_before", text="zero")).data
    assert out is not None
    assert find(out, "two").id == two.id
    again = apply(out, DocumentEdit(id=two.id, hash=two.hash, text="2")).data
    assert again is not None
    assert texts(again)[:3] == ["zero", "one", "2"]


def test_paragraphs_of_equal_text_have_ids_of_their_own() -> None:
    data = document(p(run("same")), p(run("x")), p(run("same")))
    first, _, last = read_document(data).paragraphs
    assert first.id != last.id
    out = changed(data, apply(data, DocumentEdit(id=last.id, text="other")))
    assert texts(out) == ["same", "x", "other"]


def test_structure_of_a_document() -> None:
    heading = p(run("Title"), properties='<w:pStyle w:val="Heading1"/>')
    data = document(heading, p(run("text")), p(run("i"), properties='<w:pStyle w:val="ListBullet"/>'))
    rows = read_document(data).paragraphs
    assert [(one.style, one.heading_level, one.list_level) for one in rows] == [
        ("Heading 1", 1, None),
        ("Normal", None, None),
        ("List Bullet", None, 1),
    ]
