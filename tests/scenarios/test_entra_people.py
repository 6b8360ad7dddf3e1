"""People who sign in with Microsoft reach what is theirs, whichever door they take: Slack, the console, Word, mail."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from core.drafts import Draft
from core.job import JobRequest
from core.people import load_people
from core.store.tables import people, sign_ins
from integrations.console.context import Visitor
from integrations.graph.invitations import SIGNED_IN_PATH
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.graph.provider import GraphProvider
from integrations.slack.person import read_profile, save_profile
from integrations.web.connections import WebConnections
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.fixture import slack
from tests.fakes.slack.person import Person as SlackPerson
from tests.fakes.slack.workspace import Workspace
from tests.integrations.console.conftest import microsoft_browser
from tests.integrations.mail.imap.mails import question
from tests.scenarios.firm import QUESTION, Firm, by_oauth, open_firm
from tests.servers.valkey import ValkeyProcess, valkey, valkey_shared
from tests.waiting import until

__all__ = ["microsoft", "slack", "valkey", "valkey_shared"]
ADDRESS = "bob@example.org"
OTHER_TENANT = "00000000-0000-4000-8000-000000000009"
CONNECTED = "go to your Drafts folder"


@dataclass
class House:
    """A firm with Microsoft 365 and Slack; Bob is known in both, and Alice is the administrator."""

    firm: Firm
    microsoft: FakeMicrosoft
    acme: Workspace
    bob: Person
    alice: Person
    bob_in_slack: SlackPerson

    @property
    def tenant(self) -> str:
        return self.microsoft.tenant

    def home_of(self, person: SlackPerson) -> str:
        """Open App Home and return what it shows then."""
        before = len(self.firm.slack.ledger.called("views.publish"))
        person.opens_home()
        until(lambda: len(self.firm.slack.ledger.called("views.publish")) > before)
        assert person.home
        return str(person.home.blocks)

    def connect_mailbox(self, person: Person) -> None:
        """Connect a mailbox in the console, through Microsoft's sign-in and back."""
        with microsoft_browser(self.firm.web, person) as client:
            link = client.post("/console/connections/microsoft").headers["HX-Redirect"]
            assert "is connected" in person.signs_in(link).text

    def api(self, person: Person) -> Any:
        """Return a client that calls as Word does, with a token that Entra issued."""
        return self.firm.web.client(self.microsoft.entra.tokens.for_api(person))


@pytest.fixture
def open_house(slack: FakeSlack, microsoft: FakeMicrosoft, valkey: ValkeyProcess) -> Iterator[Callable[..., House]]:
    """Return what opens a house; with `oauth` its workspace has installed the app, and is named as its own."""
    with ExitStack() as opened:

        def make(*, oauth: bool = False, **changed: Any) -> House:
            acme = slack.workspace("Acme", installed=not oauth)
            token: dict[str, Any] = {"slack_bot_token": acme.bot_token} if not oauth else {}
            own: dict[str, Any] = {**by_oauth(slack), "slack_workspaces": (acme.id,)} if oauth else {}
            usual = {"admins": ("alice@example.org",), "report_least_people": 1, **token, **own}
            firm = opened.enter_context(open_firm(slack, valkey, **{**usual, **changed}))
            uris = ("/console/signed-in", SIGNED_IN_PATH)
            microsoft.app.redirect_uris |= {firm.settings.public_url + path for path in uris}
            if oauth:
                assert acme.person("Ivy Installer").installs(f"{firm.web.url}/slack/install").status == 200
            bob, alice = microsoft.person(ADDRESS, "Bob Ray"), microsoft.person("alice@example.org", "Alice Ray")
            return House(firm, microsoft, acme, bob, alice, acme.person("Bob Ray", email=ADDRESS.title()))

        yield make


BOTH = pytest.mark.parametrize("oauth", [False, True], ids=["token", "oauth"])


@BOTH
def test_a_mailbox_connected_in_the_console_is_found_from_slack(open_house: Callable[..., House], oauth: bool) -> None:
    house = open_house(oauth=oauth)
    assert CONNECTED not in house.home_of(house.bob_in_slack)
    house.connect_mailbox(house.bob)
    assert CONNECTED in house.home_of(house.bob_in_slack)
    assert CONNECTED not in house.home_of(house.acme.person("Eve Else"))
    house.bob_in_slack.slash("/email", "thank Tom for coming")
    assert [job.state for job in house.firm.work()] == ["delivered"]
    [draft] = house.microsoft.mailbox(house.bob).drafts
    assert "Thank you" in draft.text
    assert "is in your Drafts folder" in str(house.bob_in_slack.sees(house.bob_in_slack.dm)[-1].blocks)


@BOTH
def test_a_mailbox_that_was_connected_before_people_were_linked_is_found(
    open_house: Callable[..., House], oauth: bool
) -> None:
    house = open_house(oauth=oauth)
    house.connect_mailbox(house.bob)
    with house.firm.store.database.write() as connection:
        connection.execute(sa.delete(sign_ins))
        connection.execute(sa.delete(people))
    assert CONNECTED in house.home_of(house.bob_in_slack)
    house.bob_in_slack.slash("/email", "thank Tom for coming")
    house.firm.work()
    assert len(house.microsoft.mailbox(house.bob).drafts) == 1


def test_the_same_address_in_two_tenants_links_nobody(open_house: Callable[..., House]) -> None:
    house = open_house(microsoft_tenants=(OTHER_TENANT, "11111111-1111-4111-8111-111111111111"))
    accounts = GraphAccounts(house.firm.store.records)
    people = load_people(house.firm.settings, house.firm.store.records)
    for number, tenant in enumerate(house.firm.settings.own_tenants):
        accounts.save(GraphAccount(ADDRESS, f"oid{number}", f"oid{number}.{tenant}", workspace=tenant))
    assert CONNECTED not in house.home_of(house.bob_in_slack)
    first, second = house.firm.settings.own_tenants
    people.remember(first, "oid0", ADDRESS)
    people.remember(second, "oid1", ADDRESS)
    assert people.identity(first, "oid0") == people.identity("local", ADDRESS)
    assert people.identity(second, "oid1") != people.identity("local", ADDRESS)


def test_nobody_of_a_workspace_that_is_not_named_as_own_is_believed(open_house: Callable[..., House]) -> None:
    house = open_house(oauth=True)
    foreign = house.firm.slack.workspace("Foreign", installed=False)
    assert foreign.person("Mal Installer").installs(f"{house.firm.web.url}/slack/install").status == 200
    house.firm.share()
    house.connect_mailbox(house.bob)
    thief = foreign.person("Bob Ray", email=ADDRESS)
    assert CONNECTED not in house.home_of(thief)
    thief.slash("/ask", QUESTION)
    [job] = house.firm.work()
    assert (job.state, job.workspace) == ("failed", foreign.id)
    said = str(thief.sees(thief.dm)[-1].blocks)
    assert "Ask your administrator" in said
    assert "inlaid" not in said.lower().replace("inlaid in", "")


@BOTH
def test_a_shared_source_answers_people_of_entra_and_of_the_own_slack(
    open_house: Callable[..., House], oauth: bool
) -> None:
    house = open_house(oauth=oauth)
    house.firm.share()
    nameless = house.acme.person("Nora Nameless")
    nameless.user.email = ""
    for person in (house.bob_in_slack, nameless):
        person.slash("/ask", QUESTION)
    with house.api(house.bob) as client:
        made = client.post("/api/v1/jobs", json={"recipe": "ask", "inputs": {"question": QUESTION}})
        assert made.status_code < 300, made.text
    done = house.firm.work()
    assert {job.workspace for job in done} == {house.acme.id, house.tenant}
    assert all("4 percent" in str(job.draft and job.draft.text) for job in done)


def edited(house: House, number: int) -> None:
    """Let Bob take the exclamation mark out of a draft, in Word or in Slack."""
    where = (house.tenant, house.bob.oid, "word") if number % 2 else (house.acme.id, house.bob_in_slack.id, "slack")
    workspace, person, surface = where
    store = house.firm.store
    text = f"Case {number}: thank you for the report! We look at it on Monday."
    job, _ = store.jobs.add(JobRequest("rewrite", {"text": "x"}, surface, person, workspace=workspace))
    claimed = store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    store.leases.finish(claimed, Draft(recipe="rewrite", text=text))
    stored = store.jobs.get(job.id)
    store.outcomes.add(stored, "edited", person=person, distance=None, detail={"text": text.replace("!", ".")})


def test_a_wish_enabled_in_the_console_changes_drafts_on_every_surface(open_house: Callable[..., House]) -> None:
    house = open_house()
    house.connect_mailbox(house.bob)
    house.home_of(house.bob_in_slack)
    for number in range(12):
        edited(house, number)
    with microsoft_browser(house.firm.web, house.bob) as client:
        assert client.get("/report").status_code == 200  # counts what was done
        client.post("/console/learned/find")
        [wish] = client.get("/console/learned/export").json()["wishes"]
        assert wish["surfaces"] == ["slack", "word"]
        client.post("/console/learned/switch", data={"key": wish["key"], "use": "true"})
    house.bob_in_slack.slash("/rewrite", "Thanks for the message we help gladly")
    house.acme.person("Eve Else").slash("/rewrite", "Thanks for the message we help gladly")
    with house.api(house.bob) as client:
        asked = {"recipe": "rewrite", "inputs": {"text": "Thanks for the message we help gladly"}}
        assert client.post("/api/v1/jobs", json=asked).status_code < 300
        text = "We thank you for the message that you sent, and we are very glad to help you with all of this."
        paragraph = {"id": "p1", "text": text, "hash": hashlib.sha256(text.encode()).hexdigest()}
        made = client.post("/api/v1/jobs", json={"recipe": "rewrite", "paragraphs": [paragraph]})
        assert made.status_code < 300, made.text
    house.microsoft.mailbox(house.bob).receive(question(ADDRESS))
    provider = GraphProvider(house.firm.store.records, house.firm.settings)
    [account] = provider.accounts.list()
    provider.catch_up(account, house.firm.web.services.api.submit)
    done = house.firm.work()
    texts = {(job.surface, job.person): f"{job.draft and (job.draft.text, job.draft.edits)}" for job in done}
    mine = {
        key: text
        for key, text in texts.items()
        if "Eve" not in key and key[1] in {house.bob.oid, house.bob_in_slack.id}
    }
    assert {surface for surface, _ in mine} == {"slack", "api", "word", "mail"}
    assert not [text for text in mine.values() if "!" in text]
    word = next(text for key, text in mine.items() if key[0] == "word")
    assert "happy to help." in word
    assert [text for key, text in texts.items() if key not in mine and "!" in text]


@BOTH
def test_the_report_counts_what_a_person_did_anywhere_and_for_the_administrator_everybody_of_the_house(
    open_house: Callable[..., House], oauth: bool
) -> None:
    house = open_house(oauth=oauth)
    foreign = house.firm.slack.workspace("Foreign", installed=False)
    house.home_of(house.bob_in_slack)
    done = [
        ("word", house.tenant, house.bob.oid),
        ("slack", house.acme.id, house.bob_in_slack.id),
        ("mail", "local", ADDRESS),
        ("slack", house.acme.id, "U0SOMEBODY"),
        *([("slack", foreign.id, "U0FOREIGN")] if oauth else []),
    ]
    for surface, workspace, person in done:
        house.firm.used(surface, workspace, person)
    with microsoft_browser(house.firm.web, house.bob) as client:
        own = client.get("/report/jobs").text
        report = client.get("/report/data.json").json()
    with microsoft_browser(house.firm.web, house.alice) as client:
        everybody = client.get("/report/data.json").json()["total"]
    assert own.count("/report/jobs/") == 3
    assert (everybody["drafts"], everybody["people"]) == (4, 2)
    assert report["total"]["drafts"] == 4


@BOTH
def test_what_a_person_asked_for_at_one_door_is_theirs_at_every_door(
    open_house: Callable[..., House], oauth: bool
) -> None:
    house = open_house(oauth=oauth)
    house.home_of(house.bob_in_slack)
    house.bob_in_slack.slash("/rewrite", "Thanks for the message we help gladly")
    [job] = house.firm.work()
    with house.api(house.bob) as client:
        assert client.get(f"/api/v1/jobs/{job.id}").json()["surface"] == "slack"
        assert [one["id"] for one in client.get("/api/v1/jobs").json()["jobs"]] == [job.id]
    with microsoft_browser(house.firm.web, house.bob) as client:
        assert job.id in client.get("/console/jobs").text
        assert str(job.draft and job.draft.text)[:20] in client.get(f"/console/jobs/{job.id}").text
    eve = house.microsoft.person("eve@example.org", "Eve Else")
    with house.api(eve) as client:
        assert client.get(f"/api/v1/jobs/{job.id}").status_code == 404
        assert client.get("/api/v1/jobs").json()["jobs"] == []
    with microsoft_browser(house.firm.web, eve) as client:
        assert job.id not in client.get("/console/jobs").text
        assert client.get(f"/console/jobs/{job.id}").status_code == 404


def test_what_is_set_in_one_workspace_holds_in_the_other(open_house: Callable[..., House]) -> None:
    house = open_house(oauth=True)
    people = load_people(house.firm.settings, house.firm.store.records)
    people.remember(house.tenant, house.bob.oid, ADDRESS)
    house.home_of(house.bob_in_slack)
    save_profile(house.firm.settings, house.firm.store.records, house.acme.id, house.bob_in_slack.id, {"tone": "warm"})
    found = read_profile(house.firm.settings, house.firm.store.records, house.tenant, house.bob.oid)
    assert found == {"tone": "warm"}


def test_a_mailbox_of_an_address_is_not_that_of_another_tenants_person(open_house: Callable[..., House]) -> None:
    tenants = ("4f80db28-4452-4cf2-aa21-9d7956f317fa", OTHER_TENANT)
    house = open_house(microsoft_tenants=tenants)
    services = house.firm.web.services
    people = load_people(house.firm.settings, services.store.records)
    for number, tenant in enumerate(tenants):
        people.remember(tenant, f"oid{number}", ADDRESS)
    GraphAccounts(services.store.records).save(GraphAccount(ADDRESS, ADDRESS, "app"))
    submit, policies = services.dispatcher.submit, services.api.policies
    connections = WebConnections(house.firm.settings, services.store, submit, is_only_one=False, policies=policies)
    seen = [
        [mailbox.name for mailbox in connections.mailboxes(Visitor(tenant, f"oid{number}", address=ADDRESS))]
        for number, tenant in enumerate(tenants)
    ]
    assert seen == [[ADDRESS], []]
