"""Mail is read from Graph as MIME or from its JSON, and folders page by page."""

from integrations.mail.graph.reading import mime_from_json
from integrations.mail.message.message import parse_message
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import newsletter, question


def test_many_mails_come_over_several_pages(connected: Office) -> None:
    for number in range(1, 61):
        connected.box.receive(newsletter(ADDRESS).replace(b"question90", b"news%d" % number))
    judged, visits = connected.sync(), 2
    while more := connected.sync():  # a visit ends after a while, and the next one goes on
        judged, visits = [*judged, *more], visits + 1
    assert len({record.message_id for record in judged}) == len(judged) == 60
    assert len(connected.fake.ledger.find("GET */delta")) > visits


def test_a_forgotten_position_begins_again_and_nothing_is_judged_twice(connected: Office) -> None:
    connected.box.receive(question(ADDRESS, number=1))
    connected.sync()
    connected.box.receive(question(ADDRESS, number=2))
    connected.fake.rounds.forget()
    assert [record.message_id for record in connected.sync()] == ["<question2@example.com>"]
    assert [one.status for one in connected.fake.ledger.find("GET */delta")].count(410) == 1
    assert connected.sync() == []


def test_mail_whose_mime_is_refused_is_read_from_its_json(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    source.refuses_mime = True
    (judged,) = connected.sync()
    assert judged.decision["needs_reply"]
    assert judged.sender == "Ann Lee <ann.lee@example.com>"
    assert connected.run(judged.job).state == "delivered"


def test_mail_that_is_too_large_is_noted_and_not_read(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    source.mime += b"x" * (31 * 2**20)
    (judged,) = connected.sync()
    assert judged.decision["rule"] == "too_large"
    assert "30 MB" in judged.decision["reason"]


def test_json_becomes_mime_that_no_value_can_break_out_of() -> None:
    found = {
        "internetMessageHeaders": [
            {"name": "From", "value": "Ann <ann@example.com>\r\nBcc: x@example.com"},
            {"name": "Content-Type", "value": "multipart/mixed; boundary=x"},
            {"name": "Subject", "value": "Grüße\n\nbody"},
        ],
        "body": {"contentType": "html", "content": "<p>Can you come?</p>"},
    }
    message = parse_message(mime_from_json(found))
    assert message.subject == "Grüße body"
    assert message.header("bcc") == ""
    assert message.text.strip() == "Can you come?"


def test_json_without_headers_says_who_wrote() -> None:
    found = {
        "from": {"emailAddress": {"name": "Ann Lee", "address": "ann@example.com"}},
        "toRecipients": [{"emailAddress": {"address": ADDRESS}}],
        "subject": "Lunch",
        "internetMessageId": "<a@example.com>",
        "body": {"contentType": "text", "content": "When?"},
    }
    message = parse_message(mime_from_json(found))
    assert (message.sender.name, message.to[0].address, message.message_id) == ("Ann Lee", ADDRESS, "<a@example.com>")
