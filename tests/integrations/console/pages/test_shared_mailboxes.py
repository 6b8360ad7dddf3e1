"""A shared mailbox in the console: each member connects it there and sees its decisions; nobody else does."""

import httpx

from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.provider import GraphProvider
from integrations.mail.mailbox.provider import Submit
from tests.fakes.microsoft import Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser
from tests.integrations.console.pages.test_sources import public
from tests.integrations.mail.imap.mails import question

__all__ = ["public"]
INFO = "info@example.org"
PAGE = "/console/connections"
OF_INFO = {"name": INFO, "person": INFO}


def joins(web: RunningWeb, person: Person) -> httpx.Response:
    with microsoft_browser(web, person) as client:
        there = client.post(f"{PAGE}/microsoft", data={"shared": f" {INFO} "})
        assert there.status_code == 204, there.text
        return person.signs_in(there.headers["HX-Redirect"], confirms=False)


def account_of(web: RunningWeb) -> GraphAccount:
    (found,) = GraphProvider(web.services.store.records, web.settings).accounts.list()
    return found


def test_members_see_the_decisions_of_a_shared_mailbox_and_nobody_else_does(
    public: RunningWeb, alice: Person, bob: Person
) -> None:
    fake = bob.microsoft
    info, eve, cas = fake.person(INFO), fake.person("eve@example.org"), fake.person("cas@example.org")
    fake.share(info, bob, cas)
    for person in (bob, cas):
        assert f"{INFO} is connected for {person.name} &lt;{person.address}&gt;." in joins(public, person).text
    fake.mailbox(info).receive(question(INFO))
    submit: Submit = public.services.api.submit
    GraphProvider(public.services.store.records, public.settings).sync(account_of(public), submit)
    seen = {}
    for person in (alice, bob, cas, eve):
        with microsoft_browser(public, person) as client:
            listed, page = client.get(PAGE).text, client.get(f"{PAGE}/mailbox", params=OF_INFO)
            seen[person.name] = (INFO in listed, "asks you something" in page.text or "Lunch" in page.text)
    assert seen == {
        "Alice Ray": (True, False),
        bob.name: (True, True),
        cas.name: (True, True),
        eve.name: (False, False),
    }


def test_who_removes_it_leaves_it_to_the_others(public: RunningWeb, bob: Person) -> None:
    fake = bob.microsoft
    cas = fake.person("cas@example.org")
    fake.share(fake.person(INFO), bob, cas)
    for person in (bob, cas):
        joins(public, person)
    with microsoft_browser(public, bob) as client:
        assert client.post(f"{PAGE}/mailbox/remove", data=OF_INFO).status_code == 303
        assert INFO not in client.get(PAGE).text
        assert client.get(f"{PAGE}/mailbox", params=OF_INFO).status_code == 404
    assert [member.person for member in account_of(public).members] == [cas.oid]


def test_what_is_no_address_is_said_beside_the_button(public: RunningWeb, bob: Person) -> None:
    with microsoft_browser(public, bob) as client:
        answer = client.post(f"{PAGE}/microsoft", data={"shared": "info"}, headers={"HX-Request": "true"})
    assert "info is no address of a mailbox." in answer.text
