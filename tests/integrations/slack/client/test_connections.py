"""Tokens of workspaces: renewed in time, once, and told apart from outages."""

import threading
import time

import pytest
from pydantic import SecretStr

from core.errors import CredentialError
from core.store import Store
from integrations.slack.client.connections import Connections
from integrations.slack.client.installations import KIND
from integrations.slack.request import SlackInstallation
from tests.fakes.slack import Error, FakeSlack, Slow
from tests.fakes.slack.workspace import Workspace
from tests.integrations.api.running import RunningWeb
from tests.integrations.slack.conftest import Office, install


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
    with pytest.raises(CredentialError, match="no longer installed"):
        Connections(web.services.slack.settings, store.records).client("T_UNKNOWN")


def test_whose_the_token_is_survives_a_restart_and_an_outage_of_slack(office: Office) -> None:
    office.context.connections.learn_own()
    again = Connections(office.settings, office.store.records)
    assert again.own() == SlackInstallation(office.acme.id, "")
    unknown = office.settings.model_copy(update={"slack_bot_token": SecretStr("xoxb-unknown")})
    fresh = Connections(unknown, office.store.records)
    assert fresh.own() is None
    with pytest.raises(CredentialError):
        fresh.learn_own()
    assert fresh.own() is None
