"""The documents that a mail carries, with their bytes."""

from email.message import EmailMessage

from core.sources.attached import MAX_FILES
from integrations.mail.message.attachments import attached_document, attached_files, documents_of
from integrations.mail.message.message import parse_message


def mail(*files: tuple[str, bytes]) -> bytes:
    """Return a mail with these files."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.com", "bob@example.org", "Offer"
    message.set_content("Here is the offer.")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_documents_are_returned_and_pictures_programs_and_the_text_are_not() -> None:
    data = mail(("Offer.txt", b"It costs 12."), ("logo.png", b"\x89PNG"), ("../../Liste.csv", b"a;b"), ("x.exe", b"MZ"))
    assert attached_files(data) == [("Offer.txt", b"It costs 12."), ("Liste.csv", b"a;b")]


def test_files_of_a_forwarded_mail_are_found_and_the_mail_itself_is_none() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "ann@example.com", "Fwd"
    outer.set_content("See below.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "cy@example.com", "Offer"
    inner.set_content("Offer.")
    inner.add_attachment(b"It costs 12.", maintype="text", subtype="plain", filename="Offer.txt")
    outer.add_attachment(inner)
    assert [name for name, _ in attached_files(outer.as_bytes())] == ["Offer.txt"]


def test_each_document_is_returned_by_its_place_among_those_that_are_named() -> None:
    data = mail(("a.txt", b"first"), ("logo.png", b"\x89PNG"), ("a.txt", b"second"), ("b.csv", b"x;y"))
    names = documents_of(parse_message(data))
    assert names == ["a.txt", "a.txt", "b.csv"]
    found = [attached_document(data, number) for number in range(4)]
    assert found == [("a.txt", b"first"), ("a.txt", b"second"), ("b.csv", b"x;y"), None]
    assert len(documents_of(parse_message(mail(*((f"{number}.txt", b"x") for number in range(20)))))) == MAX_FILES


def test_more_than_are_read_are_cut_short() -> None:
    assert len(attached_files(mail(*((f"{number}.txt", b"x") for number in range(20))))) == MAX_FILES + 1
    assert attached_files(mail()) == []
