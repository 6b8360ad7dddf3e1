"""A mail that somebody has open in a mail program, as its add-in tells it, and its thread as a conversation: pure.

An add-in is told the body and the heads that the program shows, and the attached files one by one; no raw mail.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from core.drafts import Value
from core.text.charsets import clean_text
from core.text.html_text import visible_text
from integrations.mail.message.addresses import Address, parse_sender
from integrations.mail.message.bodies import Attachment
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import message_ids
from integrations.mail.message.quotes import header_values, quoted_mails, split_text

_MAX_WHO_CHARS = 120
# An add-in sends so much of files, all together.
MAX_SENT_BYTES = 5 * 2**20
_TOO_LARGE = f"up to {MAX_SENT_BYTES // 2**20} MB are read here."
_NOT_GIVEN = "Outlook did not give it."


class AttachedFile(Value):
    """A file that came with the mail: its bytes in base64, "" where the add-in did not get or send them."""

    name: str
    content: str = ""
    size_bytes: int = 0


class OpenMail(Value):
    """What the add-in tells. Everything but `owner`, who is at the program, was written by others.

    `html` is the body where the program gives it, else `text` is; `sent_on` is a day (2026-11-26), "" for unknown.
    """

    message_id: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Address = Address()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    sent_on: str = ""
    owner: Address = Address()
    html: str = ""
    text: str = ""
    attachments: tuple[AttachedFile, ...] = ()

    def without_contents(self) -> "OpenMail":
        """Return it with the names of its files alone."""
        named = tuple(file.model_copy(update={"content": ""}) for file in self.attachments)
        return self.model_copy(update={"attachments": named})


class ThreadMail(NamedTuple):
    """One mail of a thread: who wrote it and when, in words, and its text."""

    who: str
    text: str


def as_message(mail: OpenMail) -> MailMessage:
    """Return it as a mail that was read."""
    return MailMessage(
        message_id=next(iter(message_ids(mail.message_id)), ""),
        references=tuple(message_id for given in mail.references for message_id in message_ids(given)),
        subject=mail.subject,
        sender=mail.sender,
        to=mail.to,
        cc=mail.cc,
        date=datetime.fromisoformat(mail.sent_on) if mail.sent_on else None,
        content_type="text/html" if mail.html else "text/plain",
        has_html=bool(mail.html),
        text=visible_text(mail.html).text if mail.html else clean_text(mail.text),
        attachments=tuple(
            Attachment(name=attachment.name, type="", size_bytes=attachment.size_bytes)
            for attachment in mail.attachments
        ),
    )


def files_of(mail: OpenMail) -> Iterator[tuple[str, bytes | str]]:
    """Yield each file by its name: its bytes, or why they are not there."""
    for file in mail.attachments:
        if not file.content:
            yield file.name, _TOO_LARGE if file.size_bytes > MAX_SENT_BYTES else _NOT_GIVEN
            continue
        try:
            yield file.name, base64.b64decode(file.content, validate=True)
        except ValueError:  # binascii.Error is one, and of what is not ASCII it is no other
            yield file.name, "Outlook did not give all of it."


def conversation(mail: OpenMail) -> list[ThreadMail]:
    """Return the mails of a thread, the newest last; empty when it has no text."""
    message = as_message(mail)
    parts = split_text(message.text)
    earlier = [ThreadMail(_who(announced), text) for announced, text in reversed(quoted_mails(parts.quoted)) if text]
    if not earlier and parts.quoted.strip():
        earlier = [ThreadMail("", parts.quoted.strip())]
    newest = ThreadMail(
        _named(str(message.sender.name or message.sender.address), mail.sent_on), parts.new_text.strip()
    )
    return [turn for turn in (*earlier, newest) if turn.text]


def _who(announced: str) -> str:
    """Return who wrote a quoted mail and when, by the lines that announce it."""
    lines = announced.split("\n")
    values = header_values(lines)
    if "from" in values:
        return _named(parse_sender(values["from"]).name or values["from"], values.get("date", ""))
    return " ".join(" ".join(lines).split())[:_MAX_WHO_CHARS].rstrip(" :")


def _named(name: str, day: str) -> str:
    return ", ".join(part for part in (" ".join(name.split()), " ".join(day.split())) if part)[:_MAX_WHO_CHARS]
