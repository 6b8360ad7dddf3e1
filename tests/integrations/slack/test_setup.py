"""What `inlaid doctor` says of Slack: where it answers, and otherwise what to do."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Bot

from core.errors import CredentialError, SettingsError
from core.settings import Settings
from core.store import Store, open_store
from integrations.cli.commands.doctor import CHECKS
from integrations.slack.client.api import SlackOutage
from integrations.slack.client.connections import Connections
from integrations.slack.manifest import bot_scopes
from integrations.slack.setup import NOT_SET_UP, check_slack
from tests.integrations.slack.conftest import Office

MANY = {"slack_bot_token": "", "slack_client_id": "1.2", "slack_client_secret": "x", "public_url": "https://i.example"}


def examined(office: Office, **changed: Any) -> str:
    settings = Settings.model_validate({**office.settings.model_dump(), **changed})
    return check_slack(settings, office.store.records)


def install(office: Office, *, scopes: list[str]) -> None:
    bot = Bot(
        team_id=office.acme.team.id,
        bot_token=office.acme.bot_token,
        bot_id="B1",
        bot_user_id="U1",
        bot_scopes=scopes,
        installed_at=0.0,
    )
    Connections(office.settings, office.store.records).installations.save_bot(bot)


def test_without_settings_the_way_to_set_it_up_is_named(settings: Settings) -> None:
    store: Store = open_store(settings)
    assert check_slack(settings, store.records) == NOT_SET_UP
    store.close()
    assert CHECKS["slack"](settings) == NOT_SET_UP


def test_the_one_workspace_is_named(office: Office) -> None:
    assert examined(office).startswith("Acme answers, as ")


def test_every_installed_workspace_is_asked(office: Office) -> None:
    install(office, scopes=bot_scopes())
    assert examined(office, **MANY) == "Installed in Acme. Requests come to /slack/events."


def test_scopes_that_came_later_are_named(office: Office) -> None:
    install(office, scopes=[scope for scope in bot_scopes() if scope != "files:write"])
    assert "Acme (to be installed again for files:write)" in examined(office, **MANY)


def test_before_the_first_installation_its_address_is_named(office: Office) -> None:
    assert "https://i.example/slack/install" in examined(office, **MANY)


def test_socket_mode_needs_a_token_that_slack_takes(office: Office) -> None:
    assert "Socket Mode" in examined(office, slack_app_token=office.slack.app_token())
    with pytest.raises(CredentialError, match="INLAID_SLACK_APP_TOKEN"):
        examined(office, slack_app_token="xapp-1-wrong")


@pytest.mark.parametrize(
    ("changed", "fix"),
    [
        ({"slack_signing_secret": ""}, "INLAID_SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": ""}, "INLAID_SLACK_BOT_TOKEN"),
        ({**MANY, "public_url": ""}, "INLAID_PUBLIC_URL"),
    ],
)
def test_a_missing_setting_is_named(office: Office, changed: dict[str, str], fix: str) -> None:
    with pytest.raises(SettingsError) as caught:
        examined(office, **changed)
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("begin", "changed", "fix"),
    [
        (lambda _office: None, {}, "INLAID_SLACK_BOT_TOKEN"),
        (lambda office: install(office, scopes=[]), MANY, "https://i.example/slack/install"),
    ],
)
def test_a_refused_token_comes_with_its_cure(
    office: Office, begin: Callable[[Office], None], changed: dict[str, str], fix: str
) -> None:
    begin(office)
    office.slack.tokens.end_all(office.acme.team, "token_revoked")
    with pytest.raises(CredentialError) as caught:
        examined(office, **changed)
    assert fix in caught.value.fix


def test_a_slack_that_is_down_is_an_outage(office: Office) -> None:
    with office.slack.down(), pytest.raises(SlackOutage):
        examined(office)
