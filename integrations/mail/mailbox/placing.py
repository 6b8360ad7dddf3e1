"""Puts a draft into a thread: the thread ends with one draft, even if a worker is killed or runs twice.

The thread is claimed, then the folder searched for the draft's own Message-ID, then the draft added, then the folder
looked at once more: a copy that a worker thought dead has added meanwhile, the drafts that this one replaces, or this
one itself when a newer mail has taken the thread, are removed. Every step finds what the same step did before.

So it is by IMAP and at Gmail. Microsoft makes the answer itself; see `graph.placing`.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from core.cached_property import cached_property
from core.errors import MessageError
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.account import NewDraft
from integrations.mail.mailbox.pending_drafts import OwnDraft, PendingDraft, Thread, ThreadClaim
from integrations.mail.mailbox.provider import DraftState, Placed, PlacedDraft
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import own_message_id
from integrations.mail.reply.compose import compose_new


@dataclass(frozen=True)
class FolderDraft:
    """A draft in the folder.

    Args:
        uid: what the mailbox calls it.
        message_id: its Message-ID, or the one that we gave it.
        answers: the ids of the mails before it in its thread.
    """

    uid: int | str
    message_id: str
    answers: frozenset[str]


class DraftsFolder(Protocol):
    """The drafts of a mailbox."""

    def waiting(self) -> list[FolderDraft]:
        """Return the drafts, oldest first."""

    def compare(self, draft: FolderDraft, content: str) -> Literal["unchanged", "changed", "gone"]:
        """Tell whether a draft still has the content of that `content_hash`."""

    def read(self, draft: FolderDraft) -> MailMessage | None:
        """Return a draft as it is now; None when it is gone or cannot be read."""

    def append(self, data: bytes) -> None:
        """Add a draft."""

    def remove(self, drafts: Sequence[FolderDraft]) -> None:
        """Remove drafts for good."""


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


class DraftsInFolder(ABC):
    """What `provider.Mailbox` has of drafts, where they are read in a folder: by IMAP and at Gmail."""

    @abstractmethod
    def drafts_folder(self) -> DraftsFolder:
        """Return the folder, to be read and changed."""

    @property
    @abstractmethod
    def sender(self) -> Address:
        """Whom new mails are from."""

    @cached_property
    def _waiting_at_first(self) -> list[FolderDraft]:
        return self.drafts_folder().waiting()

    def look_at(self, drafts: Sequence[PendingDraft]) -> None:
        """Do nothing: the folder is read once."""
        del drafts

    def draft_state(self, draft: PendingDraft) -> DraftState:
        """Return where a draft was when the first one was asked for."""
        if any(waiting.message_id == draft.draft.message_id for waiting in self._waiting_at_first):
            return DraftState(is_waiting=True)
        others = (waiting.answers for waiting in self._waiting_at_first)
        return DraftState(may_be_rewritten=bool(draft.answers) and any(draft.answers in ids for ids in others))

    def read_draft(self, draft: PendingDraft) -> MailMessage | None:
        """Return a draft that waited at first, as its owner has changed it; a sent one is among the sent mails."""
        waiting = self._waiting_at_first
        mine = [there for there in waiting if there.message_id == draft.draft.message_id]
        mine = mine or [there for there in waiting if draft.answers and draft.answers in there.answers]
        return self.drafts_folder().read(mine[-1]) if mine else None

    def is_untouched(self, draft: PendingDraft) -> bool:
        """See `Mailbox`."""
        return bool(self._untouched(self.drafts_folder(), draft))

    def remove_draft(self, draft: PendingDraft) -> None:
        """See `Mailbox`."""
        folder = self.drafts_folder()
        folder.remove(self._untouched(folder, draft))

    def _untouched(self, folder: DraftsFolder, draft: PendingDraft) -> list[FolderDraft]:
        mine = [waiting for waiting in folder.waiting() if waiting.message_id == draft.draft.message_id]
        return [waiting for waiting in mine if folder.compare(waiting, draft.draft.content) == "unchanged"]

    def name_of_new(self, mail: NewDraft) -> str:
        """Return its Message-ID."""
        return own_message_id(self.sender.domain, mail.key)

    def place_new(self, mail: NewDraft, *, earlier: str) -> PlacedDraft:
        """See `Mailbox`."""
        name, now = self.name_of_new(mail), datetime.now(UTC)
        data = compose_new(mail.to, mail.subject, mail.text, owner=self.sender, message_id=name, date=now)
        digest, folder = content_hash(data), self.drafts_folder()
        mine = [waiting for waiting in folder.waiting() if waiting.message_id == name]
        if not any(folder.compare(waiting, digest) == "unchanged" for waiting in mine):
            folder.append(data)
        if earlier and earlier != digest:
            folder.remove([waiting for waiting in mine if folder.compare(waiting, earlier) == "unchanged"])
        return PlacedDraft(OwnDraft(name, digest))


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
