"""A mailbox of each kind as its owner uses it, and our side, for the contract tests."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from core.drafts import Draft, Finding, Gap, gap
from core.job import Job
from core.ports import Progress
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import load_settings
from core.store import Store
from integrations.mail.imap.labels import keyword_of
from integrations.mail.mailbox.account import MailboxAccount
from integrations.mail.mailbox.provider import Provider
from tests.fakes.google import Stored as GmailStored
from tests.fakes.memory_mail import MemoryAccount, MemoryProvider, MemoryServer, MemorySurface, StoredMail
from tests.fakes.microsoft.messages import Stored
from tests.integrations.mail.gmail.conftest import Desk
from tests.integrations.mail.graph.conftest import ADDRESS, LONG_SECONDS, Office
from tests.integrations.mail.imap.conftest import Mailbox
from tests.memory_events import MemoryEvents

MARK = "flagged"


class Rig(Protocol):
    """A mailbox as its owner sees it, and our side."""

    store: Store

    @property
    def account(self) -> MailboxAccount: ...

    @property
    def provider(self) -> Provider[Any]: ...

    @property
    def address(self) -> str: ...

    def receive(self, data: bytes) -> None: ...

    def run(self, job_id: str) -> Job: ...

    def drafts(self) -> list[str]:
        """Return the texts of the drafts that wait."""

    def edit_draft(self, text: str) -> None: ...

    def fill_draft(self, text: str) -> None:
        """Write over each gap of the draft."""

    def send_draft(self) -> None: ...

    def discard_draft(self) -> None: ...

    def file_sent(self, data: bytes, at: datetime) -> None:
        """File a mail among the sent ones."""

    def discard_source(self) -> None:
        """Throw away what is in the inbox."""

    def mark_all(self) -> None:
        """Mark what is in the inbox for a draft."""

    def labels(self) -> list[set[str]]:
        """Return what each mail in the inbox is labelled with, oldest first, as keywords."""

    def label_all(self, label: str) -> None:
        """Label what is in the inbox, as its owner would."""

    def make_folder(self, name: str) -> None:
        """Make a folder, or a label."""

    def receive_in(self, folder: str, data: bytes) -> None:
        """Let a rule file a mail there that comes."""

    def move_all(self, folder: str) -> None:
        """Move what is in the inbox there."""


def write(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    """Write a draft with a gap (Also), a hint (By the way), an alert (Careful), a remark (Check), gaps (only you)."""
    answer = f"Thank you for your message.\n\nOn Tuesday I am free from {job.wish or 'noon to two'}."
    lines = str(job.inputs.get("message", "")).splitlines()
    gaps = tuple(
        Gap(place=gap(line), question=line, is_hint=line[:4] != "Also", is_alert=line.startswith("Careful"))
        for line in lines
        if line.startswith(("By the way", "Also", "Careful"))
    )
    text = "\n\n".join([answer, *(one.place for one in gaps if not one.is_alert)])
    told = (Finding(check="facts", severity="warn", place="Tuesday", sentence=one) for one in lines if "Check" in one)
    return Draft(recipe=job.recipe, text=text, gaps=gaps, findings=(*told,), skeleton="only you" in str(lines))


def filled(data: bytes, text: str) -> bytes:
    return re.sub(rb"\[\[.*?\]\]", text.encode(), data, flags=re.DOTALL)


class DovecotRig:
    """The mailbox on a real Dovecot."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.store, self.account, self.address = mailbox.store, mailbox.account, mailbox.account.user
        self.provider = mailbox.provider
        mailbox.generate = write

    def receive(self, data: bytes) -> None:
        self._mailbox.receive(data)

    def run(self, job_id: str) -> Job:
        return self._mailbox.run(job_id)

    def drafts(self) -> list[str]:
        return [data.decode() for data in self._mailbox.drafts()]

    def edit_draft(self, text: str) -> None:
        self._change(lambda data: data.replace(b"Thank you for your message.", text.encode()))

    def fill_draft(self, text: str) -> None:
        self._change(lambda data: filled(data, text))

    def _change(self, change: Callable[[bytes], bytes]) -> None:
        changed = change(*self._mailbox.drafts())
        self._mailbox.discard_drafts()
        with self._mailbox.server.client(self.address) as client:
            client.append(self._mailbox.server.drafts, changed, flags=(b"\\Draft",))

    def send_draft(self) -> None:
        (data,) = self._mailbox.drafts()
        self._mailbox.send(data)
        self._mailbox.discard_drafts()

    def discard_draft(self) -> None:
        self._mailbox.discard_drafts()

    def file_sent(self, data: bytes, at: datetime) -> None:
        with self._mailbox.server.client(self.address) as client:
            client.append(self._mailbox.server.sent, data, msg_time=at)

    def discard_source(self) -> None:
        with self._mailbox.server.client(self.address) as client:
            if not client.folder_exists("Trash"):
                client.create_folder("Trash")
            client.select_folder("INBOX")
            client.move(client.search(), "Trash")

    def mark_all(self) -> None:
        with self._mailbox.server.client(self.address) as client:
            client.select_folder("INBOX")
            client.add_flags(client.search(), [b"\\Flagged"])

    def labels(self) -> list[set[str]]:
        return [{flag.decode() for flag in flags if flag[:1] != b"\\"} for _, flags in self._mailbox.inbox()]

    def label_all(self, label: str) -> None:
        with self._mailbox.server.client(self.address) as client:
            client.select_folder("INBOX")
            client.add_flags(client.search(), [keyword_of(label)])

    def make_folder(self, name: str) -> None:
        with self._mailbox.server.client(self.address) as client:
            client.create_folder(name)

    def receive_in(self, folder: str, data: bytes) -> None:
        with self._mailbox.server.client(self.address) as client:
            client.append(folder, data)

    def move_all(self, folder: str) -> None:
        with self._mailbox.server.client(self.address) as client:
            client.select_folder("INBOX")
            client.move(client.search(), folder)


class GraphRig:
    """The mailbox at the fake Microsoft, over HTTP."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.store, self.account, self.address = office.store, office.account, ADDRESS
        self.provider = office.provider
        office.generate = write

    def receive(self, data: bytes) -> None:
        self._office.box.receive(data)
        self._office.fake.clock.advance(2)

    def run(self, job_id: str) -> Job:
        return self._office.run(job_id)

    def drafts(self) -> list[str]:
        return [draft.text for draft in self._office.drafts]

    def edit_draft(self, text: str) -> None:
        self._office.box.edits(self._draft, text)

    def fill_draft(self, text: str) -> None:
        self._draft.html = filled(self._draft.html.encode(), text).decode()
        self._office.box.touch(self._draft)

    def send_draft(self) -> None:
        self._office.box.sends(self._draft)

    def discard_draft(self) -> None:
        self._office.box.discards(self._draft)

    def file_sent(self, data: bytes, at: datetime) -> None:
        self._office.box.receive(data, "sentitems").created_at = at.timestamp()

    def discard_source(self) -> None:
        for mail in self._office.box.in_folder("inbox"):
            self._office.box.discards(mail)

    def mark_all(self) -> None:
        for mail in self._office.box.in_folder("inbox"):
            mail.is_flagged = True

    def labels(self) -> list[set[str]]:
        return [{keyword_of(name) for name in mail.categories} for mail in self._office.box.in_folder("inbox")]

    def label_all(self, label: str) -> None:
        for mail in self._office.box.in_folder("inbox"):
            mail.categories.append(label)
            self._office.box.touch(mail)

    def make_folder(self, name: str) -> None:
        self._office.box.folders[name.casefold()] = ""

    def receive_in(self, folder: str, data: bytes) -> None:
        self._office.box.receive(data, folder.casefold())
        self._office.fake.clock.advance(2)

    def move_all(self, folder: str) -> None:
        for mail in self._office.box.in_folder("inbox"):
            self._office.box.move(mail, folder.casefold())

    @property
    def _draft(self) -> Stored:
        (draft,) = self._office.drafts
        return draft


class GmailRig:
    """The mailbox at the fake Google, over HTTP."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.store, self.account, self.address = desk.store, desk.account, ADDRESS
        self.provider = desk.provider
        desk.generate = write

    def receive(self, data: bytes) -> None:
        self._desk.box.receive(data)
        self._desk.fake.clock.advance(2)

    def run(self, job_id: str) -> Job:
        return self._desk.run(job_id)

    def drafts(self) -> list[str]:
        return [draft.text for draft in self._desk.drafts]

    def edit_draft(self, text: str) -> None:
        self._desk.box.edits(self._draft, text)

    def fill_draft(self, text: str) -> None:
        draft = self._draft
        self._desk.box.replace_draft(self._desk.box.draft_of(draft), filled(draft.data, text), draft.thread)

    def send_draft(self) -> None:
        self._desk.box.sends(self._draft)

    def discard_draft(self) -> None:
        self._desk.box.discards_draft(self._draft)

    def file_sent(self, data: bytes, at: datetime) -> None:
        self._desk.box.receive(data, "SENT", at=at.timestamp())

    def discard_source(self) -> None:
        for mail in self._desk.box.of("INBOX"):
            self._desk.box.discards(mail)

    def mark_all(self) -> None:
        for mail in self._desk.box.of("INBOX"):
            self._desk.box.relabel(mail, add={"STARRED"}, remove=set())

    def labels(self) -> list[set[str]]:
        named = {key: name for name, key in self._desk.box.labels.items()}
        return [{keyword_of(named[key]) for key in mail.labels if key in named} for mail in self._desk.box.of("INBOX")]

    def label_all(self, label: str) -> None:
        for mail in self._desk.box.of("INBOX"):
            self._desk.box.relabel(mail, add={self._desk.box.label(label)}, remove=set())

    def make_folder(self, name: str) -> None:
        self._desk.box.label(name)

    def receive_in(self, folder: str, data: bytes) -> None:
        self._desk.box.receive(data, self._desk.box.label(folder), "UNREAD")
        self._desk.fake.clock.advance(2)

    def move_all(self, folder: str) -> None:
        for mail in self._desk.box.of("INBOX"):
            self._desk.box.relabel(mail, add={self._desk.box.label(folder)}, remove={"INBOX"})

    def forget_positions(self) -> None:
        """Let every position in a folder be too old."""
        self._desk.box.forget_history()

    @property
    def _draft(self) -> GmailStored:
        (draft,) = self._desk.drafts
        return draft


@dataclass
class MemoryRig:
    """The mailbox in memory."""

    store: Store
    address: str = "bob@example.org"
    server: MemoryServer = field(default_factory=MemoryServer)

    @property
    def account(self) -> MemoryAccount:
        return MemoryAccount(self.address, "bob", owner_name="Bob Ray")

    @property
    def provider(self) -> MemoryProvider:
        return MemoryProvider(self.store.records, {self.address: self.server})

    def receive(self, data: bytes) -> None:
        self.server.mails.append(StoredMail(data, "inbox"))

    def run(self, job_id: str) -> Job:
        surface = MemorySurface({self.address: self.server}, patience_seconds=LONG_SECONDS)
        runner = Runner(
            store=self.store,
            settings=load_settings(),
            events=MemoryEvents(),
            generate=write,
            surface=lambda _job: surface,
            lease_seconds=30.0,
            budget=RetryBudget(3),
        )
        runner.run(job_id)
        return self.store.jobs.get(job_id)

    def drafts(self) -> list[str]:
        return [mail.message.text for mail in self.server.of("drafts")]

    def edit_draft(self, text: str) -> None:
        self._draft.data = self._draft.data.replace(b"Thank you for your message.", text.encode())

    def fill_draft(self, text: str) -> None:
        self._draft.data = filled(self._draft.data, text)

    def send_draft(self) -> None:
        draft = self._draft
        draft.folder, draft.at = "sent", time.time()

    def discard_draft(self) -> None:
        self.server.mails.remove(self._draft)

    def file_sent(self, data: bytes, at: datetime) -> None:
        self.server.mails.append(StoredMail(data, "sent", at.timestamp()))

    def discard_source(self) -> None:
        for mail in self.server.of("inbox"):
            mail.folder = "trash"

    def mark_all(self) -> None:
        for mail in self.server.of("inbox"):
            mail.marks.add(MARK)

    def labels(self) -> list[set[str]]:
        return [{keyword_of(label) for label in mail.labels} for mail in self.server.of("inbox")]

    def label_all(self, label: str) -> None:
        for mail in self.server.of("inbox"):
            mail.labels.add(label)

    def make_folder(self, name: str) -> None:
        self.server.names.add(name)

    def receive_in(self, folder: str, data: bytes) -> None:
        self.server.mails.append(StoredMail(data, folder.casefold()))

    def move_all(self, folder: str) -> None:
        for mail in self.server.of("inbox"):
            mail.folder = folder.casefold()

    @property
    def _draft(self) -> StoredMail:
        (draft,) = self.server.of("drafts")
        return draft
