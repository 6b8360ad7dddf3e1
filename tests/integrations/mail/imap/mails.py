"""Mails of the kinds that arrive in a mailbox."""

from datetime import UTC, datetime
from email.utils import format_datetime


def question(to: str, *fields: str, body: str = "", number: int = 1, date: datetime | None = None) -> bytes:
    """Return a mail from a person who asks something; below its signature each number but 1 stands."""
    head = [
        f"Message-ID: <question{number}@example.com>",
        *fields,
        "From: Ann Lee <ann.lee@example.com>",
        f"To: Bob Ray <{to}>",
        "Subject: Lunch",
        f"Date: {format_datetime(date or datetime.now(UTC))}",
    ]
    text = body or "Hi Bob,\n\ncould you tell me when you are free for lunch on Tuesday?\n\nBest,\nAnn"
    text += f"\n-- \nRoom {number}" if number != 1 else ""
    return ("\n".join(head) + f"\n\n{text}\n").replace("\n", "\r\n").encode()


def follow_up(to: str, number: int = 2) -> bytes:
    """Return a later question in the thread of the first."""
    answers = ("In-Reply-To: <question1@example.com>", "References: <question1@example.com>")
    body = "Hi Bob,\n\nsorry, could you make it Wednesday instead?\n\nBest,\nAnn"
    return question(to, *answers, body=body, number=number)


def answer_of_colleague(owner: str, *, to: str, number: int) -> bytes:
    """Return the answer of somebody of the owner's organisation to the first question, with a copy to the owner."""
    fields = ("In-Reply-To: <question1@example.com>", f"Cc: {owner}")
    text = "Hi Ann,\n\nBob is away; Tuesday at noon is fine.\n\nMia"
    data = question(owner, *fields, body=text, number=number).decode()
    sender = f"mia.brandt@{owner.partition('@')[2]}"
    return (
        data.replace("From: Ann Lee <ann.lee@example.com>", f"From: Mia Brandt <{sender}>")
        .replace(f"To: Bob Ray <{owner}>", f"To: {to}")
        .encode()
    )


def newsletter(to: str) -> bytes:
    """Return a mail that went to many."""
    fields = ("List-Unsubscribe: <mailto:leave@example.net>", "List-Id: <news.example.net>", "Precedence: bulk")
    return question(to, *fields, number=90, body="Would you like to see our new offers?")


def bounce(to: str) -> bytes:
    """Return the report of a mail that could not be delivered."""
    head = "Return-Path: <>\nFrom: MAILER-DAEMON@example.net\nSubject: Undelivered Mail Returned to Sender\n"
    kind = "Message-ID: <bounce@example.net>\nMIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n"
    parts = "--b\n\nCould not be delivered. Can you check the address?\n--b--\n"
    return f"{head}To: {to}\n{kind}\n{parts}".replace("\n", "\r\n").encode()
