"""Slack in one process: the fake, the real Bolt app, store, runner and surface, and drafts that the test writes."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from slack_bolt import App, BoltRequest

from core.drafts import Draft
from core.errors import InlaidError
from core.events.memory import MemoryEvents
from core.job import Job, JobRequest
from core.ports import Progress
from core.recipes.inputs import validate_inputs
from core.recipes.loader import load_recipes
from core.runner.heartbeat import Heartbeat
from core.runner.runner import Runner
from core.settings import Settings
from core.store import EffectStore, Store, open_store
from integrations.slack.app import dispatch, make_app
from integrations.slack.context import Desk, make_desk
from integrations.slack.mailbox import NO_MAILBOX, Mailbox
from integrations.slack.surface import SlackSurface
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.fixture import slack as slack
from tests.fakes.slack.person import Person
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel, Message

Answer = str | Draft | InlaidError


@dataclass
class Office:
    """A workspace, its people, the app, and a worker that the test lets run.

    Attributes:
        queued: ids of jobs that were stored and not yet run.
        answers: what the drafts say, in order; the last one repeats.
        read: the inputs of each draft, as the worker had them.
        while_writing: called after each word.
        dying: a ledger that takes the place of the store's.
    """

    slack: FakeSlack
    acme: Workspace
    ada: Person
    grace: Person
    general: Channel
    settings: Settings
    store: Store
    queued: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=lambda: ["The printer is broken."])
    read: list[dict[str, str]] = field(default_factory=list)
    while_writing: Callable[[Progress], None] = lambda _progress: None
    lease_seconds: float = 60.0
    dying: EffectStore | None = None
    events: MemoryEvents = field(default_factory=MemoryEvents)
    mailbox: Mailbox = NO_MAILBOX

    def __post_init__(self) -> None:
        self.recipes = load_recipes()
        self.surface = SlackSurface(self.recipes, mailboxes=lambda _records, _settings: self.mailbox)
        self.desk: Desk = make_desk(self.settings, self.store, self.recipes, self.submit, at_once, self.mailbox)
        self.app: App = make_app(self.desk)
        self.slack.connect(self.handle)

    def submit(self, request: JobRequest) -> Job:
        job, is_new = self.store.jobs.add(request)
        if is_new:
            self.queued.append(job.id)
        return job

    def handle(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        response = dispatch(self.app, BoltRequest(body=body.decode(), headers={**headers}))
        return response.status, {name: values[0] for name, values in response.headers.items()}, response.body.encode()

    def work(self) -> list[Job]:
        """Let a worker do everything that is queued; returns the jobs as they are then."""
        store = replace(self.store, effects=self.dying) if self.dying else self.store
        runner = Runner(store, self.settings, self.events, self.write, lambda _job: self.surface, self.lease_seconds, 3)
        done = []
        while self.queued:
            job_id = self.queued.pop(0)
            runner.run(job_id)
            done.append(self.store.jobs.get(job_id))
        return done

    def write(self, job: Job, further: dict[str, Any], progress: Progress) -> Draft:
        """Write the next draft, word by word, in place of the pipeline."""
        self.read.append(validate_inputs(self.recipes[job.recipe], {**job.inputs, **further}))
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


def at_once(work: Callable[[], None]) -> None:
    """Do what follows an acknowledgement at once; an error is only logged there."""
    with suppress(InlaidError):
        work()


@pytest.fixture
def make_office(slack: FakeSlack, settings: Settings) -> Iterator[Callable[..., Office]]:
    """Return what builds an office; settings may be changed by name."""
    opened: list[Store] = []

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
        store = open_store(chosen)
        opened.append(store)
        return Office(slack, acme, ada, grace, general, chosen, store)

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    """An office with the usual settings."""
    return make_office()
