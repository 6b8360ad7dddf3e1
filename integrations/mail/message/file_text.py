"""Mails as knowledge: files of one mail or many, as mail programs save them. Called in a child process."""

import io
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime

from core.errors import MessageError
from core.sources.model import FileText
from core.sources.sections import Sections
from core.text.charsets import decode_bytes
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.message.mime import on_one_line

MAX_MAILS = 10_000
_SEPARATOR = b"\nFrom "
_MAX_NAMED_PEOPLE = 10
# PidTagHtml, [MS-OXPROPS] 2.739.
_HTML = 0x1013


def read_eml(data: bytes) -> FileText:
    """Return a mail.

    Raises:
        MessageError: see `parse_message`.
        DocumentError: it holds no text.
    """
    sections = Sections()
    _add(parse_message(data), sections)
    return sections.file_text()


def read_mbox(data: bytes) -> FileText:
    """Return the mails of a file in the format of Unix mailboxes; what is no mail among them is left out.

    Raises:
        DocumentError: it holds no mail.
    """
    sections = Sections()
    unread = 0
    for number, raw in enumerate(_mails(data), 1):
        if number > MAX_MAILS or sections.is_full:
            sections.remark(f"the mails behind the first {number - 1:,}")
            break
        sections.at(f"mail={number}")
        try:
            _add(parse_message(raw), sections)
        except MessageError:
            unread += 1
    if unread:
        sections.remark("1 mail that cannot be read" if unread == 1 else f"{unread} mails that cannot be read")
    return sections.file_text(without_text="It holds no mail.")


def read_msg(data: bytes) -> FileText:
    """Return a mail that Outlook saved.

    Raises:
        MessageError: it is damaged, or no mail.
        DocumentError: it holds no text.
    """
    return read_eml(_from_outlook(data))


def _mails(data: bytes) -> Iterator[bytes]:
    """Yield the mails of a mailbox: each begins with a line `From `, which text has only as `>From `."""
    data = data.replace(b"\r\n", b"\n")
    start = 0
    while start >= 0:
        end = data.find(_SEPARATOR, start + 1)
        raw = data[start:] if end < 0 else data[start:end]
        yield raw.lstrip(b"\n").partition(b"\n")[2].replace(b"\n>From ", b"\nFrom ")
        start = end


def _add(mail: MailMessage, sections: Sections) -> None:
    sections.heading(1, mail.subject)
    people = {"From": (mail.sender,), "To": mail.to, "Cc": mail.cc}
    head = [f"{name}: {_names(found)}" for name, found in people.items() if any(map(str, found))]
    head += [f"Date: {mail.date:%Y-%m-%d}"] if mail.date else []
    head += [f"Attachments: {', '.join(file.name for file in mail.attachments)}"] if mail.attachments else []
    if mail.text.strip() or mail.attachments:
        sections.add("\n".join(head))
    sections.add(mail.text)
    for warning in mail.warnings:
        sections.remark(warning.rstrip("."))


def _names(people: tuple[Address, ...]) -> str:
    return ", ".join(str(person) for person in people[:_MAX_NAMED_PEOPLE])


def _from_outlook(data: bytes) -> bytes:
    """Return an Outlook mail in the format of the internet, without the content of its attachments."""
    from oxmsg import Message as OutlookMessage

    try:
        found = OutlookMessage.load(io.BytesIO(data))
        mail = EmailMessage()
        recipients = [str(Address(name=to.name or "", address=to.email_address or "")) for to in found.recipients]
        fields = {"Subject": found.subject, "From": found.sender, "To": ", ".join(filter(None, recipients))}
        for name, value in fields.items():
            if value:
                mail[name] = on_one_line(value)
        if found.sent_date:
            mail["Date"] = format_datetime(found.sent_date)
        mail.set_content(found.body or "")
        if source := found.properties.binary_prop_value(_HTML):
            mail.add_alternative(decode_bytes(source, found.properties.body_encoding), subtype="html")
        for attachment in found.attachments:
            mail.add_attachment(
                b"", maintype="application", subtype="octet-stream", filename=on_one_line(attachment.file_name or "")
            )
        return mail.as_bytes()
    except Exception as error:  # the reader of this format tells of damage by whatever error it meets
        raise MessageError("This Outlook mail is damaged.", fix="Save it again, or as .eml.") from error
