"""Installing by OAuth (https://docs.slack.dev/authentication/installing-with-oauth), in many workspaces."""

import logging
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from core.settings import Settings
from core.store.records import RecordStore
from integrations.slack.client.api import make_client
from integrations.slack.setup import INSTALL_PATH, REDIRECT_PATH
from integrations.slack.setup.manifest import bot_scopes

if TYPE_CHECKING:
    from slack_bolt.oauth import OAuthFlow


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
