"""Puts a draft into a thread by IMAP: the thread ends with one draft, even if a worker is killed or runs twice.

The thread is claimed, then the folder searched for the draft's own Message-ID, then the draft added, then the folder
looked at once more: a copy that a worker thought dead has added meanwhile, the drafts that this one replaces, or this
one itself when a newer mail has taken the thread, are removed. Every step finds what the same step did before.
`ImapTarget` is the mail that a job is about.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any, Literal

from imapclient import IMAPClient

from core.drafts import JsonObject
from core.errors import MessageError
from integrations.mail.imap.folders import drafts_folder
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.pending_drafts import OwnDraft, Thread, ThreadClaim
from integrations.mail.mailbox.provider import Placed
from integrations.mail.message.mime import message_ids, unfold
from integrations.mail.reply.compose import REQUESTED

_MAX_LOOKED_AT = 1_000
_IDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES)]"
KIND = "mail"


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


@dataclass(frozen=True)
class Placing:
    """One draft on its way into the folder.

    Args:
        folder: the Drafts folder.
        thread: the thread it belongs to.
        turn: the job and its draft.
        data: the draft as it is stored.
        ids: the mails of the thread; a draft that answers one of them belongs to it.
    """

    folder: DraftsFolder
    thread: Thread
    turn: ThreadClaim
    data: bytes
    ids: frozenset[str]

    def run(self) -> Placed:
        """Put the draft there, unless the person writes one or a newer mail has the thread.

        Returns:
            `placed`, `superseded` by a newer mail, or `left_to_person`: a draft of theirs, or one of ours that they
            have changed, waits in the thread.
        """
        earlier = self.thread.claim(self.turn)
        waiting = self.folder.waiting()
        if earlier is None:
            self._take_back(waiting)
            return "superseded"
        if not self._mine(waiting):
            if any(self._is_persons(draft, earlier) for draft in waiting):
                return "left_to_person" if self.thread.is_held_by(self.turn.job) else "superseded"
            self.folder.append(self.data)
            waiting = self.folder.waiting()
        return self._settle(waiting, earlier)

    def _settle(self, waiting: list[FolderDraft], earlier: list[OwnDraft]) -> Placed:
        if not self.thread.is_held_by(self.turn.job):
            self._take_back(waiting)
            return "superseded"
        self.folder.remove([*self._copies(waiting), *self._untouched(waiting, earlier)])
        return "placed"

    def _take_back(self, waiting: list[FolderDraft]) -> None:
        self.folder.remove(self._untouched(waiting, [self.turn.draft]))

    def _copies(self, waiting: list[FolderDraft]) -> list[FolderDraft]:
        """Return what is there twice. A changed one among them is a mail program saving: it removes the old itself."""
        mine = self._mine(waiting)
        untouched = self._untouched(mine, [self.turn.draft]) if len(mine) > 1 else []
        return untouched[1:] if len(untouched) == len(mine) else []

    def _mine(self, waiting: list[FolderDraft]) -> list[FolderDraft]:
        return [draft for draft in waiting if draft.message_id == self.turn.draft.message_id]

    def _is_persons(self, one: FolderDraft, earlier: list[OwnDraft]) -> bool:
        """Whether it is a draft of this thread that we did not write, or that has been changed since."""
        if not one.answers & self.ids:
            return False
        content = {draft.message_id: draft.content for draft in earlier}.get(one.message_id)
        return content is None or self.folder.compare(one, content) == "changed"

    def _untouched(self, waiting: list[FolderDraft], drafts: list[OwnDraft]) -> list[FolderDraft]:
        """Return those of our drafts that still wait as we wrote them."""
        content = {draft.message_id: draft.content for draft in drafts}
        ours = [draft for draft in waiting if draft.message_id in content]
        return [draft for draft in ours if self.folder.compare(draft, content[draft.message_id]) == "unchanged"]


@dataclass(frozen=True)
class ImapTarget:
    """See `mailbox.provider.MailTarget`.

    Args:
        account: name of the mailbox.
        uid: its UID.
        uidvalidity: which numbering of the inbox that is; 0 for a mail of another folder.
        arrived_at: when it came, in Unix seconds.
        is_requested: whether its owner asked for the draft.
    """

    account: str
    uid: int
    uidvalidity: int = 0
    arrived_at: float = 0.0
    is_requested: bool = False

    @property
    def key(self) -> str:
        """What names the mail: mailbox, UIDVALIDITY and UID."""
        return f"imap:{self.account}:{self.uidvalidity}:{self.uid}"

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""
        place = {"account": self.account, "arrived_at": self.arrived_at, "uid": self.uid}
        requested = {REQUESTED: True} if self.is_requested else {}
        return {"kind": KIND, **place, "uidvalidity": self.uidvalidity, **requested}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ImapTarget":
        """Return a target as it was stored; of a new mail's job little is there."""
        return cls(
            str(data.get("account", "")),
            int(data.get("uid", 0)),
            int(data.get("uidvalidity", 0)),
            float(data.get("arrived_at", 0.0)),
            bool(data.get(REQUESTED)),
        )
