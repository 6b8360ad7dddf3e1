"""Slack in one process: the fake, the real Bolt app, store, runner and surface, and drafts that the test writes."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import SecretStr
from slack_bolt import App

from core.drafts import Draft
from core.errors import InlaidError
from core.job import Job, recipe_inputs
from core.observability.readiness import database_probe
from core.ports import MailDrafts, Progress
from core.recipes.inputs import validate_inputs
from core.runner.heartbeat import Heartbeat
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import Settings
from core.store import EffectStore, Store
from integrations.slack.app import dispatch, make_app
from integrations.slack.context import AppContext
from integrations.slack.mailbox import NO_MAILBOX
from integrations.slack.surface import SlackSurface
from integrations.web.wiring import WebServices, open_services
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.fixture import slack as slack
from tests.fakes.slack.person import Person
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel, Message
from tests.in_memory import MemoryQueue, MemoryTail
from tests.integrations.api.running import RunningWeb, running_web
from tests.memory_events import MemoryEvents
from tests.servers.valkey import ValkeyProcess
from tests.stores import new_store

Reply = str | Draft | InlaidError


@dataclass
class Office:
    """A workspace, its people, the app, and a worker that the test lets run.

    Attributes:
        answers: what the drafts say, in order; the last one repeats.
        read: the inputs of each draft, as the worker had them.
        while_writing: called after each word.
        dying: a ledger that takes the place of the store's.
        wired: what was opened for the app.
        generate: writes the drafts in place of `answers`.
        is_killed: the web process dies after each acknowledgement: what was to follow it is lost.
    """

    slack: FakeSlack
    acme: Workspace
    ada: Person
    grace: Person
    general: Channel
    settings: Settings
    store: Store
    answers: list[Reply] = field(default_factory=lambda: ["The printer is broken."])
    read: list[dict[str, str]] = field(default_factory=list)
    while_writing: Callable[[Progress], None] = lambda _progress: None
    lease_seconds: float = 60.0
    dying: EffectStore | None = None
    events: MemoryEvents = field(default_factory=MemoryEvents)
    mailbox: MailDrafts = NO_MAILBOX
    wired: list[WebServices] = field(default_factory=list)
    generate: Callable[[Job, dict[str, Any], Progress], Draft] | None = None
    is_killed: bool = False

    def __post_init__(self) -> None:
        self._is_answering = False
        self._in_background: list[Callable[[], None]] = []
        self.web = open_services(
            self.settings,
            store=self.store,
            queue=MemoryQueue(),
            events=self.events,
            tail=MemoryTail(self.events),
            probes={"database": database_probe(self.store.database)},
            mailboxes=self.mailbox,
            background=self.in_background,
        )
        self.wired.append(self.web)
        self.recipes = self.web.recipes
        self.context: AppContext = self.web.slack
        self.surface = SlackSurface(self.recipes, mailboxes=lambda _records, _settings: self.mailbox)
        self.app: App = make_app(self.context)
        self.slack.connect(self.handle, self.go_on_in_background)
        self._begun: set[str] = set()

    @property
    def queued(self) -> list[str]:
        """Ids of jobs that no worker has begun, and of those that are to be gone on with."""
        with self.store.database.read() as connection:
            ids = connection.exec_driver_sql("SELECT id FROM job ORDER BY created_at, id").scalars().all()
        return [job_id for job_id in ids if job_id not in self._begun]

    def hold(self, job_id: str) -> None:
        """Have no worker take a job until `go_on`."""
        self._begun.add(job_id)

    def go_on(self, job_id: str) -> None:
        """Have the next worker take a job again."""
        self._begun.discard(job_id)

    def handle(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self._is_answering = True
        try:
            response = dispatch(self.app, body.decode(), headers)
        finally:
            self._is_answering = False
        return response.status, {name: values[0] for name, values in response.headers.items()}, response.body.encode()

    def in_background(self, work: Callable[[], None]) -> None:
        """Keep work for after the acknowledgement; where none is owed, do it now."""
        if not self.is_killed:
            self._in_background.append(work)
        if not self._is_answering:
            self.go_on_in_background()

    def go_on_in_background(self) -> None:
        """Do what follows an acknowledgement; an error is only logged there."""
        while self._in_background:
            with suppress(InlaidError):
                self._in_background.pop(0)()

    def work(self) -> list[Job]:
        """Let a worker do everything that is queued; returns the jobs as they are then."""
        store = replace(self.store, effects=self.dying) if self.dying else self.store
        runner = Runner(
            store, self.settings, self.events, self.write, lambda _job: self.surface, self.lease_seconds, RetryBudget(3)
        )
        done = []
        while waiting := self.queued:
            job_id = waiting[0]
            self._begun.add(job_id)
            runner.run(job_id)
            done.append(self.store.jobs.get(job_id))
        return done

    def write(self, job: Job, further: dict[str, Any], progress: Progress) -> Draft:
        """Write the next draft, word by word, in place of the pipeline."""
        if self.generate:
            return self.generate(job, further, progress)
        self.read.append(validate_inputs(self.recipes[job.recipe], {**recipe_inputs(job.inputs), **further}))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, InlaidError):
            raise answer
        draft = Draft(recipe=job.recipe, text=answer) if isinstance(answer, str) else answer
        assert isinstance(progress, Heartbeat)
        for word in draft.text.split(" "):
            progress.token(f"{word} ")
            progress.flush()
            self.while_writing(progress)
        return draft

    def last(self, person: Person, channel: Channel) -> Message:
        """Return the newest message on a person's screen."""
        return person.sees(channel)[-1]

    def outcomes(self) -> list[tuple[str, float | None]]:
        """Return what people did, oldest first: outcome and edit distance."""
        with self.store.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT outcome, distance FROM outcome ORDER BY id").all()
        return [(row[0], row[1]) for row in rows]


@pytest.fixture
def make_office(slack: FakeSlack, settings: Settings) -> Iterator[Callable[..., Office]]:
    """Return what builds an office; settings may be changed by name."""
    offices: list[Office] = []

    def make(**changed: object) -> Office:
        acme = slack.workspace("Acme")
        ada, grace = acme.person("Ada Lovelace"), acme.person("Grace Hopper")
        general = acme.channel("general", ada, grace)
        usual = {
            "slack_signing_secret": slack.app.signing_secret,
            "slack_bot_token": acme.bot_token,
            "slack_api_url": slack.api_url,
            "model_url": "http://127.0.0.1:9/v1",  # of a model whose size nobody has said
        }
        chosen = Settings.model_validate({"home": settings.home, **usual, **changed})
        offices.append(Office(slack, acme, ada, grace, general, chosen, new_store(chosen)))
        return offices[-1]

    yield make
    # In a thread of its own: a browser of another test may have left its loop running in this one.
    with ThreadPoolExecutor(1) as closing:
        for office in offices:
            for web in office.wired:
                closing.submit(asyncio.run, web.close()).result()
            office.store.close()


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    """An office with the usual settings."""
    return make_office()


@pytest.fixture
def web(slack: FakeSlack, settings: Settings, valkey: ValkeyProcess) -> Iterator[RunningWeb]:
    """The web process of an app that is installed nowhere yet."""
    chosen = settings.model_copy(
        update={
            "broker_url": valkey.url,
            "slack_signing_secret": SecretStr(slack.app.signing_secret),
            "slack_client_id": slack.app.client_id,
            "slack_client_secret": SecretStr(slack.app.client_secret),
            "slack_api_url": slack.api_url,
            "public_url": "https://inlaid.example.com",
        }
    )
    with running_web(chosen) as running:
        slack.app.redirect_uris = ["https://inlaid.example.com/slack/oauth_redirect"]
        slack.connect(f"{running.url}/slack/events")
        yield running


@pytest.fixture
def store(web: RunningWeb) -> Store:
    return web.services.store


def install(web: RunningWeb, workspace: Workspace, *, org_wide: bool = False) -> None:
    """Have somebody install the app in a workspace."""
    page = workspace.person("Ivy Installer").installs(f"{web.url}/slack/install", org_wide=org_wide)
    assert page.status == 200, page.body


def talk(office: Office) -> Message:
    """Let two people talk; returns the root."""
    root = office.ada.writes("The printer is broken again.", office.general)
    text = f"<@{office.ada.id}> I will call the service tomorrow &amp; tell you."
    office.grace.writes(text, office.general, root.ts)
    return root
