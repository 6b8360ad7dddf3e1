"""Installing in many workspaces, renewing tokens from any process, forgetting everything on removal."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from core.errors import CredentialError
from core.settings import Settings
from core.store import Store
from integrations.slack.client.connections import Connections
from integrations.slack.client.installations import KIND, RecordInstallationStore, RecordStateStore
from tests.fakes.slack import Error, FakeSlack, Slow
from tests.fakes.slack.workspace import Workspace
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess


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
    page = workspace.person("Ivy Installer").installs(f"{web.url}/slack/install", org_wide=org_wide)
    assert page.status == 200, page.body


def test_two_workspaces_are_installed_apart(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    acme, other = slack.workspace("Acme", installed=False), slack.workspace("Other", installed=False)
    ada = acme.person("Ada Lovelace")
    assert "not installed" in ada.slash("/draft", "hello").text
    install(web, acme)
    assert "I am on it" in ada.slash("/summarize", "hello").text
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
    assert not any(b"xox" in bytes(row[0]) for row in rows)


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
    assert "I am on it" in first.person("Ada Lovelace").slash("/summarize", "hello").text
    assert "I am on it" in second.person("Grace Hopper").slash("/summarize", "hello").text


def test_removing_the_app_deletes_the_tokens_of_that_workspace_only(
    slack: FakeSlack, web: RunningWeb, store: Store
) -> None:
    acme, other = slack.workspace("Acme", installed=False), slack.workspace("Other", installed=False)
    install(web, acme)
    install(web, other)
    assert all(delivery.ok for delivery in acme.uninstall())
    assert {record.workspace for record in store.records.list(KIND)} == {other.id}
    assert "not installed" in acme.person("Ada Lovelace").slash("/draft", "hello").text


def test_revoked_tokens_are_forgotten(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    acme = slack.workspace("Acme", installed=False)
    install(web, acme)
    assert all(delivery.ok for delivery in acme.revoke_tokens())
    assert store.records.list(KIND) == []


def expire(store: Store, workspace: Workspace, in_seconds: float) -> None:
    """Let the stored bot token run out soon."""
    record = store.records.get(KIND, workspace.id, "bot")
    assert record is not None
    store.records.put(KIND, workspace.id, "bot", {**record.data, "bot_token_expires_at": int(time.time() + in_seconds)})


def refreshes(slack: FakeSlack) -> int:
    calls = slack.ledger.called("oauth.v2.access")
    return len([call for call in calls if call.args.get("grant_type") == "refresh_token"])


def test_a_token_is_renewed_in_time_and_stored(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    slack.app.token_rotation = True
    acme = slack.workspace("Acme", installed=False)
    install(web, acme)
    connections = Connections(web.services.slack.settings, store.records)
    before = connections.client(acme.id).token
    assert refreshes(slack) == 0
    expire(store, acme, 3600)
    after = connections.client(acme.id).token
    assert after != before
    assert connections.client(acme.id).token == after
    assert refreshes(slack) == 1
    assert slack.ledger.refusals == []


def test_a_refused_refresh_is_no_outage(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    slack.app.token_rotation = True
    acme = slack.workspace("Acme", installed=False)
    install(web, acme)
    expire(store, acme, 3600)
    slack.faults.add("oauth.v2.access", Error("invalid_refresh_token"))
    with pytest.raises(CredentialError):
        Connections(web.services.slack.settings, store.records).client(acme.id)


def test_workers_that_renew_at_once_use_the_refresh_token_once(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    slack.app.token_rotation = True
    acme = slack.workspace("Acme", installed=False)
    install(web, acme)
    expire(store, acme, 3600)
    slack.faults.add("oauth.v2.access", Slow(0.2))
    barrier, failures = threading.Barrier(6), []

    def work() -> None:
        barrier.wait()
        try:
            connections = Connections(web.services.slack.settings, store.records)
            connections.client(acme.id).auth_test()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert refreshes(slack) == 1


def test_a_workspace_without_installation_is_a_credential_error(web: RunningWeb, store: Store) -> None:
    with pytest.raises(CredentialError, match="not installed"):
        Connections(web.services.slack.settings, store.records).client("T_UNKNOWN")


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
