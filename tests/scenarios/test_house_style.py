"""Two people of two groups get different drafts of the same recipe, whichever door they take."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from core.job import Job
from integrations.mail.graph.provider import GraphProvider
from tests.fakes.microsoft import Person
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.openai_replies import Answer, Json
from tests.fakes.slack.fixture import slack
from tests.fakes.slack.person import Person as SlackPerson
from tests.integrations.console.conftest import microsoft_browser
from tests.integrations.mail.imap.mails import question
from tests.policies import policies_of
from tests.scenarios.test_entra_people import House, open_house
from tests.servers.valkey import valkey, valkey_shared

__all__ = ["microsoft", "open_house", "slack", "valkey", "valkey_shared"]

POLICIES = """
[installation.style]
guide = "Short sentences."
[installation.style.de]
signature = "{name}\\nExample GmbH, Bremen"
[group.finance]
members = ["bob@example.org"]
[group.finance.style.de]
register = "formal"
use = { Kunde = ["Klient"] }
[group.legal]
members = ["eve@example.org"]
[group.legal.style.de]
register = "informal"
use = { Mandant = ["Klient"] }
"""
TEXT = "Der Klient wartet auf unsere Antwort, und wir schreiben ihm am Montag einen langen Brief über die Sache."
MAIL = "Hallo Bob,\n\nkönntest du mir sagen, wann der Klient am Dienstag kommt?\n\nViele Grüße\nAnn"


def writes_as_told(body: Json) -> Answer:
    """Answer as a model that minds the house style."""
    messages = [str(message["content"]) for message in body["messages"]]
    system, prompt = messages[0], messages[-1]
    assert ("Short sentences." in system) is not system.startswith("You correct spelling")
    word = next(word for word in ("Kunde", "Mandant") if f"Write “{word}”, never “Klient”." in system)
    you = "Sie" if "addressed: Sie, never du" in system else "du"
    if "[1]" in prompt:
        return Answer(f"[1] Der {word} wartet auf Antwort, am Montag schreiben wir ihm.\nWhy: shorter")
    said = f"Der {word} kommt, wie {you} weißt."
    if "Reply:" in prompt:
        return Answer(f"Hallo,\n\n{said}\n\nViele Grüße\nBob Ray")
    return Answer(f"Subject: Besuch\n\nHallo,\n\n{said}\n\nViele Grüße" if "Message:" in prompt else said)


@dataclass
class Pair:
    """Bob of Finance and Eve of Legal, known to Microsoft and to Slack."""

    house: House
    people: dict[str, tuple[Person, SlackPerson]]

    def drafts(self, jobs: list[Job]) -> dict[str, str]:
        """Return what each of the two got, by name."""
        found = {}
        latest = {job.id: job for job in jobs}  # one that was tried again comes twice
        for name, (person, member) in self.people.items():
            (job,) = [job for job in latest.values() if job.person in {person.oid, member.id, person.address}]
            assert job.draft, job.error
            found[name] = job.draft.text or str([edit.text for edit in job.draft.edits or ()])
        return found


@pytest.fixture
def pair(open_house: Callable[..., House]) -> Pair:
    house = open_house()
    house.firm.model.respond = writes_as_told
    eve = house.microsoft.person("eve@example.org", "Eve Else")
    member = house.acme.person("Eve Else", email="eve@example.org")
    policies_of(house.firm.store, POLICIES, house.firm.settings)
    house.firm.web.services.api.policies.forget()
    people = {"bob": (house.bob, house.bob_in_slack), "eve": (eve, member)}
    for person, slack_person in people.values():
        house.connect_mailbox(person)
        house.home_of(slack_person)
    return Pair(house, people)


def differ(drafts: dict[str, str]) -> None:
    assert "Kunde" in drafts["bob"]
    assert "Mandant" in drafts["eve"]
    assert "Klient" not in str(drafts)


def test_slack_word_and_the_api_obey_the_house_style_of_each_group(pair: Pair) -> None:
    for _, member in pair.people.values():
        member.slash("/rewrite", TEXT)
    differ(pair.drafts(pair.house.firm.work()))
    paragraph = {"id": "p1", "text": TEXT, "hash": hashlib.sha256(TEXT.encode()).hexdigest()}
    asked: list[dict[str, Any]] = [
        {"recipe": "rewrite", "inputs": {"text": TEXT}},
        {"recipe": "rewrite", "paragraphs": [paragraph]},
        {"recipe": "proofread", "paragraphs": [paragraph]},
    ]
    for form in asked:
        for person, _ in pair.people.values():
            with pair.house.api(person) as client:
                assert client.post("/api/v1/jobs", json=form).status_code < 300
        differ(pair.drafts(pair.house.firm.work()))


def test_mails_are_signed_once_and_chat_messages_are_not(pair: Pair) -> None:
    for _, member in pair.people.values():
        member.slash("/email", "sag Ann dass der Klient am Dienstag kommt")
    differ(pair.drafts(pair.house.firm.work()))
    for name, (person, member) in pair.people.items():
        [draft] = pair.house.microsoft.mailbox(person).drafts
        assert draft.text.count("Example GmbH, Bremen") == 1
        assert draft.text.rstrip().endswith("Example GmbH, Bremen")
        assert ("Sie" if name == "bob" else "du") in draft.text
        member.slash("/draft", "sag Ann dass der Klient am Dienstag kommt")
        *_, job = pair.house.firm.work()
        assert job.draft
        assert "Example GmbH" not in job.draft.text


def test_a_mail_that_came_is_answered_in_the_house_style(pair: Pair) -> None:
    person, _ = pair.people["bob"]
    mailbox = pair.house.microsoft.mailbox(person)
    mailbox.receive(question(person.address, body=MAIL))
    provider = GraphProvider(pair.house.firm.store.records, pair.house.firm.settings)
    account = next(each for each in provider.accounts.list() if each.address == person.address)
    provider.catch_up(account, pair.house.firm.web.services.api.submit)
    *_, job = pair.house.firm.work()
    assert job.draft
    assert "Der Kunde kommt, wie Sie weißt." in job.draft.text
    assert job.draft.text.endswith("\nBob Ray\nExample GmbH, Bremen")
    [draft] = mailbox.drafts
    assert draft.text.count("Example GmbH") == 1


def test_who_asks_is_shown_the_style_and_its_rules(pair: Pair) -> None:
    for name, rule in (("bob", "finance"), ("eve", "legal")):
        person, _ = pair.people[name]
        with pair.house.api(person) as client:
            told = client.get("/api/v1/policy/why").json()["style"]
        assert f"group.{rule}.style.de.register" in {row["rule"] for row in told}
        with microsoft_browser(pair.house.firm.web, person) as client:
            page = client.get("/console/policies").text
        assert f"group.{rule}.style.de.use" in page
        assert "installation.style.guide" in page
