"""A mailbox: its folders and mails, what its owner does in Outlook, and every change for delta and notifications."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.fakes.microsoft.messages import Stored, exchange_html, from_mime, plain_subject, reply_html
from tests.fakes.microsoft.wire import Refusal

if TYPE_CHECKING:
    from tests.fakes.microsoft.people import Person

FOLDERS = ("inbox", "drafts", "sentitems", "deleteditems", "junkemail", "archive", "outbox")


@dataclass(frozen=True)
class Change:
    """Something that happened to a mail in a folder: `created`, `updated` or `deleted` (also: moved away)."""

    position: int
    folder: str
    kind: str
    number: int


class Mailbox:
    """The mailbox of a person. Everything here is done under the fake's lock.

    `is_full` refuses new drafts; `accepts_properties_in_replies`: createReply keeps extended properties that come along
    (UNCONFIRMED at Microsoft, so it does not by default), `refuses_properties_in_replies`: it answers 400 to them;
    `refuses_aliases`: it answers 403 to a draft from one of the owner's aliases;
    `honours_if_match`: PATCH compares change keys.
    """

    def __init__(self, owner: "Person") -> None:
        self.owner = owner
        self.microsoft = owner.microsoft
        self.folders = dict.fromkeys(FOLDERS, "")
        self.messages: dict[int, Stored] = {}
        self.changes: list[Change] = []
        self.is_full = False
        self.accepts_properties_in_replies = False
        self.refuses_properties_in_replies = False
        self.refuses_aliases = False
        self.honours_if_match = True
        self.watchers: list[Callable[[Mailbox, Change], None]] = []

    def receive(self, data: bytes, folder: str = "inbox") -> Stored:
        """Let a mail arrive."""
        with self.microsoft.lock:
            stored = from_mime(data, self._new(folder))
            return self.add(stored)

    def in_folder(self, folder: str) -> list[Stored]:
        """Return the mails of a folder, oldest first."""
        with self.microsoft.lock:
            return [message for message in self.messages.values() if message.folder == folder]

    @property
    def drafts(self) -> list[Stored]:
        """What waits in the Drafts folder."""
        return self.in_folder("drafts")

    def edits(self, draft: Stored, text: str) -> None:
        """Let the owner write into a draft."""
        with self.microsoft.lock:
            draft.html = draft.html.replace("<body>", f"<body><p>{text}</p>", 1)
            self.touch(draft)

    def begins_reply(self, source: Stored, text: str = "") -> Stored:
        """Let the owner answer a mail: a draft that is theirs."""
        with self.microsoft.lock:
            draft = self.reply_to(source)
            if text:
                self.edits(draft, text)
            return draft

    def sends(self, draft: Stored) -> None:
        """Let the owner send a draft in Outlook."""
        with self.microsoft.lock:
            draft.is_draft = False
            self.move(draft, "sentitems")

    def discards(self, draft: Stored) -> None:
        """Let the owner delete a mail."""
        self.move(draft, "deleteditems")

    def empties(self, message: Stored) -> None:
        """Let a deleted mail go out of sight."""
        self.tell(message.folder, "deleted", message)
        del self.messages[message.number]

    def move(self, message: Stored, folder: str) -> None:
        """Move a mail: it leaves one folder and is new in the other, with another mutable id."""
        with self.microsoft.lock:
            self.tell(message.folder, "deleted", message)
            message.folder = folder
            message.moves += 1
            message.modified_at = self.microsoft.clock.now()
            self.tell(folder, "created", message)

    def has_answered(self, message: Stored) -> None:
        """Mark a mail as answered, as Outlook does."""
        message.extended["Integer 0x1081"] = "102"

    def add(self, stored: Stored) -> Stored:
        """Put a mail where it belongs."""
        with self.microsoft.lock:
            stored.conversation = stored.conversation or self._conversation(stored)
            self.messages[stored.number] = stored
            self.tell(stored.folder, "created", stored)
            return stored

    def touch(self, message: Stored) -> None:
        """Note that a mail was changed."""
        with self.microsoft.lock:
            message.changes += 1
            message.modified_at = self.microsoft.clock.now()
            self.tell(message.folder, "updated", message)

    def new_draft(self) -> Stored:
        """Return an empty draft that is not there yet."""
        if self.is_full:
            raise Refusal(507, "ErrorQuotaExceeded", "The mailbox has exceeded its quota.")
        if "drafts" not in self.folders:
            raise Refusal(404, "ErrorFolderNotFound", "The specified folder could not be found in the store.")
        draft = self._new("drafts")
        owner = (self.owner.name, self.owner.address)
        return replace(draft, is_draft=True, is_read=True, sender=owner)

    def reply_to(self, source: Stored, *, to_all: bool = False, time_zone: str = "UTC") -> Stored:
        """Make the draft that createReply or createReplyAll makes."""
        with self.microsoft.lock:
            draft = self.new_draft()
            draft.subject = f"RE: {source.subject.removeprefix('RE: ')}"
            draft.to = list(source.reply_to or [source.sender])
            if to_all:
                others = [one for one in (*source.to, *source.cc) if one[1] != self.owner.address]
                draft.to += [one for one in others if one in source.to and one not in draft.to]
                draft.cc = [one for one in others if one in source.cc]
            draft.in_reply_to = source.message_id
            draft.references = [*source.references]
            draft.conversation = source.conversation
            draft.html = exchange_html(reply_html(source, time_zone))
            return self.add(draft)

    def find(self, name: str) -> Stored:
        """Return the mail of an id. An id that was given before a move is no longer known, an immutable one is."""
        with self.microsoft.lock:
            for message in self.messages.values():
                if name in {message.immutable_id, message.mutable_id}:
                    return message
        raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def folder(self, name: str) -> str:
        """Return the key of a folder from its well-known name or id."""
        key = name.removeprefix("AQMk-").lower()
        if key not in self.folders:
            raise Refusal(404, "ErrorFolderNotFound", "The specified folder could not be found in the store.")
        return key

    def tell(self, folder: str, kind: str, message: Stored) -> None:
        """Write a change down, and tell whoever watches."""
        with self.microsoft.lock:
            change = Change(len(self.changes) + 1, folder, kind, message.number)
            self.changes.append(change)
            for watcher in self.watchers:
                watcher(self, change)

    def _new(self, folder: str) -> Stored:
        now = self.microsoft.clock.now()
        number = self.microsoft.next_number()
        return Stored(number, self.folder(folder), created_at=now, modified_at=now)

    def _conversation(self, stored: Stored) -> str:
        """Return the conversation of a mail; unrelated mails of one subject share it, as has been seen at Exchange."""
        before = {stored.in_reply_to, *stored.references}
        subject = plain_subject(stored.subject)
        for message in self.messages.values():
            if message.message_id in before or plain_subject(message.subject) == subject:
                return message.conversation
        return f"AAQkAGI2-{stored.number:06d}="
