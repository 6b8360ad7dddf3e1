"""The heads of mails at Microsoft: which mail answers which, from one listing."""

from datetime import UTC, datetime
from itertools import islice

from integrations.graph.client import Json
from integrations.mail.graph.mailbox_client import MailboxClient
from integrations.mail.graph.reading import people_of, seconds_of
from integrations.mail.mailbox.sent_matching import MailHead
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
MAX_MAILS = 4000


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
        "$filter": f"receivedDateTime ge {moment}", "$orderby": "receivedDateTime desc", "$select": _SELECT,
        "$expand": _EXPAND, "$top": _PER_PAGE,
    }  # fmt: skip
    place = client.folder(folder) if folder else client.root
    found = islice(client.graph.paged(f"{place}/messages", params=options), limit)
    return [_head(data, sent_folder) for data in found]


def _head(found: Json, sent_folder: str) -> MailHead:
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
