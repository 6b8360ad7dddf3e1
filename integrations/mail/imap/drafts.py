"""The Drafts folder over an open connection: list drafts, add one, remove our own."""

import hashlib
import json
from dataclasses import dataclass
from email import message_from_bytes
from typing import Literal

from imapclient import IMAPClient

from core.errors import MessageError
from integrations.mail.imap.folders import drafts_folder
from integrations.mail.isolated import parse_message
from integrations.mail.message.headers import message_ids, unfold

_MAX_LOOKED_AT = 1_000
_IDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES)]"


@dataclass(frozen=True)
class FolderDraft:
    """A draft in the folder. `answers` are the ids of the mails before it in its thread."""

    uid: int
    message_id: str
    answers: frozenset[str]


class DraftsFolder:
    """Drafts on the server.

    Args:
        client: logged in; the folder is selected when it is needed.
    """

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self.name = drafts_folder(client)

    def waiting(self) -> list[FolderDraft]:
        """Return the drafts, oldest first; of a very full folder the newest thousand.

        Their ids are read instead of searched for: SEARCH HEADER is slow or wrong on some servers.
        """
        self._client.select_folder(self.name)
        uids = sorted(self._client.search(["NOT", "DELETED"]))[-_MAX_LOOKED_AT:]
        found = self._client.fetch(uids, [_IDS])
        return [_waiting(uid, found[uid]) for uid in uids if uid in found]

    def compare(self, draft: FolderDraft, content: str) -> Literal["unchanged", "changed", "gone"]:
        """Tell whether a draft still has the content of that `content_hash`."""
        found = self._client.fetch([draft.uid], ["BODY.PEEK[]"]).get(draft.uid, {}).get(b"BODY[]")
        if not isinstance(found, bytes):
            return "gone"
        return "unchanged" if content_hash(found) == content else "changed"

    def append(self, data: bytes) -> None:
        """Add a draft."""
        self._client.append(self.name, data, flags=(b"\\Draft", b"\\Seen"))

    def remove(self, drafts: list[FolderDraft]) -> None:
        """Remove drafts for good, and nothing that somebody else has marked for removal."""
        uids = [draft.uid for draft in drafts]
        if not uids:
            return
        self._client.delete_messages(uids, silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)
        elif sorted(self._client.search(["DELETED"])) == sorted(uids):
            self._client.expunge()


def content_hash(data: bytes) -> str:
    """Return a digest of what a person can change in a draft.

    Servers rewrite what they store (order of fields, encodings), so the bytes say nothing.
    """
    try:
        mail = parse_message(data)
    except MessageError:
        return hashlib.sha256(data).hexdigest()
    people = [mail.header("from"), mail.header("to"), mail.header("cc"), mail.header("bcc")]
    files = [(file.name, file.size_bytes) for file in mail.attachments]
    content = json.dumps([mail.subject, people, mail.text.split(), files], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _waiting(uid: int, found: dict[bytes, object]) -> FolderDraft:
    raw = next((value for key, value in found.items() if key.startswith(b"BODY[HEADER") and value), b"")
    fields = message_from_bytes(raw if isinstance(raw, bytes) else b"")
    own = message_ids(unfold(str(fields.get("Message-ID", ""))))
    before = " ".join(unfold(str(fields.get(name, ""))) for name in ("In-Reply-To", "References"))
    return FolderDraft(uid, own[0] if own else "", frozenset(message_ids(before)))
