"""Installing by OAuth in many workspaces, and the health check of `inlaid doctor`.

Format of OAuth: https://docs.slack.dev/authentication/installing-with-oauth. The check asks each installed workspace
who we are there.
"""

import logging
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from core.errors import CredentialError, SettingsError
from core.settings import Settings
from core.store.records import RecordStore
from core.text.catalogues import N_
from integrations.slack import INSTALL_PATH, REDIRECT_PATH
from integrations.slack.client.api import call, make_client
from integrations.slack.client.connections import Connections
from integrations.slack.client.installations import BOT, KIND
from integrations.slack.manifest import bot_scopes

if TYPE_CHECKING:
    from slack_bolt.oauth import OAuthFlow


NOT_SET_UP = N_("Not set up. See integrations/slack/README.md.")
REINSTALL = "Open {url}/slack/install there again, or remove the app from that workspace."
NEW_TOKEN = "Copy the token from OAuth & Permissions at api.slack.com/apps into INLAID_SLACK_BOT_TOKEN."  # noqa: S105


def check_slack(settings: Settings, records: RecordStore) -> str:
    """Return in a sentence where Slack answers.

    Raises:
        SettingsError: a setting is missing.
        CredentialError: a token was refused; the message names the workspace.
        SlackOutage: Slack cannot be reached.
    """
    owners = sorted({record.workspace for record in records.list(KIND) if record.key == BOT})
    has_way_in = bool(settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value())
    if not (has_way_in or owners or settings.slack_bot_token.get_secret_value() or settings.slack_client_id):
        return NOT_SET_UP
    _require_settings(settings, has_way_in=has_way_in)
    way = _way_in(settings)
    if settings.slack_bot_token.get_secret_value():
        return f"{_only_workspace(settings, records)} {way}"
    if not owners:
        return N_(f"No workspace has installed the app yet: open {settings.public_url}/slack/install. {way}")
    names = [_workspace(settings, records, owner) for owner in owners]
    return N_(f"Installed in {', '.join(names)}. {way}")


def _require_settings(settings: Settings, *, has_way_in: bool) -> None:
    if not has_way_in:
        raise SettingsError(
            "Nothing that people do in Slack can reach Inlaid.",
            fix="Set INLAID_SLACK_SIGNING_SECRET (Slack calls this machine) or INLAID_SLACK_APP_TOKEN (Socket Mode).",
        )
    if settings.slack_bot_token.get_secret_value():
        return
    if not (settings.slack_client_id and settings.slack_client_secret.get_secret_value()):
        raise SettingsError(
            "There is no token for Slack and no way to install the app.",
            fix="Set INLAID_SLACK_BOT_TOKEN for one workspace, or INLAID_SLACK_CLIENT_ID and _CLIENT_SECRET for many.",
        )
    if not settings.public_url:
        raise SettingsError(
            "Slack does not know where to send people after an installation.",
            fix="Set INLAID_PUBLIC_URL to the https address of the web process.",
        )


def _way_in(settings: Settings) -> str:
    """Return how requests come in, after Slack has taken the app-level token where there is one."""
    token = settings.slack_app_token.get_secret_value()
    if not token:
        return N_("Requests come to /slack/events.")
    try:
        call(make_client(token, settings.slack_api_url).apps_connections_open, app_token=token)
    except CredentialError as error:
        raise CredentialError(
            "Slack refuses INLAID_SLACK_APP_TOKEN.",
            fix="Create an app-level token with the scope connections:write (Basic Information at api.slack.com/apps).",
        ) from error
    return N_("Requests come over Socket Mode.")


def _only_workspace(settings: Settings, records: RecordStore) -> str:
    try:
        who = call(Connections(settings, records).client("").auth_test)
    except CredentialError as error:
        raise CredentialError("Slack refuses INLAID_SLACK_BOT_TOKEN.", fix=NEW_TOKEN) from error
    return N_(f"{who['team']} answers, as {who['user']}.")


def _workspace(settings: Settings, records: RecordStore, owner: str) -> str:
    """Return the name of an installed workspace or organization; a token that is due is renewed on the way."""
    team, enterprise = ("", owner) if owner.startswith("E") else (owner, "")
    connections = Connections(settings, records)
    try:
        name = str(call(connections.client(team, enterprise).auth_test)["team"])
        bot = connections.installations.find_bot(enterprise_id=enterprise or None, team_id=team or None)
        missing = sorted(set(bot_scopes()) - set(bot.bot_scopes if bot else ()))
        return f"{name} (to be installed again for {', '.join(missing)})" if missing else name
    except CredentialError as error:
        fix = REINSTALL.format(url=settings.public_url)
        raise CredentialError(f"Slack refuses the token of workspace {owner}.", fix=fix) from error


def make_flow(settings: Settings, records: RecordStore) -> "OAuthFlow | None":
    """Return what serves the two addresses; None without client id and secret."""
    secret = settings.slack_client_secret.get_secret_value()
    if not (settings.slack_client_id and secret):
        return None
    from slack_bolt.oauth import OAuthFlow
    from slack_bolt.oauth.oauth_settings import OAuthSettings

    from integrations.slack.client.installations import RecordInstallationStore, RecordStateStore

    quiet = logging.getLogger("inlaid.slack.bolt")
    flow_settings = OAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=secret,
        scopes=bot_scopes(),
        redirect_uri=settings.public_url + REDIRECT_PATH if settings.public_url else None,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        installation_store=RecordInstallationStore(records),
        state_store=RecordStateStore(records),
        authorization_url=urljoin(settings.slack_api_url, "/oauth/v2/authorize"),
        logger=quiet,
    )
    return OAuthFlow(client=make_client("", settings.slack_api_url), settings=flow_settings, logger=quiet)
