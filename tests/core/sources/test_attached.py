"""Files that came with a message: read within ceilings, and what could not be read is said."""

from core.errors import DocumentError
from core.sources.attached import MAX_FILE_BYTES, MAX_FILE_PASSAGES, MAX_FILES, attached_value
from core.sources.model import FileText, Passage
from core.writing.grounded.passages import read_passages


def read(data: bytes, file_name: str) -> FileText:
    """Read a file as text; one that begins with a bell is broken."""
    if data.startswith(b"\a"):
        raise DocumentError("This file is protected with a password.", fix="Save it without.")
    return FileText([Passage(data.decode(), "Costs" if file_name.endswith(".csv") else "")])


def test_files_are_passages_under_their_names() -> None:
    found = read_passages(attached_value([("Offer.txt", b"It costs 12."), ("List.csv", b"A: 3")], read))
    assert [(passage.title, passage.text, passage.kind) for passage in found] == [
        ("Offer.txt", "It costs 12.", "file"), ("List.csv, Costs", "A: 3", "file"),
    ]  # fmt: skip


def test_one_that_cannot_be_read_is_said_and_the_others_are_read() -> None:
    found = read_passages(attached_value([("a.docx", b"\a"), ("b.txt", b"Fine.")], read))
    assert [(passage.title, passage.text) for passage in found] == [
        ("a.docx: This file is protected with a password.", ""), ("b.txt", "Fine."),
    ]  # fmt: skip


def test_what_is_no_document_is_left_out() -> None:
    assert attached_value([("logo.png", b"\x89PNG"), ("setup.exe", b"MZ")], read) == ""


def test_ceilings_hold() -> None:
    many = [(f"{number}.txt", b"Text.") for number in range(MAX_FILES + 2)]
    found = read_passages(attached_value(many, read))
    assert [passage.title for passage in found][-1] == f"further files: up to {MAX_FILES} are read."
    assert len(found) == MAX_FILES + 1
    (large,) = read_passages(attached_value([("large.txt", b"x" * (MAX_FILE_BYTES + 1))], read))
    assert (large.text, large.title) == ("", "large.txt: up to 10 MB are read.")
    long = "\n\n".join(f"Sentence number {number}. " + "word " * 150 for number in range(MAX_FILE_PASSAGES + 50))
    found = read_passages(attached_value([("long.txt", long.encode())], read))
    assert len(found) == MAX_FILE_PASSAGES + 1
    assert found[-1].title == "long.txt: only its beginning was read."
