"""Any bytes that claim to be a mail are read, or refused with a fix."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import MessageError
from integrations.mail.message.message import MAX_MESSAGE_BYTES, parse_message
from tests.integrations.mail.samples import CORPUS, mail


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \r\n\r\n ", "empty"),
        (b"From: a@example.com\n\n" + b"x" * MAX_MESSAGE_BYTES, "30 MB"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"PK\x03\x04 word", "ZIP archive"),
        (b"\xd0\xcf\x11\xe0 outlook", r"\.msg"),
        (b"%PDF-1.7", "PDF"),
        (b"Dear Ann, how are you?\nBob", "not a mail"),
        (b'{"from": "ann"}', "not a mail"),
        (b"key: value\n\ntext", "not a mail"),
        (bytes(range(256)) * 10, "not a mail"),
        (b"From: a@example.com\n" + b"X-Pad: y\n" * 200_000 + b"\nx", "header is longer"),
    ],
)
def test_refuses_what_is_no_mail_with_reason_and_fix(data: bytes, said: str) -> None:
    with pytest.raises(MessageError, match=said) as caught:
        parse_message(data)
    assert caught.value.fix


def test_reads_the_fields_that_a_reply_needs() -> None:
    message = parse_message(
        mail(
            "Hello",
            "Message-ID: <2@example.com>",
            "In-Reply-To: <1@example.com>",
            "References: <0@example.com>\n <1@example.com>",
            "Reply-To: Desk <desk@example.com>",
            'Cc: "Lee, Ann Marie" <am@example.com>, Carl (Sales) <carl@example.com>',
            "Date: Tue, 2 Jan 2024 10:15:00 +0000",
        )
    )
    assert message.message_id == "<2@example.com>"
    assert message.in_reply_to == "<1@example.com>"
    assert message.references == ("<0@example.com>", "<1@example.com>")
    assert [str(address) for address in message.reply_to] == ["Desk <desk@example.com>"]
    assert [str(one) for one in message.cc] == ["Lee, Ann Marie <am@example.com>", "Carl (Sales) <carl@example.com>"]
    assert message.date == datetime(2024, 1, 2, 10, 15, tzinfo=UTC)
    assert str(message.sender) == "Ann Lee <ann.lee@example.com>"
    assert message.subject == "Lunch"
    assert message.header("to") == "Bob Ray <bob.ray@example.org>"
    assert not message.warnings


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("< 1@example.com >", "<1@example.com>"),
        ("Message of Tuesday (ann@example.com)", ""),
        ("<1 2@example.com>", ""),
    ],
)
def test_an_answered_mail_is_known_by_its_id_and_not_by_an_address(value: str, found: str) -> None:
    assert parse_message(mail("x", f"In-Reply-To: {value}")).in_reply_to == found


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_reads_the_mails_of_other_projects_test_data(path: Path) -> None:
    message = parse_message(path.read_bytes())
    assert message.sender.address
    assert message.subject
    assert "\r" not in message.text


def test_a_mail_without_any_of_the_usual_fields_is_read() -> None:
    message = parse_message(b"Received: from a by b; Tue, 2 Jan 2024\n\ntext")
    assert (message.message_id, message.sender.address, message.to, message.date) == ("", "", (), None)
    assert message.text == "text"


def test_names_that_exports_keep_in_fields_of_their_own_are_used() -> None:
    data = (
        b"From: jo.hill@example.com\nTo: b@example.com, c@example.com\nX-From: Hill, Jo Ann </CN=JHILL>\n"
        b"X-To: Ray, Bob </CN=B>, Lee, Carl </CN=C>\n\nx"
    )
    message = parse_message(data)
    assert message.sender.name == "Hill, Jo Ann"
    assert [one.name for one in message.to] == ["Ray, Bob", "Lee, Carl"]
