"""Reads mail from Graph: one mail, which mail answers which, and what came into a folder. A mail stays unread.

A mail's facts come as JSON, its content as MIME, or as JSON where MIME is refused. New mails come page by page:
https://learn.microsoft.com/graph/delta-query-messages
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import formataddr
from itertools import islice
from typing import Any

from core.drafts import JsonObject
from core.errors import ForbiddenError, InputError, LimitError, MessageError, NotFoundError
from core.system.connections import is_short
from integrations.graph.errors import ResyncError
from integrations.mail.graph.accounts import GraphAccounts, GraphCursor, MailboxClient
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.pending_drafts import MailHead
from integrations.mail.mailbox.preferences import FLAGGED
from integrations.mail.message.message import MAX_MESSAGE_BYTES, MailMessage
from integrations.mail.message.mime import message_ids
from integrations.mail.reply.compose import bare_subject

# MAPI PidTagLastVerbExecuted: 102 and 103 are answers, [MS-OXOMSG] 2.2.1.
LAST_VERB = "Integer 0x1081"
ANSWERS = frozenset({"102", "103"})
_FACTS = ("id", "conversationId", "internetMessageId", "isDraft", "receivedDateTime", "subject", "from")
_CONTENT = (
    "internetMessageHeaders",
    "body",
    "subject",
    "from",
    "toRecipients",
    "ccRecipients",
    "replyTo",
    "internetMessageId",
    "sentDateTime",
)
# What says how the original was packed, which the copy is not.
_PACKING = ("content-", "mime-version")
# MAPI PidTagInReplyToId and PidTagInternetReferences, [MS-OXPROPS]: sent mail has no internetMessageHeaders.
IN_REPLY_TO = "String 0x1042"
REFERENCES = "String 0x1039"
_SELECT = (
    "id,conversationId,internetMessageId,isDraft,parentFolderId,receivedDateTime,subject,toRecipients,ccRecipients"
)
_EXPAND = f"singleValueExtendedProperties($filter=id eq '{IN_REPLY_TO}' or id eq '{REFERENCES}')"
_PER_PAGE = 200
# Newest first: a question is only seen when everything that came after it was.
MAX_MAILS = 4000
FIRST_LOOK_SECONDS = 24 * 3600.0
OVERLAP_SECONDS = 24 * 3600.0
PAGE_SIZE = "odata.maxpagesize=50"
_NEW_FIELDS = "id,receivedDateTime,isDraft"


@dataclass(frozen=True)
class GraphMailFacts:
    """A mail before its text is read."""

    id: str
    conversation: str = ""
    message_id: str = ""
    subject: str = ""
    arrived_at: float = 0.0
    is_draft: bool = False
    is_answered: bool = False


def read_facts(client: MailboxClient, message_id: str) -> GraphMailFacts | None:
    """Return the facts of a mail, None when it is gone."""
    expand = f"singleValueExtendedProperties($filter=id eq '{LAST_VERB}')"
    try:
        found = client.graph.get(client.message(message_id), select=_FACTS, params={"$expand": expand})
    except NotFoundError:
        return None
    verbs = {str(value.get("value")) for value in found.get("singleValueExtendedProperties") or ()}
    return GraphMailFacts(
        id=str(found["id"]),
        conversation=str(found.get("conversationId") or ""),
        message_id=str(found.get("internetMessageId") or ""),
        subject=str(found.get("subject") or ""),
        arrived_at=seconds_of(str(found.get("receivedDateTime") or "")),
        is_draft=bool(found.get("isDraft")),
        is_answered=bool(verbs & ANSWERS),
    )


def read_content(client: MailboxClient, message_id: str) -> MailMessage | None:
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


def mime_from_json(found: JsonObject) -> bytes:
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


def _headers(found: JsonObject) -> list[tuple[str, str]]:
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


def heads_since(
    client: MailboxClient, since: float, *, limit: int, folder: str = "", sent_folder: str = ""
) -> list[MailHead]:
    """Return the mails that were received or sent since then (Unix seconds), newest first.

    Args:
        client: the open mailbox.
        since: from when on.
        limit: how many at most.
        folder: in which folder, by well-known name or id; everywhere by default.
        sent_folder: the id of the folder of sent mail, to know its mails among those of everywhere.

    Raises:
        InlaidError: the mailbox cannot be read.
    """
    moment = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    options = {
        "$filter": f"receivedDateTime ge {moment}",
        "$orderby": "receivedDateTime desc",
        "$select": _SELECT,
        "$expand": _EXPAND,
        "$top": _PER_PAGE,
    }
    place = client.folder(folder) if folder else client.root
    found = islice(client.graph.paged(f"{place}/messages", params=options), limit)
    return [_head(data, sent_folder) for data in found]


def _head(found: JsonObject, sent_folder: str) -> MailHead:
    named = " ".join(str(value.get("value") or "") for value in found.get("singleValueExtendedProperties") or ())
    people = people_of([*(found.get("toRecipients") or ()), *(found.get("ccRecipients") or ())])
    return MailHead(
        ref=str(found["id"]),
        message_id=str(found.get("internetMessageId") or ""),
        answers=frozenset(message_ids(named)),
        subject=bare_subject(str(found.get("subject") or "")),
        recipients=frozenset(address.lower() for _, address in people),
        at=seconds_of(str(found.get("receivedDateTime") or "")),
        conversation=str(found.get("conversationId") or ""),
        folder=str(found.get("parentFolderId") or ""),
        is_sent=bool(sent_folder) and found.get("parentFolderId") == sent_folder,
        is_draft=bool(found.get("isDraft")),
    )


@dataclass(frozen=True)
class FolderChanges:
    """The changes of one folder.

    Args:
        accounts: where the position is kept.
        client: the open mailbox.
        folder: which folder, by well-known name or id.
    """

    accounts: GraphAccounts
    client: MailboxClient
    folder: str

    def new_ids(self) -> Iterator[tuple[str, float]]:
        """Yield id of each new mail, and from when on mail is news; the position is kept after each page.

        Raises:
            NotFoundError: the folder does not exist any more.
            InlaidError: it cannot be read.
        """
        try:
            yield from self._read_on()
        except ResyncError:
            self._keep(replace(_first(self._cursor), link=""))
            yield from self._read_on()
        except NotFoundError as error:
            raise NotFoundError(
                f"The folder {self.folder} of {self.client.account.name} does not exist any more.",
                fix="Connect the mailbox again, with --folder for another one.",
            ) from error

    def _read_on(self) -> Iterator[tuple[str, float]]:
        cursor = self._cursor
        if not cursor.link:
            cursor = _first(cursor)
        for page in self._pages(cursor):
            for item in page.get("value", ()):
                if is_short():
                    return  # the page is read again; what has been judged is not judged twice
                if "@removed" not in item:
                    yield str(item["id"]), cursor.since_seconds
            cursor = replace(cursor, link=str(page.get("@odata.nextLink") or page.get("@odata.deltaLink") or ""))
            if "@odata.nextLink" in page:
                self._keep(cursor)
        self._keep(replace(cursor, checked_at=time.time()))

    def _pages(self, cursor: GraphCursor) -> Iterator[JsonObject]:
        graph = self.client.graph
        if cursor.link:
            return graph.pages(cursor.link, prefer=[PAGE_SIZE])
        since = datetime.fromtimestamp(cursor.since_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        options = {"changeType": "created", "$select": _NEW_FIELDS, "$filter": f"receivedDateTime ge {since}"}
        return graph.pages(f"{self.client.folder(self.folder)}/messages/delta", params=options, prefer=[PAGE_SIZE])

    @property
    def _cursor(self) -> GraphCursor:
        return self.accounts.cursor(self.client.account, self.folder)

    def _keep(self, cursor: GraphCursor) -> None:
        self.accounts.save_cursor(self.client.account, self.folder, cursor)


def _first(cursor: GraphCursor) -> GraphCursor:
    """Return where to begin: with what came since the last round, or in the last day."""
    if cursor.checked_at:
        return replace(cursor, since_seconds=cursor.checked_at - OVERLAP_SECONDS)
    return replace(cursor, since_seconds=cursor.since_seconds or time.time() - FIRST_LOOK_SECONDS)
