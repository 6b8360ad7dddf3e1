"""The Drafts folder of an IMAP mailbox, and `ImapTarget`, the mail that a job is about."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any, Literal

from imapclient import IMAPClient

from core.drafts import JsonObject
from core.errors import MessageError
from integrations.mail.imap.folders import drafts_folder
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.placing import FolderDraft, content_hash
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import message_ids, unfold
from integrations.mail.reply.compose import REQUESTED

_MAX_LOOKED_AT = 1_000
_IDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES)]"
KIND = "mail"


class ImapDraftsFolder:
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
        found = self._data(draft)
        if found is None:
            return "gone"
        return "unchanged" if content_hash(found) == content else "changed"

    def read(self, draft: FolderDraft) -> MailMessage | None:
        """Return a draft as it is now; None when it is gone or cannot be read."""
        self._client.select_folder(self.name)
        found = self._data(draft)
        try:
            return parse_message(found) if found is not None else None
        except MessageError:
            return None

    def _data(self, draft: FolderDraft) -> bytes | None:
        found = self._client.fetch([draft.uid], ["BODY.PEEK[]"]).get(draft.uid, {}).get(b"BODY[]")
        return found if isinstance(found, bytes) else None

    def append(self, data: bytes) -> None:
        """Add a draft."""
        self._client.append(self.name, data, flags=(b"\\Draft", b"\\Seen"))

    def remove(self, drafts: Sequence[FolderDraft]) -> None:
        """Remove drafts for good, and nothing that somebody else has marked for removal."""
        uids = [draft.uid for draft in drafts]
        if not uids:
            return
        self._client.delete_messages(uids, silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)
        elif sorted(self._client.search(["DELETED"])) == sorted(uids):
            self._client.expunge()


def _waiting(uid: int, found: dict[bytes, object]) -> FolderDraft:
    raw = next((value for key, value in found.items() if key.startswith(b"BODY[HEADER") and value), b"")
    fields = message_from_bytes(raw if isinstance(raw, bytes) else b"")
    own = message_ids(unfold(str(fields.get("Message-ID", ""))))
    before = " ".join(unfold(str(fields.get(name, ""))) for name in ("In-Reply-To", "References"))
    return FolderDraft(uid, own[0] if own else "", frozenset(message_ids(before)))


@dataclass(frozen=True)
class ImapTarget:
    """See `mailbox.provider.MailTarget`.

    Args:
        account: name of the mailbox.
        uid: its UID.
        uidvalidity: which numbering of the folder that is; 0 for a mail that is not looked for again.
        arrived_at: when it came, in Unix seconds.
        is_requested: whether its owner asked for the draft.
        folder: where it came; "" for the inbox.
    """

    account: str
    uid: int
    uidvalidity: int = 0
    arrived_at: float = 0.0
    is_requested: bool = False
    folder: str = ""

    @property
    def key(self) -> str:
        """What names the mail: mailbox, UIDVALIDITY and UID, which another folder may have too."""
        place = f":{hashlib.sha256(self.folder.encode()).hexdigest()[:16]}" if self.folder else ""
        return f"imap:{self.account}:{self.uidvalidity}:{self.uid}{place}"

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it came: folder, UIDVALIDITY and UID."""
        return self.folder, self.uidvalidity, self.uid

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""
        place = {"account": self.account, "arrived_at": self.arrived_at, "uid": self.uid}
        requested = {REQUESTED: True} if self.is_requested else {}
        elsewhere = {"folder": self.folder} if self.folder else {}
        return {"kind": KIND, **place, "uidvalidity": self.uidvalidity, **requested, **elsewhere}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ImapTarget":
        """Return a target as it was stored; of a new mail's job little is there."""
        return cls(
            str(data.get("account", "")),
            int(data.get("uid", 0)),
            int(data.get("uidvalidity", 0)),
            float(data.get("arrived_at", 0.0)),
            bool(data.get(REQUESTED)),
            str(data.get("folder", "")),
        )
