"""Socket Mode: the app connects to Slack, for machines that Slack cannot reach. The listeners are the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.errors import SettingsError
from integrations.slack.app import is_well_formed, make_app
from integrations.slack.client.api import make_client, slack_errors
from integrations.slack.context import AppContext

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode import SocketModeHandler

PING_SECONDS = 10


@contextmanager
def connected(context: AppContext) -> Iterator["SocketModeHandler"]:
    """Hold a connection to Slack; a lost one is replaced automatically (half-open ones are found by ping).

    Raises:
        SettingsError: INLAID_SLACK_APP_TOKEN is missing.
        CredentialError: Slack refuses the token.
        SlackOutage: Slack cannot be reached.
    """
    token = context.settings.slack_app_token.get_secret_value()
    if not token:
        raise SettingsError(
            "INLAID_SLACK_APP_TOKEN is missing.", fix="Make an app-level token with the scope connections:write."
        )
    handler = _make_handler(context, token)
    with slack_errors():
        handler.connect()  # type: ignore[no-untyped-call] # slack_bolt leaves it and close() untyped
    try:
        yield handler
    finally:
        handler.close()  # type: ignore[no-untyped-call]


def _make_handler(context: AppContext, token: str) -> "SocketModeHandler":
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk.socket_mode.response import SocketModeResponse

    class Handler(SocketModeHandler):
        """Leaves out what Bolt would stumble over: it is acknowledged and nothing more."""

        def handle(self, client: Any, req: Any) -> None:
            if is_well_formed(req.payload):
                super().handle(client, req)
            else:
                client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))

    client = make_client("", context.connections.api_url)
    return Handler(make_app(context), token, web_client=client, logger=client._logger, ping_interval=PING_SECONDS)
