"""Installing in many workspaces, renewing tokens from any process, forgetting everything on removal."""

import httpx

from core.store import Store
from integrations.slack.client.connections import Connections
from integrations.slack.client.installations import KIND, RecordInstallationStore, RecordStateStore
from tests.fakes.slack import FakeSlack
from tests.integrations.api.running import RunningWeb
from tests.integrations.slack.conftest import install


def test_two_workspaces_are_installed_apart(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    acme, other = slack.workspace("Acme", installed=False), slack.workspace("Other", installed=False)
    ada = acme.person("Ada Lovelace")
    assert "not installed" in ada.slash("/draft", "hello").text
    install(web, acme)
    assert "I am on it" in ada.slash("/ask", "When do we open?").text
    assert "not installed" in other.person("Grace Hopper").slash("/draft", "hello").text
    install(web, other)
    connections = Connections(web.services.slack.settings, store.records)
    tokens = {team.id: connections.client(team.id).token for team in (acme, other)}
    assert tokens == {acme.id: acme.bot_token, other.id: other.bot_token}


def test_tokens_are_sealed_in_the_database(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    acme = slack.workspace("Acme", installed=False)
    install(web, acme)
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT data FROM record").all()
    assert rows
    # A whole prefix: three letters stand in what is sealed by chance, now and then.
    assert not any(b"xoxb-" in bytes(row[0]) for row in rows)


def test_a_callback_is_good_once_and_only_in_its_own_browser(slack: FakeSlack, web: RunningWeb) -> None:
    acme = slack.workspace("Acme", installed=False)
    page = acme.person("Ivy Installer").installs(f"{web.url}/slack/install")
    again = httpx.get(page.callback_url, headers={"Cookie": page.cookie})
    assert again.status_code in {400, 401}
    consent = httpx.get(f"{web.url}/slack/install")
    state = consent.text.partition("state=")[2].partition("&")[0]
    stolen = httpx.get(f"{web.url}/slack/oauth_redirect", params={"code": "x", "state": state})
    assert stolen.status_code in {400, 401}


def test_a_refused_consent_installs_nothing(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    acme = slack.workspace("Acme", installed=False)
    page = acme.person("Ivy Installer").installs(f"{web.url}/slack/install", refuses=True)
    assert page.status != 500
    assert store.records.list(KIND) == []


def test_an_org_wide_install_serves_every_workspace_of_the_organization(slack: FakeSlack, web: RunningWeb) -> None:
    grid = slack.organization("Grid")
    first, second = (slack.workspace(name, grid, installed=False) for name in ("First", "Second"))
    install(web, first, org_wide=True)
    assert "I am on it" in first.person("Ada Lovelace").slash("/ask", "When do we open?").text
    assert "I am on it" in second.person("Grace Hopper").slash("/ask", "When do we open?").text


def test_a_state_is_used_once(web: RunningWeb, store: Store) -> None:
    states = RecordStateStore(store.records)
    state = states.issue()
    assert states.consume(state)
    assert not states.consume(state)
    assert not states.consume("never issued")


def test_an_installation_comes_back_as_it_was_kept(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    acme = slack.workspace("Acme", installed=False)
    install(web, acme)
    installations = RecordInstallationStore(store.records)
    found = installations.find_installation(enterprise_id=None, team_id=acme.id)
    assert found is not None
    assert found.bot_token == acme.bot_token
    assert "chat:write" in (found.bot_scopes or [])
    installations.delete_all(enterprise_id=None, team_id=acme.id)
    assert installations.find_installation(enterprise_id=None, team_id=acme.id) is None
    assert installations.find_bot(enterprise_id=None, team_id=acme.id) is None
