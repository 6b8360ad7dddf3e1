"""The Bolt app: the table of listeners, each stored before it is acknowledged.

It answers over HTTP and, for machines that Slack cannot reach, over Socket Mode: the app connects to Slack.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from core.audit.acting import acting
from core.errors import InlaidError, InputError, SettingsError
from core.logs import logger
from core.text.catalogues import ENGLISH, speaking
from integrations.slack.client.api import make_client, slack_errors
from integrations.slack.context import EMPTY_ACK, Ack, AppContext, Handler
from integrations.slack.listeners.table import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS
from integrations.slack.listeners.views import notice
from integrations.slack.request import SlackRequest, at_installation, read_request
from integrations.slack.submit import reply_privately, user_message

if TYPE_CHECKING:
    from slack_bolt import App, BoltResponse
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_bolt.authorization import AuthorizeResult


# Tells a person what went wrong with their request, and returns its acknowledgement.
Say = Callable[[AppContext, SlackRequest, str], Ack]
PING_SECONDS = 10
# By these events, and by messages to the app, a person turns to it.
_TO_THE_APP = frozenset({"app_mention", "app_home_opened", "assistant_thread_started", "agent_session_stopped"})
_log = logger(__name__)


def make_app(context: AppContext) -> "App":
    """Return the app for HTTP and Socket Mode alike.

    The listener runs before the request is answered (`process_before_response`): what is acknowledged is stored.
    Handlers use no client of Bolt, so no request waits for `auth.test`.
    """
    from slack_bolt import App

    secret = context.settings.slack_signing_secret.get_secret_value()
    app = App(
        signing_secret=secret or "-",
        authorize=_authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=bool(secret),
        ignoring_self_events_enabled=False,  # known by their bot id, see `events`
        attaching_conversation_kwargs_enabled=False,
        logger=_quiet_logger(),
    )
    _register(app, context)
    app.error(_answer_error)
    return app


def dispatch(app: "App", body: str, headers: Mapping[str, str], query: str = "") -> "BoltResponse":
    """Answer one request; one that Bolt stumbles over is refused.

    Bolt reads a body before it looks at the signature, and takes its parts for what they should be: anybody can send
    what it cannot read. What our own listeners raise never comes here (`App.error`).
    """
    from slack_bolt import BoltRequest, BoltResponse

    try:
        request = BoltRequest(body=body, query=query, headers={**headers})
        if is_well_formed(request.body):
            return app.dispatch(request)
    except Exception as error:  # Whatever Bolt stumbled over: it is no request of Slack as we know them.
        _log.warning("a request to Slack's address cannot be read", code=type(error).__name__)
    return BoltResponse(status=400, body={"error": "invalid request"})


def is_well_formed(body: Mapping[str, Any]) -> bool:
    """Whether a request has the parts by which listeners are found."""
    kind = body.get("type")
    if kind == "block_actions":
        actions = body.get("actions")
        return (
            isinstance(actions, list) and bool(actions) and all(_has_texts(action, "action_id") for action in actions)
        )
    if kind in {"view_submission", "view_closed"}:
        return _has_texts(body.get("view"), "type", "callback_id")
    if kind in {"shortcut", "message_action"}:
        return _has_texts(body, "callback_id")
    if kind == "event_callback":
        return _has_texts(body.get("event"), "type") and isinstance(body["event"].get("channel_type", ""), str)
    return isinstance(kind, str | None)


def _has_texts(part: object, *names: str) -> bool:
    return isinstance(part, dict) and all(isinstance(part.get(name), str) for name in names)


def _register(app: "App", context: AppContext) -> None:
    for command in COMMANDS:
        app.command(command.name)(_listener(context, command.handle, _say_in_acknowledgement))
    for shortcut in SHORTCUTS:
        app.shortcut(shortcut.callback_id)(_listener(context, shortcut.handle, _say_privately))
    for submission in SUBMISSIONS:
        app.view(submission.callback_id)(_listener(context, submission.handle, _say_in_form))
    for action in ACTIONS:
        app.action(re.compile(rf"^{action.action_id}(?::.*)?$"))(_listener(context, action.handle, _say_privately))
    for event in EVENTS:
        # An event whose job could not be stored fails, so that Slack sends it again.
        app.event(event.name.partition(".")[0])(_listener(context, event.handle, say=None))


def _listener(context: AppContext, handle: Handler, say: Say | None) -> Callable[..., None]:
    """Return the function that Bolt calls; `say` tells the person what went wrong."""

    def listen(ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        request = _of_installation(context, read_request(body))
        with speaking(_language_of(context, request)):
            ack(**_acknowledged(context, request, handle, say).arguments)

    return listen


def _language_of(context: AppContext, request: SlackRequest) -> str:
    """Return in which language whoever speaks to the app is answered; a channel's messages are no reason to ask."""
    kind, event = str(request.event.get("type") or ""), request.event
    if kind and (event.get("bot_id") or not (kind in _TO_THE_APP or event.get("channel_type") == "im")):
        return ENGLISH

    def ask_slack() -> None:
        context.members(request.team, request.enterprise).get(request.user)

    return context.languages.remembered(request.team, request.user, context.in_background, ask_slack)


def _acknowledged(context: AppContext, request: SlackRequest, handle: Handler, say: Say | None) -> Ack:
    try:
        with acting("slack", workspace=request.team, person=request.user):
            return handle(context, request)
    except InlaidError as error:
        if say is None:
            raise
        if not isinstance(error, InputError):
            _log.warning("not stored", code=error.code)
        return say(context, request, user_message(error))


def _of_installation(context: AppContext, request: SlackRequest) -> SlackRequest:
    """Return a request as one to the workspace of INLAID_SLACK_BOT_TOKEN, where that serves; asks no network.

    Until Slack has said whose the token is, once for an installation, the request's own word counts.
    """
    if not context.connections.serves_one:
        return request
    if own := context.connections.own():
        return at_installation(request, own)
    context.in_background(context.connections.learn_own)
    return request


def _say_in_acknowledgement(_context: AppContext, _request: SlackRequest, text: str) -> Ack:
    """Only its sender sees what a command is acknowledged with."""
    return Ack({"text": text})


def _say_privately(context: AppContext, request: SlackRequest, text: str) -> Ack:
    reply_privately(context, request, text)
    return EMPTY_ACK


def _say_in_form(_context: AppContext, _request: SlackRequest, text: str) -> Ack:
    return notice(text)


def _authorize(context: Any) -> "AuthorizeResult":
    """Let every signed request through: handlers ask the database whether the workspace is installed."""
    from slack_bolt.authorization import AuthorizeResult

    return AuthorizeResult(enterprise_id=context.enterprise_id, team_id=context.team_id, user_id=context.user_id)


def _answer_error(error: Exception) -> "BoltResponse":
    from slack_bolt import BoltResponse
    from slack_bolt.error import BoltUnhandledRequestError

    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")  # Slack sends again what is not acknowledged
    if isinstance(error, InlaidError):
        _log.warning("not stored", code=error.code)
        return BoltResponse(status=503, body="")
    _log.error("a request from Slack failed", code=type(error).__name__)
    return BoltResponse(status=500, body="")


@cache
def _quiet_logger() -> logging.Logger:
    """Bolt logs whole payloads at DEBUG, and suggests code for every unknown one."""
    quiet = logging.getLogger("inlaid.slack.bolt")
    quiet.setLevel(logging.CRITICAL)
    quiet.propagate = False
    return quiet


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
            "INLAID_SLACK_APP_TOKEN is missing.", fix="Create an app-level token with the scope connections:write."
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
            try:
                if is_well_formed(req.payload):
                    super().handle(client, req)
                    return
            except Exception as error:  # as in `dispatch`
                _log.warning("a request of Slack cannot be read", code=type(error).__name__)
            client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))

    client = make_client("", context.connections.api_url)
    return Handler(make_app(context), token, web_client=client, logger=client._logger, ping_interval=PING_SECONDS)
