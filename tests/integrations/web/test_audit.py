"""Every route that changes something is asked for real and leaves its entry in the trail; one without a case fails.

Which routes there are is held by tests/isolation: a route without a row there fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.audit.actions import ACTIONS
from core.settings import load_settings
from integrations.cli.processes.data_dir import api_token
from integrations.graph.invitations import SIGNED_IN_PATH
from tests.core.audit.written import SECRET, everything_of
from tests.fakes.google.fixture import google
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack.fixture import slack
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import microsoft, model
from tests.integrations.console.test_openid import provider
from tests.integrations.web import audited_routes
from tests.integrations.web.acting import WEBHOOK_SECRET, Bench, Kind
from tests.integrations.web.audited_recipes import RECIPE_CASES
from tests.integrations.web.audited_routes import READS
from tests.isolation.requests import ROWS
from tests.servers.openid import CLIENT_ID, CLIENT_SECRET
from tests.servers.valkey import ValkeyProcess, free_port

__all__ = ["google", "microsoft", "model", "provider", "slack"]
CASES = {**audited_routes.CASES, **RECIPE_CASES}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def test_every_route_that_changes_something_is_asked_or_changes_nothing() -> None:
    changing = {path for method, path in ROWS if method in CHANGING}
    assert changing - (CASES.keys() | READS) == set()
    assert not CASES.keys() & READS
    assert {case.action for case in CASES.values()} <= ACTIONS.keys()


@contextmanager
def installed(kind: Kind, request: pytest.FixtureRequest, home: Path) -> Iterator[RunningWeb]:
    """Run an installation of a kind, with what it needs outside."""
    valkey: ValkeyProcess = request.getfixturevalue("valkey_shared")
    model: OpenAIServer = request.getfixturevalue("model")
    changes: dict[str, object] = {"home": home, "broker_url": valkey.url, "model_url": model.url}
    port = 0
    if kind == "alone":
        home.mkdir()
        api_token(home)
        slack = request.getfixturevalue("slack")
        changes |= {"webhook_secret": SecretStr(WEBHOOK_SECRET), "slack_api_url": slack.api_url}
        changes |= {"slack_signing_secret": SecretStr(slack.app.signing_secret), "slack_bot_token": SecretStr("xoxb-1")}
    elif kind == "microsoft":
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        uris = request.getfixturevalue("microsoft").app.redirect_uris
        uris |= {f"{address}/console/signed-in", f"{address}{SIGNED_IN_PATH}"}
        changes |= {"public_url": address, "admins": ("boss@example.org",)}
    elif kind == "google":
        home.mkdir()
        api_token(home)
        port = free_port()
        changes["public_url"] = f"http://127.0.0.1:{port}"
        request.getfixturevalue("google").redirect_uris.add(f"http://127.0.0.1:{port}/gmail/signed-in")
    elif kind == "openid":
        changes |= {"openid_issuer": request.getfixturevalue("provider").issuer, "openid_client_id": CLIENT_ID}
        changes["openid_client_secret"] = SecretStr(CLIENT_SECRET)
    else:
        slack = request.getfixturevalue("slack")
        changes |= {"slack_client_id": slack.app.client_id, "slack_client_secret": SecretStr(slack.app.client_secret)}
        changes |= {"slack_signing_secret": SecretStr(slack.app.signing_secret), "slack_api_url": slack.api_url}
        changes["public_url"] = "https://inlaid.example.com"
        slack.app.redirect_uris = ["https://inlaid.example.com/slack/oauth_redirect"]
    with running_web(load_settings().model_copy(update=changes), port) as running:
        yield running


@pytest.mark.parametrize("path", CASES)
def test_what_a_route_does_is_written_down(path: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    case = CASES[path]
    with installed(case.kind, request, tmp_path / "home") as web:
        trail = web.services.store.audit
        before = trail.head().sequence
        answer = case.act(Bench(web, request, f"audited-{list(CASES).index(path)}"))
        assert getattr(answer, "status_code", case.status[0]) in case.status, getattr(answer, "text", "")
        added = [shown for shown in trail.walk(after=before) if shown.entry.action == case.action]
        assert len(added) >= case.entries
        last = added[-1]
        places = {"tenant": web.settings.microsoft_tenant_id, "realm": web.settings.openid_realm}
        if case.workspace == "slack":
            assert last.entry.workspace.startswith("T")
        else:
            assert last.entry.workspace == places.get(case.workspace, case.workspace)
        assert last.entry.door == case.door
        assert bool(last.actor) is case.is_known
        assert bool(last.entry.thing) is case.has_thing
        assert SECRET not in everything_of(web.services.store)
        assert trail.verify().problems == []
