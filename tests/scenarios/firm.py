"""An organisation with Slack, Microsoft 365 and documents: the real web app on a port, and a worker by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.cached_property import cached_property
from core.drafts import Draft
from core.job import Job, JobRequest
from core.runner.runner import Runner
from core.settings import Settings, load_settings
from core.sources.search import load_sources
from core.store import Store
from tests.core.sources.making import add_document
from tests.fakes.openai_replies import Answer, Json
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person as SlackPerson
from tests.in_memory import MemoryQueue
from tests.integrations.api.running import RunningWeb, running_web
from tests.memory_events import MemoryEvents
from tests.servers.valkey import ValkeyProcess, free_port
from tests.waiting import until
from worker.wiring import open_services

BONUS = "The bonus of the sales team in 2026 is 4 percent of the base salary."
QUESTION = "What is the bonus of the sales team in 2026?"


@dataclass
class Firm:
    """What a scenario acts on; `work` does what a worker would."""

    web: RunningWeb
    slack: FakeSlack
    model: OpenAIServer
    settings: Settings

    @property
    def store(self) -> Store:
        return self.web.services.store

    @cached_property
    def runner(self) -> Runner:
        return open_services(self.settings, store=self.store, queue=MemoryQueue(), events=MemoryEvents()).runner

    def work(self) -> list[Job]:
        """Do all that is queued, and return it as it is then, oldest first."""
        done = []
        while waiting := [job for job in self.jobs() if job.state == "queued"]:
            for job in waiting:
                self.runner.run(job.id)
                done.append(self.store.jobs.get(job.id))
        return done

    def jobs(self) -> list[Job]:
        with self.store.database.read() as connection:
            ids = connection.exec_driver_sql("SELECT id FROM job ORDER BY created_at, id").scalars().all()
        return [self.store.jobs.get(job_id) for job_id in ids]

    def used(self, surface: str, workspace: str, person: str) -> None:
        """Let a draft have been accepted as it was."""
        job, _ = self.store.jobs.add(JobRequest("rewrite", {"text": "Hi."}, surface, person, workspace=workspace))
        claimed = self.store.leases.claim(job.id, lease_seconds=60)
        assert claimed
        self.store.leases.finish(claimed, Draft(recipe="rewrite", text="Hello."))
        self.store.outcomes.add(self.store.jobs.get(job.id), "accepted", person=person, distance=0.0, detail={})

    def share(self) -> None:
        """Add a document for everybody, as `inlaid sources add --shared` does."""
        add_document(load_sources(self.settings, self.store), "pay.md", BONUS, link="https://intranet.example")

    def saw(self, person: SlackPerson, words: str) -> bool:
        """Whether somebody was ever shown some words."""
        shown = [one for one in self.slack.ledger.shown if person.id in one.shown_to]
        return any(words in f"{one.text} {one.blocks}" for one in shown)

    def waits_for(self, person: SlackPerson, words: str) -> None:
        """Wait until somebody was shown some words: what follows an acknowledgement comes from another thread."""
        until(lambda: self.saw(person, words))


def writes(body: Json) -> Answer:
    """Answer as a model that can read: the passage about the bonus, or a short text."""
    prompt = "\n".join(str(message["content"]) for message in body["messages"])
    if BONUS in prompt:
        return Answer(
            json.dumps({"answer": [{"text": "It is 4 percent of the base salary.", "passage": 1, "quote": BONUS}]})
        )
    return Answer("Thank you for the message! We are happy to help!")


@contextmanager
def open_firm(slack: FakeSlack, valkey: ValkeyProcess, **changed: Any) -> Iterator[Firm]:
    """Serve a firm whose settings are those of the environment, changed by name."""
    port = free_port()
    with OpenAIServer(respond=writes) as model:
        usual = {
            "broker_url": valkey.url,
            "model_url": model.url,
            "slack_signing_secret": slack.app.signing_secret,
            "slack_api_url": slack.api_url,
            "public_url": f"http://127.0.0.1:{port}",
            "slack_requests_per_minute": 1000,
        }
        known = load_settings().model_dump(exclude_defaults=True)
        settings = Settings.model_validate({**known, **usual, **changed})
        settings.home.mkdir(parents=True, exist_ok=True)
        with running_web(settings, port) as web:
            slack.app.redirect_uris = [f"{settings.public_url}/slack/oauth_redirect"]
            slack.connect(f"{web.url}/slack/events")
            yield Firm(web, slack, model, settings)


def by_oauth(slack: FakeSlack) -> dict[str, str]:
    """Return the settings of an app that workspaces install."""
    return {"slack_client_id": slack.app.client_id, "slack_client_secret": slack.app.client_secret}
