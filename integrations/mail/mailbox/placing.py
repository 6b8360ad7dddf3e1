"""Puts a draft into a thread: the thread ends with one draft, even if a worker is killed or runs twice.

The thread is claimed, then the folder searched for the draft's own Message-ID, then the draft added, then the folder
looked at once more: a copy that a worker thought dead has added meanwhile, the drafts that this one replaces, or this
one itself when a newer mail has taken the thread, are removed. Every step finds what the same step did before.

So it is by IMAP and at Gmail. Microsoft makes the answer itself; see `graph.placing`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from core.errors import MessageError
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.pending_drafts import OwnDraft, Thread, ThreadClaim
from integrations.mail.mailbox.provider import Placed


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
