"""Mailboxes in the console: connected by form against a real server, set, read, removed; each only by their owner."""

import json
from pathlib import Path

import pytest

from integrations.mail.graph.groups import MailGroups
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in, microsoft_browser
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.tokens import TokenServer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"{tmp_path.name}@example.org"


def filled(dovecot: Dovecot, user: str, **changes: str) -> dict[str, str]:
    form = {"host": "127.0.0.1", "port": str(dovecot.port), "user": user, "password": PASSWORD, "security": "none"}
    return form | changes


def bobs_mailbox(web: RunningWeb, bob: Person) -> ImapAccount:
    account = ImapAccount(
        "imap.example.org", 993, bob.address, "secret-of-bob", "tls", bob.oid, workspace=bob.microsoft.tenant
    )
    Accounts(web.services.store.records).save(account)
    return account


def test_a_mailbox_is_connected_set_read_and_forgotten(alone: RunningWeb, dovecot: Dovecot, address: str) -> None:
    with comes_in(alone) as client:
        added = client.post("/console/connections/imap", data=filled(dovecot, address), headers=HTMX)
        own = {"name": address}
        changes = own | {"threshold": "0.7", "quiet_hours": "22:00-07:00", "drafts_per_day": "5"}
        client.post("/console/connections/mailbox/settings", data=changes)
        read = client.post("/console/connections/mailbox/check", data=own, headers=HTMX)
        page = client.get(added.headers["HX-Redirect"]).text
        client.post("/console/connections/mailbox/remove", data=own)
        after = client.get("/console/connections").text

    assert "mails were looked at" in read.text
    assert 'value="0.7"' in page
    assert 'value="22:00-07:00"' in page
    assert PASSWORD not in page
    assert "No mailbox connected yet" in after


def test_folders_and_signatures_are_chosen_and_a_folder_that_is_not_there_is_said(
    alone: RunningWeb, dovecot: Dovecot, address: str
) -> None:
    with dovecot.client(address) as mail:
        mail.create_folder("Projects")
    with comes_in(alone) as client:
        added = client.post("/console/connections/imap", data=filled(dovecot, address), headers=HTMX)
        block = "Bob Ray <Harbour>\r\nTel. 1234"
        chosen = {"name": address, "folders": "projects\r\n", "signature_any": block, "signature_de": "Hafen\n" * 20}
        refused = client.post("/console/connections/mailbox/settings", data=chosen, headers=HTMX).text
        before = client.get(added.headers["HX-Redirect"]).text
        chosen |= {"signature_de": "Hafenmeister"}
        client.post("/console/connections/mailbox/settings", data=chosen, headers=HTMX)
        page = client.get(added.headers["HX-Redirect"]).text
        nowhere = {"name": address, "folders": "Nowhere"}
        unknown = client.post("/console/connections/mailbox/settings", data=nowhere, headers=HTMX).text
        after = client.get(added.headers["HX-Redirect"]).text

    assert "The signature is too long." in refused
    assert "\nProjects</textarea>" not in before
    assert "\nProjects</textarea>" in page
    assert "Bob Ray &lt;Harbour&gt;" in page
    assert "\nHafenmeister</textarea>" in page
    assert "There is no folder &#39;Nowhere&#39;" in unknown
    assert "Projects" in unknown
    assert "\nProjects</textarea>" in after


def test_a_wrong_password_saves_nothing_and_is_not_shown(alone: RunningWeb, dovecot: Dovecot, address: str) -> None:
    with comes_in(alone) as client:
        wrong = filled(dovecot, address, password="wrong-one")
        answer = client.post("/console/connections/imap", data=wrong, headers=HTMX)
        page = client.get("/console/connections").text

    assert answer.headers["HX-Retarget"] == "#notice"
    assert "wrong-one" not in answer.text + page
    assert "No mailbox connected yet" in page


def test_a_mailbox_is_connected_by_access_token_which_no_page_shows(alone: RunningWeb, address: str) -> None:
    with TokenServer().running() as tokens, running_dovecot(tokens_url=f"{tokens.url}/introspect") as server:
        token = json.dumps(tokens.sign_in(address, lives=False))
        with comes_in(alone) as client:
            form = filled(server, address, password="", token=token)
            added = client.post("/console/connections/imap", data=form, headers=HTMX)
            page = client.get(added.headers["HX-Redirect"]).text
            garbage = client.post("/console/connections/imap", data={**form, "token": "{"}, headers=HTMX)
            nothing = client.post("/console/connections/imap", data={**form, "token": ""}, headers=HTMX)
            client.post("/console/connections/mailbox/remove", data={"name": address})

    assert "refresh_token" not in page
    assert "JSON of the token cannot be read" in garbage.text
    assert "password or access token is missing" in nothing.text


def test_a_setting_that_cannot_be_is_named(alone: RunningWeb, dovecot: Dovecot, address: str) -> None:
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        changes = {"name": address, "quiet_hours": "at night"}
        answer = client.post("/console/connections/mailbox/settings", data=changes, headers=HTMX)

    assert "at night" in answer.text
    assert "22:00-07:00" in answer.text


def test_consent_to_learning_is_given_and_withdrawn(alone: RunningWeb, dovecot: Dovecot, address: str) -> None:
    with comes_in(alone) as client:
        where = client.post("/console/connections/imap", data=filled(dovecot, address)).headers["Location"]
        before = client.get(where).text
        client.post("/console/connections/mailbox/voice", data={"name": address, "learn": "true"})
        agreed = client.get(where).text
        client.post("/console/connections/mailbox/voice", data={"name": address})
        withdrawn = client.get(where).text

    assert "until you agree" in before
    assert "Withdraw" in agreed
    assert "until you agree" in withdrawn


def test_others_neither_see_nor_change_nor_replace_a_mailbox(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, dovecot: Dovecot
) -> None:
    account = bobs_mailbox(shared, bob)
    own = {"name": account.name}
    with microsoft_browser(shared, microsoft.person("eve@example.org")) as client:
        assert account.name not in client.get("/console/connections").text
        refused = [
            client.get("/console/connections/mailbox", params=own),
            client.post("/console/connections/mailbox/settings", data=own | {"paused": "true"}),
            client.post("/console/connections/mailbox/check", data=own),
            client.post("/console/connections/mailbox/remove", data=own | {"person": bob.oid}),
        ]
        taken = client.post("/console/connections/imap", data=filled(dovecot, account.name))

    assert [one.status_code for one in refused] == [404] * 4
    assert taken.status_code == 503  # whose it is, is told only to who can log in to it
    assert Accounts(shared.services.store.records).get(account.workspace, account.name) == account


def test_an_administrator_sees_the_state_of_others_and_removes_with_a_trace(
    shared: RunningWeb, alice: Person, bob: Person
) -> None:
    account = bobs_mailbox(shared, bob)
    own = {"name": account.name, "person": bob.oid}
    with microsoft_browser(shared, alice) as client:
        page = client.get("/console/connections").text
        inside = client.get("/console/connections/mailbox", params=own)
        paused = client.post("/console/connections/mailbox/settings", data=own | {"paused": "true"})
        client.post("/console/connections/mailbox/remove", data=own)
        after = client.get("/console/connections").text
        trail = client.get("/console/audit").text

    assert account.name in page
    assert account.password not in page
    assert (inside.status_code, paused.status_code) == (404, 404)
    assert account.name not in after
    assert "removed a mailbox" in trail


def test_a_mailbox_at_microsoft_is_connected_by_a_link_or_says_why_not(shared: RunningWeb, bob: Person) -> None:
    with microsoft_browser(shared, bob) as client:
        answer = client.post("/console/connections/microsoft", headers=HTMX)

    assert "/graph/sign-in?ticket=" in answer.headers.get("HX-Redirect", "") or "INLAID_PUBLIC_URL" in answer.text


def test_gmail_is_offered_only_where_google_is_set_up(shared: RunningWeb, bob: Person) -> None:
    with microsoft_browser(shared, bob) as client:
        page = client.get("/console/connections").text
        answer = client.post("/console/connections/google", headers=HTMX)
    assert "Connect Gmail" not in page
    assert "INLAID_" in answer.text


def test_groups_of_entra_are_connected_and_forgotten_by_administrators_of_all_alone(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person, bob: Person
) -> None:
    microsoft.app.application |= {"Mail.Read", "Mail.ReadWrite", "GroupMember.Read.All", "User.ReadBasic.All"}
    microsoft.group(bob, name="Sales")
    with microsoft_browser(shared, alice) as client:
        missing = client.post("/console/connections/groups", data={"group": "Marketing"}, headers=HTMX)
        client.post("/console/connections/groups", data={"group": "Sales"})
        page = client.get("/console/connections").text
        (group,) = MailGroups(shared.services.store.records).list()
        client.post("/console/connections/groups/end", data={"group": group.id})
        after = client.get("/console/connections").text
    with microsoft_browser(shared, bob) as client:
        refused = client.post("/console/connections/groups", data={"group": "Sales"})
        hidden = client.get("/console/connections").text

    assert "There is no group Marketing" in missing.text
    assert 'Sales</th><td role="cell" data-label="Mailboxes">1</td>' in page
    assert "Sales</th>" not in after
    assert (refused.status_code, "Groups of Entra" in hidden) == (403, False)
