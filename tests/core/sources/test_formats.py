"""A file's format by its first bytes and its suffix, and what is refused unread."""

import pytest

from core.errors import DocumentError
from core.sources.formats import MAX_FILE_BYTES, belied, check_size, format_of, is_document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("data", "file_name", "found"),
    [
        (b"26 days", "a.txt", "text"),
        (b"26 days", "README", "text"),
        (b"# Leave", "A.MD", "markdown"),
        (b"a;b", "c:\\files\\a.csv", "csv"),
        (b"%PDF-1.7\n...", "a.txt", "pdf"),
        (b"garbage first\n%PDF-1.7\n...", "a", "pdf"),
        (b"PK\x03\x04...word/document.xml", "a.pdf", "docx"),
        (b"PK\x03\x04...xl/workbook.xml", "a.docx", "xlsx"),
        (b"PK\x03\x04...ppt/presentation.xml", "a", "pptx"),
        (OLE + "__substg1.0_0037001F".encode("utf-16-le"), "mail", "msg"),
        (b"  <!DOCTYPE html><p>x", "page", "html"),
        (b"<p>x", "page.htm", "html"),
        ("\ufeff26 days".encode("utf-16-le"), "a.txt", "text"),
        (b"From ann@example.com Mon Jan  1", "a.mbox", "mbox"),
    ],
)
def test_the_bytes_tell_the_format_and_the_suffix_where_they_do_not(data: bytes, file_name: str, found: str) -> None:
    assert format_of(data, file_name) == found


@pytest.mark.parametrize(
    ("data", "file_name", "problem"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n\t", "a.pdf", "empty"),
        (b"PK\x03\x04...a.zip", "a.docx", "archive"),
        (b"PK\x03\x04\n\0\0\0mimetypeapplication/vnd.oasis.opendocument.text", "a.odt", "OpenDocument"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "before 2007"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
        (OLE, "thumbs", "not read"),
        (b"{\\rtf1 x}", "a.txt", "Rich Text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.png", "not read"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.txt", "no .txt file"),
        (b"x", "a.doc", r"Files of the kind \.doc"),
        (OLE, "a.ppt", r"Files of the kind \.ppt"),
        (b"PK\x03\x04...Index/Document.iwa", "a.pages", r"Files of the kind \.pages"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, file_name: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem) as refusal:
        format_of(data, file_name)
    assert refusal.value.fix


def test_a_file_beyond_the_ceiling_is_refused_by_its_size_alone() -> None:
    check_size(MAX_FILE_BYTES)
    with pytest.raises(DocumentError, match="100 MB can be read"):
        check_size(MAX_FILE_BYTES + 1)


def test_documents_are_known_by_their_names() -> None:
    assert [name for name in ("a.TXT", "b.doc", "c.png", "d", "e.tar.gz", "f.Pdf") if is_document(name)] == [
        "a.TXT",
        "b.doc",
        "f.Pdf",
    ]


def test_a_picture_is_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentError, match="text in pictures is not read") as refused:
        format_of(b"\x89PNG\r\n\x1a\n\0\0", "whiteboard.PNG")
    assert "OCR" in refused.value.fix
    assert not is_document("whiteboard.PNG")


@pytest.mark.parametrize(
    ("data", "file_name", "says"),
    [
        (b"Only words.", "offer.pdf", "This is a text, and no .pdf file; it is read as it stands."),
        (b"<html>Words.</html>", "offer.docx", "This is a text, and no .docx file; it is read as it stands."),
        (b"Only words.", "offer.txt", ""),
        (b"Only words.", "README", ""),
        (b"%PDF-1.7", "offer.pdf", ""),
    ],
)
def test_a_file_that_is_none_of_its_name_is_said_to_be_a_text(data: bytes, file_name: str, says: str) -> None:
    assert belied(format_of(data, file_name), file_name) == says
