"""What is needed to act on a web process for its audit trail: somebody signed in, and things to act on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import httpx
import pytest

from core.drafts import Draft, Gap, JsonObject
from core.job import Job, JobRequest
from core.people import load_people
from core.sources.uploads import Upload
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.core.audit.written import SECRET
from tests.core.signals.scanned import known_signal
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in
from tests.integrations.console.pages.test_connections import filled
from tests.integrations.console.pages.test_recipes import text_of
from tests.servers.dovecot import Dovecot

Answer = httpx.Response
# Which installation: one person's machine, one with Microsoft 365, with an OpenID provider, with Slack's OAuth.
Kind = Literal["alone", "google", "microsoft", "openid", "slack"]
WEBHOOK_SECRET = "whsec_audited"
BOB = "bob@example.com"
OF_BOB = {"workspace": "local", "person": BOB}
NEW_JOB = {"recipe": "rewrite", "inputs": {"text": f"Hello there, this is a text about {SECRET}."}}
SUMMARY = {"text": f"The meeting about {SECRET} is on Tuesday at 3 pm in room 4. Ann brings the plan."}
MAILBOX = "/console/connections/mailbox"


@dataclass
class Bench:
    """A web process, and what somebody needs to act on it."""

    web: RunningWeb
    request: pytest.FixtureRequest
    name: str

    def outside(self, name: str) -> Any:
        """Return a server outside."""
        return self.request.getfixturevalue(name)

    def browse(self, act: Callable[[httpx.Client], Answer]) -> Answer:
        """Do something in the console, signed in as the person at this machine."""
        with comes_in(self.web) as client:
            return act(client)

    def post(self, path: str, **form: str) -> Answer:
        """Send a form of the console."""
        return self.browse(lambda client: client.post(path, data=form))

    def call(self, path: str, body: object = None, *, method: str = "POST", **options: Any) -> Answer:
        """Call the API with the token of this machine."""
        with self.web.client((self.web.settings.home / "api.token").read_text().strip()) as client:
            return client.request(method, path, json=body, **options)

    def scan(self) -> tuple[str, str]:
        """Have a scan of the person at this machine find something; return the ids of scan and signal."""
        store, owner = self.web.services.store, ("local", self.web.settings.local_person)
        return known_signal(self.web.services.api.signals, store, owner, SECRET, SECRET)

    def delete(self, path: str, **query: str) -> Answer:
        """Delete something by the API."""
        with self.web.client((self.web.settings.home / "api.token").read_text().strip()) as client:
            return client.delete(path, params=query)

    def folder(self, name: str) -> Any:
        """Make a folder that can be a source, and return the form that adds it."""
        place = self.web.settings.home.parent / f"papers-{name}"
        place.mkdir()
        (place / f"{SECRET}.txt").write_text(f"The printer stands in room 204, says {SECRET}.")
        return {"connector": "folder", "options": {"path": str(place)}, "title": SECRET}

    def uploads(self) -> str:
        """Return the id of a source of the person at this machine, with a file that waits."""
        uploads = self.web.services.api.sources.sources.uploads
        source = uploads.source_for("local", self.web.settings.local_person)
        uploads.put(source, [Upload(f"{SECRET}.txt", SECRET.encode(), SECRET)])
        return source.id

    def job(self, state: str = "delivered") -> Job:
        """Make a job of the person at this machine."""
        store = self.web.services.store
        job = store.jobs.add(JobRequest("rewrite", {"text": SECRET}, "api", self.web.settings.local_person))[0]
        if state == "cancelled":
            store.jobs.request_cancel(job.id)
        if state == "delivered":
            self.web.finish(self.web.claim(job.id), Draft(recipe="rewrite", text=f"Hello {SECRET}"))
        return store.jobs.get(job.id)

    def form(self) -> Job:
        """Make a filled form of the person at this machine, a field of which is open."""
        store = self.web.services.store
        job = store.jobs.add(JobRequest("fill", {"brief": SECRET}, "api", self.web.settings.local_person))[0]
        gap = Gap(place="[[Customer?]]", question="Customer?")
        self.web.finish(self.web.claim(job.id), Draft(recipe="fill", items=(), gaps=(gap,)))
        return store.jobs.get(job.id)

    def bob(self) -> str:
        """Let Bob be known, and have work here."""
        store = self.web.services.store
        store.jobs.add(JobRequest("rewrite", {"text": SECRET}, "api", BOB))
        load_people(self.web.settings, store.records).enter("local", BOB, "local", vouched_by="token")
        return BOB

    def other(self) -> str:
        """Let somebody else be known."""
        people = load_people(self.web.settings, self.web.services.store.records)
        people.enter("T1", "U1", "slack")
        return "T1/U1"

    def merged(self) -> dict[str, str]:
        """Let Bob be put together with somebody, and return the form that tells them apart."""
        people = load_people(self.web.settings, self.web.services.store.records)
        people.merge(people.find(self.bob()), people.find(self.other()))
        return {"workspace": "T1", "person": "U1"}

    def wish(self) -> str:
        """Let a wish be offered, and return its key."""
        evidence = {"tried": 12, "better": 12, "worse": 0, "before": 0.2, "after": 0.1}
        wish = {"kind": "replace", "old": SECRET, "new": "good"}
        data: JsonObject = {"key": "k1", "wish": wish, "state": "offered", "evidence": evidence, "surfaces": ["api"]}
        data |= {"learnt_at": 1.0, "changed_by_hand": False}
        owner = self.web.settings.local_person
        self.web.services.store.records.put("preference", "local", f"{owner}/k1", data, person=owner)
        return "k1"

    def mailbox(self) -> str:
        """Let a mailbox of a real server be connected, and return its name."""
        server: Dovecot = self.outside("dovecot")
        user = f"{self.name}@example.org"
        form = filled(server, user)
        owner = self.web.settings.local_person
        account = ImapAccount("127.0.0.1", server.port, user, form["password"], "none", owner, user)
        Accounts(self.web.services.store.records).save(account)
        return user

    def saved_recipe(self, client: httpx.Client) -> Answer:
        """Save the text of a recipe, a little changed."""
        text = f"{text_of(client.get('/console/recipes/rewrite').text)}\n# {SECRET}\n"
        return client.post("/console/recipes/rewrite/save", data={"text": text, "after": 0})
