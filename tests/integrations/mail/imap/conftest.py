"""A mailbox of its own for each test, on a real Dovecot, and what writes and delivers drafts without a model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from core.drafts import Draft
from core.job import Job, JobRequest
from core.ports import Progress, Surface, SurfaceContext
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import Settings, load_settings
from core.store import Store
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.provider import ImapProvider, MailSurface
from integrations.mail.mailbox.follow_ups import follow_up
from integrations.mail.mailbox.housekeeping import ProviderHousekeeping
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.style_learning import learn_style
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.reply.writing_style import WritingStyle
from tests.integrations.mail.visiting import visit_all
from tests.memory_events import MemoryEvents
from tests.servers import pymap_server
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.pymap_server import Pymap
from tests.stores import new_store

_numbers = count(1)
LONG_SECONDS = 60.0


def deliver_patiently(_job: Job) -> MailSurface:
    """Return a surface that waits longer than any delivery takes on a loaded machine."""
    return MailSurface(patience_seconds=LONG_SECONDS)


def write(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    return Draft(recipe=job.recipe, text=f"Thank you for your message.\n\n[[{job.inputs['message'].split('?')[0]}?]]")


def write_finished(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    """Write a draft that leaves nothing open."""
    return Draft(recipe=job.recipe, text="Thank you for your message.\n\nOn Tuesday I am free from noon to two.")


@dataclass
class Mailbox:
    """What a test acts on: the mailbox as its owner sees it, and our side."""

    server: Dovecot | Pymap
    store: Store
    account: ImapAccount
    generate: Callable[[Job, dict[str, Any], Progress], Draft] = field(default=write)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.store.records)

    @property
    def context(self) -> SurfaceContext:
        return SurfaceContext(load_settings(), self.store.jobs, self.store.records, self.store.effects)

    @property
    def provider(self) -> ImapProvider:
        return ImapProvider(self.store.records)

    def receive(self, *mails: bytes) -> None:
        self.server.receive(*mails, user=self.account.user)

    def inbox(self) -> list[tuple[bytes, tuple[bytes, ...]]]:
        return self.server.messages("INBOX", self.account.user)

    def drafts(self) -> list[bytes]:
        return [data for data, _ in self.server.messages(self.server.drafts, self.account.user)]

    def send(self, data: bytes) -> None:
        """Let the owner's mail program send a mail: it files a copy."""
        with self.server.client(self.account.user) as client:
            client.append(self.server.sent, data, flags=(b"\\Seen",), msg_time=datetime.now(UTC))

    def discard_drafts(self) -> None:
        """Let the owner empty the Drafts folder."""
        with self.server.client(self.account.user) as client:
            client.select_folder(self.server.drafts)
            client.delete_messages(client.search())
            client.expunge()

    def settle(self) -> int:
        """Find the outcomes of the drafts that wait."""
        return settle_drafts(self.store, self.provider, self.account)

    def learn(self) -> WritingStyle:
        """Learn how the owner writes."""
        return learn_style(self.store.records, self.provider, self.account)

    def follow_up(self) -> int:
        """Look for open questions."""
        return follow_up(self.store, self.provider, self.account, self.submit)

    def submit(self, request: JobRequest) -> Job:
        return self.store.jobs.add(request)[0]

    def sync(self) -> list[TriageRecord]:
        return self.provider.sync(self.account, self.submit)

    def beat(self) -> None:
        """Visit the mailboxes one after the other, as a worker does when they are due."""
        visit_all(ProviderHousekeeping(self.provider, self.store, self.submit))

    def deliver(self, judged: TriageRecord) -> Job:
        """Run the job of a mail as a worker would."""
        return self.run(judged.job)

    def run(self, job_id: str, *, surface: Callable[[Job], Surface | None] = deliver_patiently) -> Job:
        """Run a job as a worker would."""
        runner = Runner(
            store=self.store,
            settings=load_settings(),
            events=MemoryEvents(),
            generate=self.generate,
            surface=surface,
            lease_seconds=30.0,
            budget=RetryBudget(3),
        )
        with self.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET not_before = 0, lease_until = NULL")
        runner.run(job_id)
        return self.store.jobs.get(job_id)

    def answer_new(self) -> list[Job]:
        return [self.deliver(record) for record in self.sync() if record.job]


@pytest.fixture
def mailbox(dovecot: Dovecot, settings: Settings) -> Iterator[Mailbox]:
    """Connect a mailbox that nobody has used."""
    with connected(dovecot, settings) as made:
        yield made


@contextmanager
def connected(server: Dovecot | Pymap, settings: Settings) -> Iterator[Mailbox]:
    """Connect a mailbox on a server: a new user's, where it has any number of them."""
    store = new_store(settings)
    user = pymap_server.USER if isinstance(server, Pymap) else f"bob{next(_numbers)}@example.org"
    password = pymap_server.PASSWORD if isinstance(server, Pymap) else PASSWORD
    account = ImapAccount("127.0.0.1", server.port, user, password, "none", "bob", address=user, owner_name="Bob Ray")
    Accounts(store.records).save(account)
    yield Mailbox(server, store, account)
    store.close()
