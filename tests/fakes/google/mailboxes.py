"""A mailbox at Gmail, and what its owner does in it.

Messages never change; a draft is a container with a stable id whose message is replaced
(https://developers.google.com/workspace/gmail/api/guides/drafts). A mail joins the thread of what it answers when the
subject is the same too.
"""

import email.policy
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from itertools import count
from typing import Any

from core.cached_property import cached_property
from tests.fakes.slack.clock import Clock

SYSTEM_LABELS = ("INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "UNREAD", "STARRED", "IMPORTANT")
_PREFIX = re.compile(r"^(?:(?:re|aw|sv|fwd?):\s*)+", re.IGNORECASE)


@dataclass
class Stored:
    """A message: its bytes never change, its labels do."""

    id: str
    thread: str
    data: bytes
    labels: set[str]
    at: float
    history: int = 0

    @property
    def mail(self) -> EmailMessage:
        found = message_from_bytes(self.data, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @cached_property
    def message_id(self) -> str:
        return str(self.mail.get("Message-ID", ""))

    @cached_property
    def subject(self) -> str:
        return str(self.mail.get("Subject", ""))

    @cached_property
    def in_reply_to(self) -> str:
        return str(self.mail.get("In-Reply-To", ""))

    @cached_property
    def answers(self) -> set[str]:
        """The ids that the mail says it answers."""
        return set(f"{self.in_reply_to} {self.mail.get('References', '')}".split())

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def is_read(self) -> bool:
        return "UNREAD" not in self.labels

    @property
    def is_draft(self) -> bool:
        return "DRAFT" in self.labels


@dataclass(frozen=True)
class Change:
    """A record of the history: what happened to a message, and with which labels."""

    number: int
    kind: str
    message: Stored
    labels: tuple[str, ...] = ()


@dataclass
class Mailbox:
    """All mail of one account.

    `rewrites_message_ids`: a draft that is edited or sent gets a Message-ID of Gmail's. `rewrites_senders`: a new draft
    gets the name of the account. `send_as`: further addresses that its owner has entered to send from, and their
    verification (`accepted`, `pending`). `watcher` hears of every change.
    """

    address: str
    clock: Clock
    messages: dict[str, Stored] = field(default_factory=dict)
    draft_ids: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    first_history: int = 0
    rewrites_message_ids: bool = False
    rewrites_senders: bool = False
    is_full: bool = False
    send_as: dict[str, str] = field(default_factory=dict)
    watcher: Callable[["Mailbox", Change], None] = lambda _box, _change: None
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Callable[[], int] = field(default_factory=lambda: count(0x19A0).__next__)

    @property
    def history_id(self) -> int:
        return self.changes[-1].number if self.changes else 1000

    @property
    def shown_send_as(self) -> dict[str, Any]:
        """The addresses that mail can be sent from, as the settings show them."""
        primary = {"sendAsEmail": self.address, "displayName": "", "isPrimary": True, "isDefault": True}
        others = [
            {"sendAsEmail": address, "displayName": "", "treatAsAlias": True, "verificationStatus": status}
            for address, status in self.send_as.items()
        ]
        return {"sendAs": [primary, *others]}

    # What the owner does.

    def receive(self, data: bytes, *labels: str, at: float = 0.0) -> Stored:
        """Take in a mail; into the inbox, unread, where nothing else is said."""
        return self.add(data, set(labels) or {"INBOX", "UNREAD"}, at=at)

    def edits(self, draft: Stored, text: str) -> Stored:
        """Write something else into a draft, in the browser: the message is another one, with a Message-ID of Gmail."""
        data = draft.data.replace(b"Thank you for your message.", text.encode())
        assert data != draft.data, "nothing to replace"
        if self.rewrites_message_ids:
            data = self._renamed(data)
        return self.replace_draft(self.draft_of(draft), data, draft.thread)

    def begins_reply(self, source: Stored, text: str) -> Stored:
        """Begin an own answer."""
        head = f"From: {self.address}\r\nTo: {source.mail['From']}\r\nSubject: Re: {source.subject}\r\n"
        ids = f"Message-ID: <own{len(self.messages)}@mail.gmail.com>\r\nIn-Reply-To: {source.message_id}\r\n"
        data = f"{head}{ids}References: {source.message_id}\r\n\r\n{text}\r\n".encode()
        return self.create_draft(data, source.thread)

    def sends(self, draft: Stored) -> Stored:
        """Send a draft: it is deleted, and another message stands in its thread."""
        with self.lock:
            self.delete_draft(self.draft_of(draft))
            data = self._renamed(draft.data) if self.rewrites_message_ids else draft.data
            return self.add(data, {"SENT"}, thread=draft.thread)

    def discards_draft(self, draft: Stored) -> None:
        """Throw a draft away."""
        self.delete_draft(self.draft_of(draft))

    def discards(self, mail: Stored) -> None:
        """Move a mail into the bin."""
        self.relabel(mail, add={"TRASH"}, remove={"INBOX"})

    def forget_history(self) -> None:
        """Let every history id so far be too old."""
        self.first_history = self.history_id + 1
        self._change("labelAdded", next(iter(self.messages.values())), "IMPORTANT")

    # What the API does.

    def of(self, *labels: str) -> list[Stored]:
        """Return the messages with all of these labels, oldest first."""
        with self.lock:
            return [mail for mail in self.messages.values() if set(labels) <= mail.labels]

    @property
    def drafts(self) -> list[Stored]:
        with self.lock:
            return [self.messages[message_id] for message_id in self.draft_ids.values()]

    def draft_of(self, draft: Stored) -> str:
        with self.lock:
            return next(key for key, message_id in self.draft_ids.items() if message_id == draft.id)

    def add(self, data: bytes, labels: set[str], *, at: float = 0.0, thread: str = "") -> Stored:
        """Store a message in its thread."""
        with self.lock:
            made = Stored(self._new_id(), "", data, set(labels), at or self.clock.now())
            made.thread = thread or self._thread_of(made) or made.id
            self.messages[made.id] = made
            self._change("messageAdded", made)
            return made

    def create_draft(self, data: bytes, thread: str = "") -> Stored:
        """Store a draft; into a thread only when its headers and its subject belong there."""
        with self.lock:
            if self.rewrites_senders:
                data = re.sub(rb"(?m)^From:[^\r\n]*", f"From: Robert Ray <{self.address}>".encode(), data, count=1)
            made = self.add(data, {"DRAFT"})
            if thread and thread != made.thread:  # Gmail keeps it apart
                assert not self._belongs(made, thread), "the thread is found by the headers"
            self.draft_ids[f"r{self._new_id()}"] = made.id
            return made

    def replace_draft(self, draft_id: str, data: bytes, thread: str) -> Stored:
        with self.lock:
            old = self.messages.pop(self.draft_ids[draft_id])
            self._change("messageDeleted", old)
            made = self.add(data, {"DRAFT"}, thread=thread)
            self.draft_ids[draft_id] = made.id
            return made

    def delete_draft(self, draft_id: str) -> None:
        with self.lock:
            old = self.messages.pop(self.draft_ids.pop(draft_id))
            self._change("messageDeleted", old)

    def relabel(self, mail: Stored, *, add: set[str], remove: set[str]) -> None:
        with self.lock:
            added, removed = add - mail.labels, remove & mail.labels
            mail.labels = (mail.labels | add) - remove
            if added:
                self._change("labelAdded", mail, *added)
            if removed:
                self._change("labelRemoved", mail, *removed)

    def label(self, name: str) -> str:
        """Return the id of a label of the owner's, new when there is none of that name."""
        with self.lock:
            return self.labels.setdefault(name, f"Label_{len(self.labels) + 1}")

    def _belongs(self, mail: Stored, thread: str) -> bool:
        return thread in self._threads_of(mail)

    def _thread_of(self, mail: Stored) -> str:
        threads = self._threads_of(mail)
        return next((other.thread for other in self.messages.values() if other.thread in threads), "")

    def _threads_of(self, mail: Stored) -> set[str]:
        return {
            other.thread
            for other in self.messages.values()
            if other.message_id in mail.answers and other.id != mail.id and bare(other.subject) == bare(mail.subject)
        }

    def _change(self, kind: str, message: Stored, *labels: str) -> None:
        number = self.history_id + 7  # rising, with gaps
        message.history = number
        self.changes.append(Change(number, kind, message, labels))
        self.watcher(self, self.changes[-1])

    def _new_id(self) -> str:
        return f"{self._numbers():016x}"

    def _renamed(self, data: bytes) -> bytes:
        new = f"Message-ID: <CA{self._new_id()}@mail.gmail.com>".encode()
        return re.sub(rb"(?im)^Message-ID:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", new, data, count=1)


def bare(subject: str) -> str:
    """Return a subject without what answers and forwards put before it."""
    return _PREFIX.sub("", " ".join(subject.split())).casefold()
