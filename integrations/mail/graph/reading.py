"""One mail from Graph: facts as JSON, content as MIME, or as JSON where MIME is refused. The mail stays unread."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formataddr
from typing import Any

from core.errors import ForbiddenError, InputError, LimitError, MessageError, NotFoundError
from integrations.graph.client import Json
from integrations.mail.graph.mailbox_client import MailboxClient
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.preferences import FLAGGED
from integrations.mail.message.message import MAX_MESSAGE_BYTES, Message

# MAPI PidTagLastVerbExecuted: 102 and 103 are answers, [MS-OXOMSG] 2.2.1.
LAST_VERB = "Integer 0x1081"
ANSWERS = frozenset({"102", "103"})
_FACTS = ("id", "conversationId", "internetMessageId", "isDraft", "receivedDateTime", "subject", "from")
_CONTENT = ("internetMessageHeaders", "body", "subject", "from", "toRecipients", "ccRecipients", "replyTo",
            "internetMessageId", "sentDateTime")  # fmt: skip
# What says how the original was packed, which the copy is not.
_PACKING = ("content-", "mime-version")


@dataclass(frozen=True)
class MailFacts:
    """A mail before its text is read."""

    id: str
    conversation: str = ""
    message_id: str = ""
    subject: str = ""
    arrived_at: float = 0.0
    is_draft: bool = False
    is_answered: bool = False


def read_facts(client: MailboxClient, message_id: str) -> MailFacts | None:
    """Return the facts of a mail, None when it is gone."""
    expand = f"singleValueExtendedProperties($filter=id eq '{LAST_VERB}')"
    try:
        found = client.graph.get(client.message(message_id), select=_FACTS, params={"$expand": expand})
    except NotFoundError:
        return None
    verbs = {str(value.get("value")) for value in found.get("singleValueExtendedProperties") or ()}
    return MailFacts(
        id=str(found["id"]),
        conversation=str(found.get("conversationId") or ""),
        message_id=str(found.get("internetMessageId") or ""),
        subject=str(found.get("subject") or ""),
        arrived_at=seconds_of(str(found.get("receivedDateTime") or "")),
        is_draft=bool(found.get("isDraft")),
        is_answered=bool(verbs & ANSWERS),
    )


def read_content(client: MailboxClient, message_id: str) -> Message | None:
    """Return a mail, None when it is gone.

    Raises:
        LimitError: it is too large.
        MessageError: it cannot be read.
    """
    try:
        return parse_message(mime_of(client, message_id))
    except NotFoundError:
        return None


def mime_of(client: MailboxClient, message_id: str) -> bytes:
    """Return a mail as MIME: the original, or one made from what Graph shows of it (protected or damaged mail).

    Raises:
        LimitError: it is too large.
        NotFoundError: it is gone.
    """
    try:
        return client.graph.get_bytes(f"{client.message(message_id)}/$value", max_bytes=MAX_MESSAGE_BYTES)
    except LimitError:
        raise LimitError(f"It has more than {MAX_MESSAGE_BYTES // 2**20} MB.") from None
    except (NotFoundError, MessageError):
        raise
    except (InputError, ForbiddenError):
        return mime_from_json(client.graph.get(client.message(message_id), select=_CONTENT))


def mime_from_json(found: Json) -> bytes:
    """Return a mail as MIME from its JSON form: pure."""
    headers = [(str(header["name"]), str(header["value"])) for header in found.get("internetMessageHeaders") or ()]
    kept = [(name, value) for name, value in headers if not name.lower().startswith(_PACKING)]
    if not kept:
        kept = _headers(found)
    body = found.get("body") or {}
    kind = "html" if str(body.get("contentType", "")).lower() == "html" else "plain"
    kept += [("MIME-Version", "1.0"), ("Content-Type", f"text/{kind}; charset=utf-8")]
    kept.append(("Content-Transfer-Encoding", "8bit"))
    head = "".join(f"{_one_line(name)}: {_one_line(value)}\r\n" for name, value in kept)
    return f"{head}\r\n{body.get('content') or ''}".encode("utf-8", "replace")


def people_of(listed: Any) -> list[tuple[str, str]]:
    """Return the names and addresses of a list of recipients."""
    found = [person.get("emailAddress") or {} for person in listed or ()]
    return [(str(person.get("name") or ""), str(person.get("address") or "")) for person in found]


def seconds_of(moment: str) -> float:
    """Return a time of Graph's in Unix seconds; now when it says none that can be read."""
    try:
        return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return datetime.now(UTC).timestamp()


def _headers(found: Json) -> list[tuple[str, str]]:
    people = {
        "From": people_of([found["from"]]) if found.get("from") else [],
        "To": people_of(found.get("toRecipients")),
        "Cc": people_of(found.get("ccRecipients")),
        "Reply-To": people_of(found.get("replyTo")),
    }
    fields = [(name, ", ".join(formataddr(person) for person in listed)) for name, listed in people.items() if listed]
    texts = {"Subject": "subject", "Message-ID": "internetMessageId", "Date": "sentDateTime"}
    return fields + [(name, str(found[key])) for name, key in texts.items() if found.get(key)]


def _one_line(value: str) -> str:
    """Return a value that can begin no field of its own."""
    return " ".join(value.split())


def requested(client: MailboxClient, folder: str, mark: str, *, since_seconds: float) -> Iterator[str]:
    """Return the ids of the marked mails in a folder that came within so many seconds.

    Args:
        client: the open mailbox.
        folder: which folder.
        mark: `flagged`, or the name of a category.
        since_seconds: how far back to look.
    """
    since = datetime.fromtimestamp(time.time() - since_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    quoted = mark.replace("'", "''")
    is_marked = "flag/flagStatus eq 'flagged'" if mark == FLAGGED else f"categories/any(c:c eq '{quoted}')"
    options = {"$filter": f"receivedDateTime ge {since} and {is_marked}", "$select": "id", "$top": 50}
    for mail in client.graph.paged(f"{client.folder(folder)}/messages", params=options):
        yield str(mail["id"])
