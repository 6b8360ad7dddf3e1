"""The ids of paragraphs, and documents that are protected against edits."""

import struct
import zlib

import pytest

from integrations.documents import DocumentEdit, read_document
from tests.integrations.documents.build import (
    RELATIONSHIPS,
    apply,
    archive,
    changed,
    document,
    edit,
    field,
    files_of,
    find,
    p,
    refusal,
    run,
    texts,
)
from tests.integrations.documents.parts import settings


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


def with_files(data: bytes, **changes: bytes) -> bytes:
    """Return the package with parts replaced or added; `__` stands for / and `_dot_` for a dot."""
    names = {key.replace("__", "/").replace("_dot_", "."): value for key, value in changes.items()}
    return archive({**files_of(data), **names})


def test_x7_macros_activex_and_embedded_objects_are_named_and_kept() -> None:
    extra = {"word/vbaProject.bin": b"vba", "word/activeX/activeX1.bin": b"x", "word/embeddings/oleObject1.bin": b"o"}
    data = archive({**files_of(document(p(run("one two")))), **extra})
    warnings = " ".join(read_document(data).warnings)
    for word in ("macros", "ActiveX", "embedded objects"):
        assert word in warnings
    out = edit(data, "one", text="one 2").data
    assert out is not None
    assert {name: files_of(out)[name] for name in extra} == extra


def test_x8_external_targets_are_reported_and_never_fetched() -> None:
    row = '<Relationship Id="rIdX{0}" Type="{1}/{0}" Target="http://127.0.0.1:9/{0}" TargetMode="External"/>'
    kinds = ("attachedTemplate", "image", "frame", "oleObject", "subDocument", "hyperlink")
    data = document(p(run("one two")), relationships="".join(row.format(kind, RELATIONSHIPS) for kind in kinds))
    (warning,) = read_document(data).warnings
    for word in ("a template", "pictures", "frames", "linked objects", "subdocuments"):
        assert word in warning
    assert "Nothing is fetched" in warning
    out = edit(data, "one", text="one 2").data
    assert out is not None
    assert files_of(out)["word/_rels/document.xml.rels"] == files_of(data)["word/_rels/document.xml.rels"]


@pytest.mark.parametrize("name", ["DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE"])
def test_x9_fields_that_load_from_elsewhere_are_named_and_cannot_be_written(name: str) -> None:
    data = document(p(run("one "), field(f"{name} c:\\\\x", run("result"))))
    assert f"{name} fields" in " ".join(read_document(data).warnings)
    assert name in refusal(edit(data, "one", find="result", text="other"))
    data = document(p(run("one")))
    out = edit(data, "one", text=f"{{ {name} c:\\x }}").data
    assert out is not None
    assert b"instrText" not in files_of(out)["word/document.xml"]


def test_x10_pictures_are_never_decoded() -> None:
    """A PNG that says it is 65,000 pixels wide and high would take 17 GB."""
    size = struct.pack(">LL", 65_000, 65_000) + b"\x08\x06\0\0\0"
    header = struct.pack(">L", len(size)) + b"IHDR" + size + struct.pack(">L", zlib.crc32(b"IHDR" + size))
    picture = b"\x89PNG\r\n\x1a\n" + header
    data = archive({**files_of(document(p(run("one two")))), "word/media/image1.png": picture})
    out = edit(data, "one", text="one 2").data
    assert out is not None
    assert files_of(out)["word/media/image1.png"] == picture


def test_sensitivity_labels_are_named() -> None:
    data = archive({**files_of(document(p(run("one")))), "docMetadata/LabelInfo.xml": b"<a/>"})
    assert "sensitivity label" in " ".join(read_document(data).warnings)


def test_p4_dangling_relationships_are_reported_and_kept() -> None:
    row = '<Relationship Id="rIdX" Type="http://x/image" Target="media/none.png"/>'
    row += '<Relationship Id="rIdY" Type="http://x/header" Target="NULL"/>'
    data = document(p(run("one two")), relationships=row)
    assert "2 parts that are missing" in " ".join(read_document(data).warnings)
    assert row.encode() in files_of(changed(data, edit(data, "one", text="one 2")))["word/_rels/document.xml.rels"]


def test_p6_signature_is_said_to_break() -> None:
    data = with_files(document(p(run("one two"))), _xmlsignatures__sig1_dot_xml=b"<Signature/>")
    assert "signature invalid" in " ".join(read_document(data).warnings)
    assert "signature invalid" in " ".join(edit(data, "one", text="one 2").warnings)
