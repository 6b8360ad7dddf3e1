"""A person's mailbox at the fake Google, our web routes on a real port, and what writes drafts without a model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI

from core.connect_links import Owner
from core.drafts import Draft
from core.job import Job, JobRequest
from core.ports import Progress
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import Settings, load_settings
from core.store import Store
from integrations.console.context import require_own_page
from integrations.mail.gmail.accounts import GmailAccount, Google
from integrations.mail.gmail.connecting import SIGNED_IN_PATH, GmailConnecting
from integrations.mail.gmail.provider import GmailProvider, GmailSurface
from integrations.mail.gmail.routes import gmail_router
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.sign_in_pages import Browsers
from integrations.mail.mailbox.triage_records import TriageRecord
from tests.fakes.google import FakeGoogle, Mailbox, Person, Stored
from tests.fakes.google.fixture import google
from tests.integrations.mail.graph.conftest import ADDRESS, LONG_SECONDS, Door, door, write
from tests.memory_events import MemoryEvents
from tests.stores import new_store

__all__ = ["door", "google"]


@dataclass
class Desk:
    """What a test acts on: the mailbox as its owner sees it, and our side."""

    fake: FakeGoogle
    bob: Person
    store: Store
    settings: Settings
    url: str
    wakes: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    generate: Callable[[Job, dict[str, Any], Progress], Draft] = field(default=write)
    console: Owner | None = None

    @property
    def browsers(self) -> Browsers:
        """What the web process knows of browsers; `console` is whoever is signed in to the console there."""
        return Browsers(lambda request: require_own_page(request, self.url), lambda _request: self.console)

    @property
    def box(self) -> Mailbox:
        return self.fake.mailbox(self.bob)

    @property
    def google(self) -> Google:
        return Google(self.settings, self.store.records, self.waits.append)

    @property
    def provider(self) -> GmailProvider:
        return GmailProvider(self.store.records, self.settings, self.waits.append)

    @property
    def account(self) -> GmailAccount:
        return self.google.accounts.get("local", ADDRESS)

    @property
    def drafts(self) -> list[Stored]:
        return self.box.drafts

    def submit(self, request: JobRequest) -> Job:
        return self.store.jobs.add(request)[0]

    def link(self, person: str = "bob", name: str = "") -> str:
        return GmailConnecting(self.google).invite(Owner("local", person, name))

    def connect(self) -> GmailAccount:
        """Connect the mailbox as its owner: by the link, through Google's page and back."""
        page = self.bob.signs_in(self.link())
        assert "is connected" in page.text, page.text
        return self.account

    def sync(self) -> list[TriageRecord]:
        return self.provider.sync(self.account, self.submit)

    def run(self, job_id: str) -> Job:
        """Run a job as a worker would, now, whatever wait it was given."""
        runner = Runner(
            store=self.store,
            settings=self.settings,
            events=MemoryEvents(),
            generate=self.generate,
            surface=lambda _job: GmailSurface(wait=self.waits.append, patience_seconds=LONG_SECONDS),
            lease_seconds=30.0,
            budget=RetryBudget(3),
        )
        with self.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET not_before = 0, lease_until = NULL")
        runner.run(job_id)
        return self.store.jobs.get(job_id)

    def answer_new(self) -> list[Job]:
        return [self.run(record.job) for record in self.sync() if record.job]

    def settle(self) -> int:
        return settle_drafts(self.store, self.provider, self.account)

    def placed(self, job: Job) -> str:
        return str(self.store.effects.get_detail(job, "draft").get("placed", ""))


@pytest.fixture
def desk(google: FakeGoogle, door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Set up an installation whose person has not connected anything yet."""
    monkeypatch.setenv("INLAID_PUBLIC_URL", door.url)
    settings = load_settings()
    store = new_store(settings)
    google.redirect_uris.add(door.url + SIGNED_IN_PATH)
    made = Desk(google, google.person(ADDRESS, "Bob Ray"), store, settings, door.url)
    door.app = FastAPI()
    door.app.include_router(gmail_router(made.google, lambda: made.wakes.append("woken"), made.browsers))
    yield made
    store.close()


@pytest.fixture
def seated(desk: Desk) -> Desk:
    """Connect the mailbox."""
    desk.connect()
    desk.fake.ledger.clear()
    return desk
