"""The four kinds of mailbox for the contract tests, each with what its owner does in it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from core.drafts import Draft
from core.events import MemoryEvents
from core.job import Job, JobRequest
from core.ports import Progress
from core.runner.runner import Runner
from core.settings import Settings, load_settings
from core.store import Store, open_store
from integrations.mail.imap.labels import keyword_of
from integrations.mail.mailbox.account import Account
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.provider import Provider
from integrations.mail.mailbox.triage_records import TriageRecord
from tests.fakes.google import Stored as GmailStored
from tests.fakes.memory_mail import MemoryAccount, MemoryProvider, MemoryServer, MemorySurface, StoredMail
from tests.fakes.microsoft.messages import Stored
from tests.integrations.mail.gmail.conftest import Desk, desk, google, seated
from tests.integrations.mail.graph.conftest import ADDRESS, LONG_SECONDS, Office, connected, door, microsoft, office
from tests.integrations.mail.imap.conftest import Mailbox, mailbox
from tests.integrations.mail.imap.mails import question

__all__ = ["connected", "desk", "door", "google", "mailbox", "microsoft", "office", "seated"]

MARK = "flagged"


class Rig(Protocol):
    """A mailbox as its owner sees it, and our side."""

    store: Store

    @property
    def account(self) -> Account: ...

    @property
    def provider(self) -> Provider[Any]: ...

    @property
    def address(self) -> str: ...

    def receive(self, data: bytes) -> None: ...

    def run(self, job_id: str) -> Job: ...

    def drafts(self) -> list[str]:
        """Return the texts of the drafts that wait."""

    def edit_draft(self, text: str) -> None: ...

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


def write(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    """Write a draft that leaves nothing open."""
    return Draft(recipe=job.recipe, text="Thank you for your message.\n\nOn Tuesday I am free from noon to two.")


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
        (data,) = self._mailbox.drafts()
        self._mailbox.discard_drafts()
        changed = data.replace(b"Thank you for your message.", text.encode())
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
            max_attempts=3,
        )
        runner.run(job_id)
        return self.store.jobs.get(job_id)

    def drafts(self) -> list[str]:
        return [mail.message.text for mail in self.server.of("drafts")]

    def edit_draft(self, text: str) -> None:
        self._draft.data = self._draft.data.replace(b"Thank you for your message.", text.encode())

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

    @property
    def _draft(self) -> StoredMail:
        (draft,) = self.server.of("drafts")
        return draft


@pytest.fixture(params=["memory", "dovecot", "microsoft", "gmail"])
def rig(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Rig]:
    """Connect a mailbox that nobody has used, of each provider in turn."""
    if request.param == "dovecot":
        yield DovecotRig(request.getfixturevalue("mailbox"))
    elif request.param == "microsoft":
        yield GraphRig(request.getfixturevalue("connected"))
    elif request.param == "gmail":
        yield GmailRig(request.getfixturevalue("seated"))
    else:
        store = open_store(settings)
        made = MemoryRig(store)
        made.provider.accounts.save(made.account)
        yield made
        store.close()


ASKED = "Hi Ann,\n\ncould you send me the floor plan of the new office?\n\nBob"


def submit(rig: Rig) -> Callable[[JobRequest], Job]:
    return lambda request: rig.store.jobs.add(request)[0]


def sync(rig: Rig) -> list[TriageRecord]:
    return rig.provider.sync(rig.account, submit(rig))


def answer_new(rig: Rig) -> list[Job]:
    return [rig.run(record.job) for record in sync(rig) if record.job]


def placed(rig: Rig, job: Job) -> str:
    return str(rig.store.effects.get_detail(job, "draft").get("placed"))


def outcomes(rig: Rig) -> list[str]:
    """Look for outcomes, and return all that are known."""
    settle_drafts(rig.store, rig.provider, rig.account)
    found = rig.store.effects.outcomes.acts_of([job.id for job in rig.store.jobs.list()])
    return sorted(act.outcome for acts in found.values() for act in acts)


def want(rig: Rig, preferences: Preferences) -> None:
    save_preferences(rig.store.records, rig.account.workspace, rig.account.name, preferences, person="bob")


def own_mail(rig: Rig, *, days: float, number: int) -> None:
    """File a mail that the owner sent so many days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    data = question("x@example.org", body=ASKED, number=number, date=at)
    data = data.replace(b"From: Ann Lee <ann.lee@example.com>", f"From: Bob Ray <{rig.address}>".encode())
    rig.file_sent(data.replace(b"To: Bob Ray <x@example.org>", b"To: Ann Lee <ann.lee@example.com>"), at)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()
