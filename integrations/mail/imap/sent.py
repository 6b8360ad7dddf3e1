"""The folder of sent mail of an open connection: what was sent in answer to what. It is read, never written."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

from imapclient import IMAPClient

from core.errors import MessageError
from integrations.mail.imap.folders import sent_folder
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.sent_matching import Sent
from integrations.mail.message.addresses import parse_addresses
from integrations.mail.message.headers import header_text, message_ids, unfold
from integrations.mail.message.message import Message
from integrations.mail.reply.compose import bare_subject

_MOST_LOOKED_AT = 500
_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES SUBJECT TO CC)]"
_HEADER = re.compile(rb"BODY\[HEADER", re.IGNORECASE)


class SentFolder:
    """Sent mail on the server.

    Args:
        client: logged in; the folder is selected, read-only, when it is needed.
    """

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self.name = sent_folder(client)

    def since(self, at: float) -> list[Sent]:
        """Return what was sent since then, oldest first; of very much the newest five hundred."""
        return headers_since(self._client, self.name, at) if self.name else []

    def read(self, mail: Sent) -> Message | None:
        """Return a mail of the folder that is open; None when it is gone or cannot be read."""
        uid = int(mail.ref)
        data = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        try:
            return parse_message(data) if isinstance(data, bytes) else None
        except MessageError:
            return None


def headers_since(client: IMAPClient, folder: str, at: float) -> list[Sent]:
    """Return the heads of the mails that came into a folder since then, oldest first; of very much the newest."""
    client.select_folder(folder, readonly=True)
    day = datetime.fromtimestamp(at, UTC).date() - timedelta(days=1)
    uids = sorted(client.search(["SINCE", day]))[-_MOST_LOOKED_AT:]
    found = client.fetch(uids, [_FIELDS, "INTERNALDATE"]) if uids else {}
    mails = [_sent(uid, found[uid]) for uid in uids if uid in found]
    return [one for one in mails if one.at >= at]


def _sent(uid: int, found: dict[bytes, object]) -> Sent:
    raw = next((value for key, value in found.items() if _HEADER.match(key) and value), b"")
    fields = message_from_bytes(raw if isinstance(raw, bytes) else b"")

    def field(name: str) -> str:
        return unfold(str(fields.get(name, "")))

    own = message_ids(field("Message-ID"))
    at = found.get(b"INTERNALDATE")
    return Sent(
        str(uid),
        own[0] if own else "",
        frozenset(message_ids(f"{field('In-Reply-To')} {field('References')}")),
        bare_subject(header_text(field("Subject"))),
        frozenset(one.key for one in parse_addresses(f"{field('To')}, {field('Cc')}")),
        at.timestamp() if isinstance(at, datetime) else 0.0,
    )
