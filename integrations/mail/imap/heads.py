"""The heads of the mails in an IMAP folder: which mail answers which, and who gets it. Folders are only read."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

from imapclient import IMAPClient

from integrations.mail.mailbox.sent_matching import MailHead
from integrations.mail.message.addresses import parse_addresses
from integrations.mail.message.headers import header_text, message_ids, unfold
from integrations.mail.reply.compose import bare_subject

_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES SUBJECT TO CC)]"
_HEADER = re.compile(rb"BODY\[HEADER", re.IGNORECASE)


def heads_since(client: IMAPClient, folder: str, at: float, *, limit: int, is_sent: bool = False) -> list[MailHead]:
    """Return the heads of what came into a folder since then, oldest first; of more than `limit` the newest."""
    client.select_folder(folder, readonly=True)
    day = datetime.fromtimestamp(at, UTC).date() - timedelta(days=1)
    uids = sorted(client.search(["SINCE", day]))[-limit:]
    found = client.fetch(uids, [_FIELDS, "INTERNALDATE"]) if uids else {}
    heads = [_head(uid, found[uid], folder, is_sent=is_sent) for uid in uids if uid in found]
    return [head for head in heads if head.at >= at]


def _head(uid: int, found: dict[bytes, object], folder: str, *, is_sent: bool) -> MailHead:
    raw = next((value for key, value in found.items() if _HEADER.match(key) and value), b"")
    fields = message_from_bytes(raw if isinstance(raw, bytes) else b"")

    def field(name: str) -> str:
        return unfold(str(fields.get(name, "")))

    own = message_ids(field("Message-ID"))
    at = found.get(b"INTERNALDATE")
    return MailHead(
        str(uid),
        own[0] if own else "",
        frozenset(message_ids(f"{field('In-Reply-To')} {field('References')}")),
        bare_subject(header_text(field("Subject"))),
        frozenset(address.key for address in parse_addresses(f"{field('To')}, {field('Cc')}")),
        at.timestamp() if isinstance(at, datetime) else 0.0,
        folder=folder,
        is_sent=is_sent,
    )
