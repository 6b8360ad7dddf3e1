"""One mail as Exchange keeps it, made from MIME, and shown as JSON."""

import email
import email.policy
import html
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.microsoft.wire import Refusal

PROPERTIES = frozenset(
    {
        "bccRecipients", "body", "bodyPreview", "categories", "ccRecipients", "changeKey", "conversationId",
        "conversationIndex", "createdDateTime", "from", "hasAttachments", "id", "importance", "internetMessageHeaders",
        "internetMessageId", "isDraft", "isRead", "lastModifiedDateTime", "parentFolderId", "receivedDateTime",
        "replyTo", "sender", "sentDateTime", "subject", "toRecipients", "uniqueBody", "webLink",
    }
)  # fmt: skip
# Only when they are asked for by name.
ON_REQUEST = frozenset({"internetMessageHeaders", "uniqueBody"})
_HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
_PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|wg)\s*:\s*)+", re.IGNORECASE)

Recipient = tuple[str, str]


@dataclass
class Stored:
    """A mail. Times are seconds of the fake's clock."""

    number: int
    folder: str
    subject: str = ""
    sender: Recipient = ("", "")
    to: list[Recipient] = field(default_factory=list)
    cc: list[Recipient] = field(default_factory=list)
    bcc: list[Recipient] = field(default_factory=list)
    reply_to: list[Recipient] = field(default_factory=list)
    html: str = f"{_HEAD}<body></body></html>"
    message_id: str = field(default_factory=lambda: f"<{uuid.uuid4()}@exchange.example>")
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    conversation: str = ""
    created_at: float = 0.0
    modified_at: float = 0.0
    is_draft: bool = False
    is_read: bool = False
    is_flagged: bool = False
    mime: bytes = b""
    refuses_mime: bool = False
    headers: list[Recipient] = field(default_factory=list)
    extended: dict[str, str] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    changes: int = 0
    moves: int = 0

    @property
    def immutable_id(self) -> str:
        return f"AAkALgAA-{self.number:06d}="

    @property
    def mutable_id(self) -> str:
        return f"AAMkAGI2-{self.number:06d}-{self.moves:03d}="

    @property
    def change_key(self) -> str:
        return f"CQAAABYAAA{self.number:05d}{self.changes:05d}"

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def text(self) -> str:
        """What a person reads, roughly."""
        inside = re.sub(r"(?is)<(style|head)\b.*?</\1>", "", self.html)
        return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"(?i)<br[^>]*>|</(?:p|div)>", "\n", inside))).strip()

    def as_mime(self) -> bytes:
        """Return it as MIME: as it came, or as Exchange would build it."""
        if self.mime:
            return self.mime
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"] = _address(self.sender)
        for name, people in (("To", self.to), ("Cc", self.cc), ("Bcc", self.bcc)):
            if people:
                mail[name] = [_address(person) for person in people]
        mail["Subject"] = self.subject
        mail["Message-ID"] = self.message_id
        mail["Date"] = format_datetime(datetime.fromtimestamp(self.created_at, UTC))
        if self.in_reply_to:
            mail["In-Reply-To"] = self.in_reply_to
            mail["References"] = " ".join([*self.references, self.in_reply_to])
        mail.set_content(self.html, subtype="html")
        return mail.as_bytes()

    def as_json(self, *, select: str, is_immutable: bool, as_text: bool, expanded: list[str]) -> dict[str, Any]:
        """Return it as Graph shows it."""
        wanted = {name for name in select.split(",") if name}
        if unknown := wanted - PROPERTIES:
            raise Refusal(400, "RequestBroker--ParseUri", f"Could not find a property named '{min(unknown)}'.")
        shown = self._properties(is_immutable=is_immutable, as_text=as_text)
        names = (wanted | {"id"}) if wanted else PROPERTIES - ON_REQUEST
        answer = {"@odata.etag": self.etag, **{name: value for name, value in shown.items() if name in names}}
        # PidTagInReplyToId and PidTagInternetReferences, which Exchange keeps for sent mail too.
        threading = {"String 0x1042": self.in_reply_to, "String 0x1039": " ".join(self.references)}
        kept = {**{name: value for name, value in threading.items() if value}, **self.extended}
        found = [{"id": one, "value": kept[one]} for one in expanded if one in kept]
        return {**answer, "singleValueExtendedProperties": found} if found else answer

    def _properties(self, *, is_immutable: bool, as_text: bool) -> dict[str, Any]:
        body = {"contentType": "text", "content": self.text} if as_text else {"contentType": "html"}
        headers = [{"name": name, "value": value} for name, value in self.headers]
        return {
            "id": self.immutable_id if is_immutable else self.mutable_id,
            "changeKey": self.change_key,
            "subject": self.subject,
            "from": recipient(self.sender),
            "sender": recipient(self.sender),
            "toRecipients": [recipient(one) for one in self.to],
            "ccRecipients": [recipient(one) for one in self.cc],
            "bccRecipients": [recipient(one) for one in self.bcc],
            "replyTo": [recipient(address) for address in self.reply_to],
            "body": {"content": self.html, **body},
            "bodyPreview": self.text[:255],
            "uniqueBody": {"content": self.html, **body},
            "internetMessageId": self.message_id,
            "internetMessageHeaders": headers or None,
            "conversationId": self.conversation,
            "createdDateTime": moment(self.created_at),
            "receivedDateTime": moment(self.created_at),
            "sentDateTime": moment(self.created_at),
            "lastModifiedDateTime": moment(self.modified_at),
            "isDraft": self.is_draft,
            "isRead": self.is_read,
            "hasAttachments": bool(self.files),
            "parentFolderId": f"AQMk-{self.folder}",
            "categories": self.categories,
            "importance": "normal",
            "webLink": f"https://outlook.example/{self.number}",
        }


def from_mime(data: bytes, stored: Stored) -> Stored:
    """Fill in a mail that came as MIME."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    stored.mime = data
    stored.subject = str(mail.get("Subject", ""))
    stored.sender = next(iter(_people(mail, "From")), ("", ""))
    stored.to, stored.cc, stored.reply_to = _people(mail, "To"), _people(mail, "Cc"), _people(mail, "Reply-To")
    stored.message_id = str(mail.get("Message-ID", stored.message_id)).strip()
    stored.in_reply_to = str(mail.get("In-Reply-To", "")).strip()
    stored.references = str(mail.get("References", "")).split()
    stored.headers = [(name, str(value)) for name, value in mail.items()]
    body = mail.get_body(("html", "plain"))
    content = body.get_content() if body else ""
    is_html = body is not None and body.get_content_subtype() == "html"
    stored.html = exchange_html(content if is_html else html.escape(content).replace("\n", "<br>\n"))
    return stored


def exchange_html(content: str) -> str:
    """Return HTML as Exchange keeps it: its own head, no scripts, CRLF. What is written is never what is read."""
    inside = re.sub(r"(?is)<script\b.*?</script>", "", content)
    found = re.search(r"(?is)<body\b([^>]*)>(.*?)</body>", inside)
    attributes, inside = (found[1], found[2]) if found else ("", inside)
    lines = re.sub(r"(?<!\r)\n", "\r\n", inside)
    return f"{_HEAD}<body{attributes}>{lines}</body></html>"


def reply_html(source: Stored, time_zone: str) -> str:
    """Return the body that createReply makes: an empty line, a rule, and the original below."""
    inside = re.search(r"(?is)<body\b[^>]*>(.*?)</body>", source.html)
    sent = datetime.fromtimestamp(source.created_at, ZoneInfo(time_zone)).strftime("%A, %B %-d, %Y %-I:%M:%S %p")
    lines = [("From", _shown(source.sender)), ("Sent", sent), ("To", "; ".join(map(_shown, source.to)))]
    lines.append(("Subject", source.subject))
    head = "<br>\r\n".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in lines)
    return (
        f'{_HEAD}<body><hr tabindex="-1" style="display:inline-block; width:98%">\r\n'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" color="#000000" '
        f'style="font-size:11pt">{head}</font>\r\n<div>&nbsp;</div>\r\n</div>\r\n'
        f"<div>{inside[1] if inside else ''}</div></body></html>"
    )


def plain_subject(subject: str) -> str:
    """Return a subject without what answers put before it."""
    return _PREFIX.sub("", subject).strip().casefold()


def recipient(person: Recipient) -> dict[str, Any]:
    return {"emailAddress": {"name": person[0], "address": person[1]}}


def recipients_of(listed: Any) -> list[Recipient]:
    """Return recipients that came as JSON."""
    try:
        found = [one["emailAddress"] for one in listed]
        return [(str(one.get("name", one["address"])), str(one["address"])) for one in found]
    except (TypeError, KeyError):
        raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.") from None


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _people(mail: Any, name: str) -> list[Recipient]:
    header = mail.get(name)
    return [(address.display_name, address.addr_spec) for address in header.addresses] if header else []


def _address(person: Recipient) -> Address:
    return Address(person[0], addr_spec=person[1]) if person[1] else Address()


def _shown(person: Recipient) -> str:
    return f"{person[0]} <{person[1]}>" if person[0] else person[1]
