"""Putting a draft into a thread, whatever the folder: copies of it, and what of a draft a person can change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

import pytest

from core.store import Store
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.pending_drafts import OwnDraft, PendingDraft, Thread, ThreadClaim, thread_ids
from integrations.mail.mailbox.placing import DraftsInFolder, FolderDraft, Placing, content_hash
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from tests.fakes.memory_mail import MemoryAccount
from tests.integrations.mail.imap.mails import question

DRAFT = question("ann@example.com", "In-Reply-To: <question1@example.com>", number=100)


@dataclass
class Folder:
    """A folder in which a second worker may put its copy at the same time."""

    copies: int = 1
    kept: dict[str, bytes] = field(default_factory=dict)
    names: Iterator[int] = field(default_factory=count)
    looks: int = 0

    def waiting(self) -> list[FolderDraft]:
        self.looks += 1
        mails = ((uid, parse_message(data)) for uid, data in self.kept.items())
        return [FolderDraft(uid, mail.message_id, frozenset({mail.in_reply_to})) for uid, mail in mails]

    def compare(self, draft: FolderDraft, content: str) -> Literal["unchanged", "changed", "gone"]:
        data = self.kept.get(str(draft.uid))
        if data is None:
            return "gone"
        return "unchanged" if content_hash(data) == content else "changed"

    def read(self, draft: FolderDraft) -> MailMessage | None:
        data = self.kept.get(str(draft.uid))
        return parse_message(data) if data else None

    def append(self, data: bytes) -> None:
        for _ in range(self.copies):
            self.kept[f"r{next(self.names)}"] = data

    def remove(self, drafts: Sequence[FolderDraft]) -> None:
        for draft in drafts:
            del self.kept[str(draft.uid)]


def placing(folder: Folder, store: Store, order: int = 1) -> Placing:
    source = parse_message(question("bob@example.org"))
    thread = Thread(store.records, MemoryAccount("bob@example.org", "bob"), source)
    data = DRAFT.replace(b"question100@", b"question%d@" % (100 + order))
    draft = OwnDraft(f"<question{100 + order}@example.com>", content_hash(data))
    return Placing(folder, thread, ThreadClaim(f"job{order}", (1.0, order), draft), data, thread_ids(source))


@pytest.mark.parametrize("copies", [1, 2, 3])
def test_of_copies_one_stays(store: Store, copies: int) -> None:
    folder = Folder(copies)
    assert placing(folder, store).run() == "placed"
    assert placing(folder, store).run() == "placed"
    assert len(folder.kept) == 1


def test_a_newer_mail_replaces_the_draft_and_an_older_one_comes_too_late(store: Store) -> None:
    folder = Folder()
    ends = [placing(folder, store, order).run() for order in (1, 2, 1)]
    assert ends == ["placed", "placed", "superseded"]
    assert [draft.message_id for draft in folder.waiting()] == ["<question102@example.com>"]


def test_what_a_server_writes_otherwise_is_no_change_and_another_word_is_one() -> None:
    again = DRAFT.replace(b"Subject: Lunch\r\n", b"").replace(b"From:", b"Subject: =?utf-8?Q?Lunch?=\r\nFrom:")
    assert content_hash(again) == content_hash(DRAFT)
    assert content_hash(DRAFT.replace(b"Tuesday", b"Thursday")) != content_hash(DRAFT)
    assert content_hash(DRAFT.replace(b"ann@example.com", b"eve@example.com")) != content_hash(DRAFT)


@dataclass
class Mailbox(DraftsInFolder):
    """A mailbox of which drafts are all that there is."""

    folder: Folder

    def drafts_folder(self) -> Folder:
        return self.folder

    @property
    def sender(self) -> Address:
        return Address(address="bob@example.org")


def test_the_folder_is_looked_at_once_however_many_drafts_are_read() -> None:
    folder = Folder()
    for number in range(3):
        folder.append(DRAFT.replace(b"question100@", b"question%d@" % number))
    mailbox = Mailbox(folder)
    for number in range(3):
        draft = PendingDraft("bob", f"job{number}", OwnDraft(f"<question{number}@example.com>", ""))
        assert mailbox.draft_state(draft).is_waiting
        read = mailbox.read_draft(draft)
        assert read is not None
        assert read.message_id == draft.draft.message_id
    assert folder.looks == 1
