"""Installing through the app's own OAuth pages, tokens that expire and are renewed, and leaving."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.oauth.token_rotation import TokenRotator

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.bolt_app import served
from tests.fakes.slack.installing import visit
from tests.fakes.slack.person import Person
from tests.fakes.slack.samples import refusal
from tests.fakes.slack.workspace import Workspace

REDIRECT = "https://inlaid.example/slack/oauth_redirect"


@pytest.fixture
def store(tmp_path: Path) -> FileInstallationStore:
    return FileInstallationStore(base_dir=str(tmp_path / "installations"))


@pytest.fixture
def install_url(slack: FakeSlack, store: FileInstallationStore, tmp_path: Path) -> Iterator[str]:
    """Serve a Bolt app with OAuth; the value is its install page."""
    settings = OAuthSettings(
        client_id=slack.app.client_id,
        client_secret=slack.app.client_secret,
        scopes=["chat:write", "commands"],
        user_scopes=["search:read"],
        redirect_uri=REDIRECT,
        installation_store=store,
        state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=str(tmp_path / "states")),
    )
    app = App(
        client=WebClient(base_url=slack.api_url),
        signing_secret=slack.app.signing_secret,
        oauth_settings=settings,
        installation_store=store,
    )
    with served(app) as url:
        yield f"{url}/slack/install"


@pytest.fixture
def newcomer(slack: FakeSlack) -> Person:
    return slack.workspace("Newcorp", installed=False).person("Ada Lovelace")


@pytest.fixture
def anonymous(slack: FakeSlack) -> WebClient:
    return WebClient(base_url=slack.api_url, retry_handlers=[])


def client_keys(slack: FakeSlack) -> dict[str, Any]:
    return {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}


def code_for(slack: FakeSlack, person: Person, scope: str = "chat:write") -> str:
    """Let a person approve the app; return the code."""
    url = f"https://slack.com/oauth/v2/authorize?client_id={slack.app.client_id}&scope={scope}&redirect_uri={REDIRECT}"
    return person.approves(url).partition("code=")[2]


def test_a_workspace_installs_the_app_in_a_browser(
    slack: FakeSlack, newcomer: Person, install_url: str, store: FileInstallationStore
) -> None:
    slack.app.redirect_uris = [REDIRECT]
    page = newcomer.installs(install_url)
    assert page.status == 200
    team = newcomer.user.team
    installed = store.find_installation(enterprise_id=None, team_id=team.id)
    assert installed is not None
    assert (installed.user_id, installed.bot_id) == (newcomer.id, slack.bot_of(team).bot_id)
    client = WebClient(installed.bot_token, base_url=slack.api_url)
    assert client.auth_test()["team_id"] == team.id
    assert refusal(client.users_list) == "missing_scope"
    assert WebClient(installed.user_token, base_url=slack.api_url).auth_test()["user_id"] == newcomer.id


def test_a_callback_works_once(newcomer: Person, install_url: str) -> None:
    page = newcomer.installs(install_url)
    assert page.status == 200
    assert visit(page.callback_url, page.cookie).status == 401
    assert visit(page.callback_url).status == 400


def test_a_person_can_refuse(newcomer: Person, install_url: str, store: FileInstallationStore) -> None:
    page = newcomer.installs(install_url, refuses=True)
    assert "error=access_denied" in page.callback_url
    assert store.find_installation(enterprise_id=None, team_id=newcomer.user.team.id) is None


def test_an_organization_installs_without_a_team(
    slack: FakeSlack, install_url: str, store: FileInstallationStore
) -> None:
    grid = slack.organization("Grid")
    one = slack.workspace("One", grid, installed=False)
    one.person("Ada Lovelace").installs(install_url, org_wide=True)
    installed = store.find_installation(enterprise_id=grid.id, team_id=None, is_enterprise_install=True)
    assert installed is not None
    assert (installed.is_enterprise_install, installed.team_id) == (True, None)
    assert one.is_org_wide


def test_a_code_is_good_for_one_use_within_ten_minutes(
    slack: FakeSlack, anonymous: WebClient, newcomer: Person
) -> None:
    keys = client_keys(slack)
    code = code_for(slack, newcomer)
    assert refusal(anonymous.oauth_v2_access, **keys, code=code) == "bad_redirect_uri"
    answer = anonymous.oauth_v2_access(**keys, code=code, redirect_uri=REDIRECT)
    assert answer["authed_user"] == {"id": newcomer.id}
    assert (answer["token_type"], answer["scope"], answer["is_enterprise_install"]) == ("bot", "chat:write", False)
    assert "refresh_token" not in answer.data
    assert refusal(anonymous.oauth_v2_access, **keys, code=code, redirect_uri=REDIRECT) == "invalid_code"
    late = code_for(slack, newcomer)
    slack.clock.advance(601)
    assert refusal(anonymous.oauth_v2_access, **keys, code=late, redirect_uri=REDIRECT) == "invalid_code"


def test_client_id_and_secret_are_checked(slack: FakeSlack, anonymous: WebClient) -> None:
    wrong_secret = {"client_id": slack.app.client_id, "client_secret": "wrong", "code": "x"}
    assert refusal(anonymous.oauth_v2_access, **wrong_secret) == "bad_client_secret"
    assert refusal(anonymous.oauth_v2_access, client_id="1", client_secret="x", code="x") == "invalid_client_id"
    assert refusal(anonymous.oauth_v2_access, **client_keys(slack), grant_type="password") == "invalid_grant_type"


def test_rotating_tokens_expire_and_are_renewed_once(slack: FakeSlack, anonymous: WebClient, newcomer: Person) -> None:
    slack.app.token_rotation = True
    keys = client_keys(slack)
    first = anonymous.oauth_v2_access(**keys, code=code_for(slack, newcomer), redirect_uri=REDIRECT)
    assert first["access_token"].startswith("xoxe.xoxb-")
    assert first["expires_in"] == 43_200
    old = WebClient(first["access_token"], base_url=slack.api_url)
    renewing = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = anonymous.oauth_v2_access(**keys, **renewing)
    assert second["token_type"] == "bot"
    assert old.auth_test()["ok"]
    assert refusal(anonymous.oauth_v2_access, **keys, **renewing) == "invalid_refresh_token"
    slack.clock.advance(43_200)
    assert refusal(old.auth_test) == "token_expired"
    third = anonymous.oauth_v2_access(**keys, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert WebClient(third["access_token"], base_url=slack.api_url).auth_test()["expires_in"] > 43_000


def test_the_sdks_rotator_renews_bot_and_user_tokens(
    slack: FakeSlack, newcomer: Person, install_url: str, store: FileInstallationStore
) -> None:
    slack.app.token_rotation = True
    newcomer.installs(install_url)
    installed = store.find_installation(enterprise_id=None, team_id=newcomer.user.team.id)
    assert installed is not None
    rotator = TokenRotator(**client_keys(slack), client=WebClient(base_url=slack.api_url))
    renewed = rotator.perform_token_rotation(installation=installed, minutes_before_expiration=13 * 60)
    assert renewed is not None
    assert renewed.bot_token != installed.bot_token
    assert renewed.user_token != installed.user_token
    assert WebClient(renewed.user_token, base_url=slack.api_url).auth_test()["user_id"] == newcomer.id


def test_an_old_token_is_exchanged_once(slack: FakeSlack, acme: Workspace, anonymous: WebClient) -> None:
    keys = client_keys(slack)
    token = acme.bot_token
    assert refusal(anonymous.oauth_v2_exchange, **keys, token=token) == "token_rotation_not_enabled"
    slack.app.token_rotation = True
    new = anonymous.oauth_v2_exchange(**keys, token=token)
    assert refusal(WebClient(token, base_url=slack.api_url).auth_test) == "token_revoked"
    assert refusal(anonymous.oauth_v2_exchange, **keys, token=new["access_token"]) == "token_already_exchanged"


def test_a_configuration_token_is_rotated(acme: Workspace, anonymous: WebClient) -> None:
    config = acme.config_grant(acme.person())
    new = anonymous.tooling_tokens_rotate(refresh_token=config.refresh_token)
    assert new["token"].startswith("xoxe.xoxp-")
    assert new["exp"] - new["iat"] == 43_200
    assert refusal(anonymous.tooling_tokens_rotate, refresh_token=config.refresh_token) == "invalid_refresh_token"


def test_auth_revoke_ends_one_token(slack: FakeSlack, client: WebClient) -> None:
    assert client.auth_revoke(test=True)["revoked"] is False
    assert client.auth_revoke()["revoked"] is True
    assert refusal(client.auth_test) == "token_revoked"


def test_the_app_can_uninstall_itself(slack: FakeSlack, acme: Workspace, client: WebClient) -> None:
    wrong = {"client_id": slack.app.client_id, "client_secret": "wrong"}
    assert refusal(client.apps_uninstall, **wrong) == "bad_client_secret"
    assert client.apps_uninstall(**client_keys(slack))["ok"]
    assert refusal(client.auth_test) == "account_inactive"
    waiting = [delivery.payload["event"]["type"] for delivery in slack.outbox.flush()]
    assert waiting == ["tokens_revoked", "app_uninstalled"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("client_id=1&scope=commands", "invalid_client_id"),
        ("client_id=1111.2222", "no_scopes"),
        ("client_id=1111.2222&scope=commands&redirect_uri=https://evil.example", "bad_redirect_uri"),
    ],
)
def test_a_wrong_authorize_url_fails_the_test(slack: FakeSlack, newcomer: Person, query: str, why: str) -> None:
    slack.app.redirect_uris = [REDIRECT]
    with pytest.raises(AssertionError, match=why):
        newcomer.approves(f"https://slack.com/oauth/v2/authorize?{query}")
