"""The heads of mails in a mailbox at Microsoft: what answers what, from one listing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from integrations.graph.client import Json
from integrations.mail.graph.opening import Box
from integrations.mail.graph.reading import people_of, seconds_of
from integrations.mail.mailbox.sent_matching import Sent
from integrations.mail.message.headers import message_ids
from integrations.mail.reply.compose import bare_subject

# MAPI PidTagInReplyToId and PidTagInternetReferences, [MS-OXPROPS]: sent mail has no internetMessageHeaders.
IN_REPLY_TO = "String 0x1042"
REFERENCES = "String 0x1039"
_SELECT = (
    "id,conversationId,internetMessageId,isDraft,parentFolderId,receivedDateTime,subject,toRecipients,ccRecipients"
)
_EXPAND = f"singleValueExtendedProperties($filter=id eq '{IN_REPLY_TO}' or id eq '{REFERENCES}')"
_PER_PAGE = 200
# Newest first: a question is only seen when everything that came after it was.
_MOST_MAILS = 4000


@dataclass(frozen=True)
class Head(Sent):
    """A mail before its text is read; `ref` is its immutable id."""

    conversation: str = ""
    folder: str = ""
    is_draft: bool = False


def heads_since(box: Box, since: float, *, folder: str = "") -> list[Head]:
    """Return the mails that were received or sent since then (Unix seconds), newest first.

    Args:
        box: the open mailbox.
        since: from when on.
        folder: in which folder, by well-known name or id; everywhere by default.

    Raises:
        InlaidError: the mailbox cannot be read.
    """
    moment = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    options = {
        "$filter": f"receivedDateTime ge {moment}", "$orderby": "receivedDateTime desc", "$select": _SELECT,
        "$expand": _EXPAND, "$top": _PER_PAGE,
    }  # fmt: skip
    place = box.folder(folder) if folder else box.root
    return [_head(one) for one in islice(box.graph.paged(f"{place}/messages", params=options), _MOST_MAILS)]


def _head(found: Json) -> Head:
    named = " ".join(str(one.get("value") or "") for one in found.get("singleValueExtendedProperties") or ())
    people = people_of([*(found.get("toRecipients") or ()), *(found.get("ccRecipients") or ())])
    return Head(
        ref=str(found["id"]),
        message_id=str(found.get("internetMessageId") or ""),
        answers=frozenset(message_ids(named)),
        subject=bare_subject(str(found.get("subject") or "")),
        recipients=frozenset(address.lower() for _, address in people),
        at=seconds_of(str(found.get("receivedDateTime") or "")),
        conversation=str(found.get("conversationId") or ""),
        folder=str(found.get("parentFolderId") or ""),
        is_draft=bool(found.get("isDraft")),
    )
