"""A person's mailbox at the fake Microsoft, our web routes on a real port, and what writes drafts without a model."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from core.connect_links import Owner
from core.drafts import Draft
from core.job import Job, JobRequest
from core.ports import Progress
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import Settings, load_settings
from core.store import Store
from core.text.catalogues import accepted, speaking
from integrations.console.context import require_own_page
from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.mail.graph.accounts import GraphAccount, Microsoft
from integrations.mail.graph.change_notifications import ChangeNotifications
from integrations.mail.graph.connecting import GraphConnecting, Invitation
from integrations.mail.graph.provider import GraphMailSurface, GraphProvider
from integrations.mail.graph.routes import graph_mail_router
from integrations.mail.mailbox.follow_ups import follow_up
from integrations.mail.mailbox.housekeeping import ProviderHousekeeping
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.sign_in_pages import Browsers
from integrations.mail.mailbox.style_learning import learn_style
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.reply.writing_style import WritingStyle
from integrations.web.serving import listen
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.microsoft.mailboxes import Mailbox
from tests.fakes.microsoft.messages import Stored
from tests.integrations.mail.visiting import visit_all, visit_due
from tests.memory_events import MemoryEvents
from tests.stores import new_store

__all__ = ["microsoft"]

ADDRESS = "bob@example.org"
# Longer than any delivery takes on a loaded machine.
LONG_SECONDS = 60.0


class Door:
    """One web server for all tests, in which each puts its own app."""

    def __init__(self) -> None:
        self.app: Any = FastAPI()
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # As the web process does, around everything that it serves.
        with speaking(accepted(Headers(scope=scope).get("accept-language", ""))):
            await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    made = Door()
    server = uvicorn.Server(uvicorn.Config(made, log_config=None, lifespan="off"))
    with listen("127.0.0.1", 0) as listener:
        made.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        yield made
        server.should_exit = True
        thread.join(10)


def write(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    return Draft(recipe=job.recipe, text=f"Thank you for your message.\n\n[[{job.inputs['message'].split('?')[0]}?]]")


@dataclass
class Office:
    """What a test acts on: the mailbox as its owner sees it, and our side."""

    fake: FakeMicrosoft
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
    def microsoft(self) -> Microsoft:
        return Microsoft(self.settings, self.store.records, self.waits.append)

    @property
    def provider(self) -> GraphProvider:
        return GraphProvider(self.store.records, self.settings, self.waits.append)

    @property
    def housekeeping(self) -> ProviderHousekeeping[GraphAccount]:
        return ProviderHousekeeping(self.provider, self.store, self.submit)

    @property
    def account(self) -> GraphAccount:
        return self.microsoft.accounts.get("local", ADDRESS)

    def submit(self, request: JobRequest) -> Job:
        return self.store.jobs.add(request)[0]

    def connect(self, **invitation: Any) -> GraphAccount:
        """Connect the mailbox as its owner: by the link, through Microsoft's page and back."""
        link = GraphConnecting(self.microsoft).invite(Invitation(person="bob", owner_name="Bob Ray", **invitation))
        page = self.bob.signs_in(link)
        assert "is connected" in page.text, page.text
        return self.account

    def beat(self) -> None:
        """Visit the mailboxes one after the other, as a worker does when they are due."""
        visit_all(self.housekeeping)

    def take_notices(self) -> None:
        """Do what a worker does that was woken by a notice."""
        visit_due(self.housekeeping)

    def settle(self) -> int:
        """Find the outcomes of the drafts that wait."""
        return settle_drafts(self.store, self.provider, self.account)

    def learn(self) -> WritingStyle:
        """Learn how the owner writes."""
        return learn_style(self.store.records, self.provider, self.account)

    def follow_up(self) -> int:
        """Look for open questions."""
        return follow_up(self.store, self.provider, self.account, self.submit)

    def sync(self) -> list[TriageRecord]:
        return self.provider.sync(self.account, self.submit)

    def decided(self) -> list[TriageRecord]:
        return list(TriageRecords(self.microsoft.accounts.records, self.account).newest())

    def waiting_notices(self) -> int:
        return len(ChangeNotifications(self.store.records).of(self.account))

    def run(self, job_id: str) -> Job:
        """Run a job as a worker would, now, whatever wait it was given."""
        runner = Runner(
            store=self.store,
            settings=self.settings,
            events=MemoryEvents(),
            generate=self.generate,
            surface=lambda _job: GraphMailSurface(wait=self.waits.append, patience_seconds=LONG_SECONDS),
            lease_seconds=30.0,
            budget=RetryBudget(3),
        )
        with self.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE job SET not_before = 0, lease_until = NULL")
        runner.run(job_id)
        return self.store.jobs.get(job_id)

    def answer_new(self) -> list[Job]:
        return [self.run(record.job) for record in self.sync() if record.job]

    def placed(self, job: Job) -> str:
        return str(self.store.effects.get_detail(job, "draft").get("placed", ""))

    @property
    def drafts(self) -> list[Stored]:
        return self.box.drafts


@pytest.fixture
def office(microsoft: FakeMicrosoft, door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Set up an office whose person has not connected anything yet."""
    monkeypatch.setenv("INLAID_PUBLIC_URL", door.url)
    settings = load_settings()
    store = new_store(settings)
    microsoft.app.redirect_uris.add(door.url + SIGNED_IN_PATH)
    made = Office(microsoft, microsoft.person(ADDRESS, "Bob Ray"), store, settings, door.url)
    door.app = FastAPI()
    door.app.include_router(graph_mail_router(made.microsoft, lambda: made.wakes.append("woken"), made.browsers))
    yield made
    store.close()


@pytest.fixture
def connected(office: Office) -> Office:
    """Connect the mailbox and subscribe to its inbox."""
    office.connect()
    office.beat()
    office.fake.ledger.clear()
    return office
