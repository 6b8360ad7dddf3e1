"""A mail that was saved as a file is as old as it says, and no younger than today."""

import time
from email.utils import formatdate

import pytest

from core.sources.mail_date import HEAD_BYTES, is_mail, sent_at

JANUARY = 1_768_296_600.0


def mail(date: str, before: str = "") -> bytes:
    return f"{before}From: ann@example.com\r\nDate: {date}\r\nSubject: Leave\r\n\r\n28 days.\r\n".encode()


@pytest.mark.parametrize(
    "date",
    [
        "Tue, 13 Jan 2026 10:30:00 +0100",
        "13 Jan 2026 09:30:00 GMT",
        "Tue, 13 Jan 2026 09:30:00 -0000",
        "Tue, 13 Jan 2026\r\n 10:30:00 +0100 (CET)",
    ],
)
def test_a_mail_was_sent_when_it_says(date: str) -> None:
    assert sent_at(mail(date)) == JANUARY


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Foo 2026 10:30:00 +0100", "Fri, 1 Jan 1960 00:00:00 +0000"])
def test_what_is_no_date_says_nothing(date: str) -> None:
    assert sent_at(mail(date)) == 0.0


def test_a_day_to_come_is_not_believed() -> None:
    assert sent_at(mail(formatdate(time.time() + 400 * 86_400))) == 0.0
    assert sent_at(mail(formatdate(time.time() + 3_600))) > time.time()


def test_the_date_is_one_of_the_mail_and_not_of_what_it_quotes() -> None:
    assert sent_at(b"From: ann@example.com\r\n\r\nDate: Tue, 13 Jan 2026 10:30:00 +0100\r\n") == 0.0


def test_it_is_found_behind_the_marks_of_a_long_way() -> None:
    received = "Received: from a.example by b.example; Wed, 14 Jan 2026 10:30:00 +0100\r\n" * 300
    assert sent_at(mail("Tue, 13 Jan 2026 10:30:00 +0100", received)[:HEAD_BYTES]) == JANUARY


def test_a_mail_is_known_by_its_name() -> None:
    assert [is_mail(name) for name in ("a.eml", "A.EML", "a.mbox", "eml", "a.eml.txt")] == [True, True] + [False] * 3
