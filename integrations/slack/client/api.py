"""Calls to Slack: one client for a token, answers to a response URL, and Slack's refusals as our errors.

What goes to a response URL is private, needs no token, and works five times within thirty minutes.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

from core.drafts import JsonObject
from core.errors import CredentialError, InlaidError, InputError, SurfaceOutage
from integrations.slack.reply_target import is_response_url
from integrations.slack.views.blocks import BlockMessage

if TYPE_CHECKING:
    import httpx
    from slack_sdk import WebClient
    from slack_sdk.http_retry import RetryHandler
    from slack_sdk.web import SlackResponse


TIMEOUT_SECONDS = 10
MAX_WAIT_SECONDS = 5

# What the names mean: https://docs.slack.dev/reference/methods/chat.postMessage and .../auth.test
REFUSED_TOKEN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "not_allowed_token_type",
        "invalid_refresh_token",
    }
)
UNREACHABLE = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "user_not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "messages_tab_disabled",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "cannot_reply_to_message",
        "thread_not_found",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "method_not_supported_for_channel_type",
    }
)
_DOWN = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
_SENTENCES = {
    "channel_not_found": "I cannot see this conversation.",
    "not_in_channel": "I am not a member of this conversation.",
    "user_not_in_channel": "You are not in this conversation any more.",
    "is_archived": "This channel is archived.",
    "restricted_action": "Posting is restricted in this channel.",
    "restricted_action_read_only_channel": "This channel is read-only for me: only some people may post there.",
    "restricted_action_thread_only_channel": "In this channel I may only answer in threads.",
    "restricted_action_non_threadable_channel": "In this channel nobody can answer in threads.",
    "restricted_action_thread_locked": "This thread is locked.",
    "user_disabled": "This person's account is deactivated.",
    "expired_trigger_id": "This took too long, so Slack did not open the form.",
    "trigger_expired": "This took too long, so Slack did not open the form.",
    "file_uploads_disabled": "Files are switched off in this workspace.",
    "file_uploads_except_images_disabled": "Files are switched off in this workspace.",
    "file_type_not_allowed": "This workspace does not take such files.",
    "storage_limit_reached": "The storage of this workspace is full.",
}
_FIXES = {
    "channel_not_found": "Invite me with /invite @Inlaid and try again.",
    "not_in_channel": "Invite me with /invite @Inlaid and try again.",
    "is_archived": "Choose another channel.",
    "restricted_action": "Choose another channel.",
    "restricted_action_read_only_channel": "Copy the text and post it yourself, or choose another channel.",
    "restricted_action_thread_only_channel": "Ask me in a thread of it, or choose another channel.",
    "restricted_action_non_threadable_channel": "Ask me in the channel itself, or choose another one.",
    "restricted_action_thread_locked": "Choose another conversation.",
    "expired_trigger_id": "Please try again.",
    "trigger_expired": "Please try again.",
    "file_uploads_disabled": "Copy the text instead.",
    "file_uploads_except_images_disabled": "Copy the text instead.",
    "file_type_not_allowed": "Copy the text instead.",
    "storage_limit_reached": "Copy the text instead.",
}


class SlackRefusal(InputError):
    """Slack does not do it, and asking again cannot help. `reason` is Slack's word for it."""

    code = "slack"

    def __init__(self, reason: str) -> None:
        super().__init__(_sentence(reason), fix=_FIXES.get(reason, ""))
        self.reason = reason

    @property
    def is_unreachable(self) -> bool:
        """Whether the conversation, not the content, is the reason."""
        return self.reason in UNREACHABLE


class SlackOutage(SurfaceOutage):
    """Slack is down, slow, or asks to wait. `is_doubtful`: what was asked may have been done all the same."""

    code = "slack_outage"

    def __init__(self, message: str, *, is_doubtful: bool = False, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message, fix="Try again in a moment.", retry_after_seconds=retry_after_seconds)
        self.is_doubtful = is_doubtful


def _sentence(reason: str) -> str:
    return _SENTENCES.get(reason, f"Slack refused this ({reason}).")


def make_client(token: str, api_url: str) -> "WebClient":
    """Return a client that waits a little for Slack's rate limits, and no longer.

    Args:
        token: bot token, or "" for methods that need none.
        api_url: base with its trailing `/api/`.
    """
    from slack_sdk import WebClient

    # The SDK would repeat a post whose connection broke, and show it twice: only what was surely not done is repeated.
    handlers = [_short_retry_after()]
    return WebClient(
        token or None, base_url=api_url, timeout=TIMEOUT_SECONDS, logger=_silent_logger(), retry_handlers=handlers
    )


@contextmanager
def slack_errors() -> Iterator[None]:
    """Turn what the SDK raises into our errors.

    Raises:
        SlackOutage: unreachable, failing or rate limited.
        CredentialError: the token was refused.
        SlackRefusal: anything else that Slack does not do.
    """
    from slack_sdk.errors import SlackApiError, SlackClientError, SlackTokenRotationError

    try:
        yield
    except SlackTokenRotationError as error:
        raise _translated(error.api_error.response) from error
    except SlackApiError as error:
        raise _translated(error.response) from error
    except (SlackClientError, URLError, HTTPException, OSError) as error:
        refused = isinstance(getattr(error, "reason", error), ConnectionRefusedError)
        raise SlackOutage("Slack cannot be reached.", is_doubtful=not refused) from error


def call(method: Callable[..., "SlackResponse"], **arguments: Any) -> JsonObject:
    """Call a method of a client and return its answer; raises as `slack_errors`."""
    with slack_errors():
        data = method(**arguments).data
    return data if isinstance(data, dict) else {}


def _translated(response: Any) -> InlaidError:
    status = getattr(response, "status_code", 200)
    reason = str(response.get("error", "") if hasattr(response, "get") else "") or f"http_{status}"
    if status == 429 or status >= 500 or reason in _DOWN:
        wait_seconds = retry_after_seconds(getattr(response, "headers", None) or {})
        return SlackOutage("Slack is busy or down.", retry_after_seconds=wait_seconds)
    if reason in REFUSED_TOKEN:
        return CredentialError("Slack no longer allows Inlaid to access this workspace.", fix="Install the app again.")
    return SlackRefusal(reason)


def retry_after_seconds(headers: Mapping[str, Any]) -> float:
    """Return how long Slack asks to wait (`Retry-After`, whole seconds), 0 when it does not say."""
    found = [value for name, value in headers.items() if name.lower() == "retry-after"]
    text = found[0] if found else ""
    text = text[0] if isinstance(text, list) and text else text  # the SDK gives lists, httpx texts
    return float(text) if isinstance(text, str) and text.isdecimal() else 0.0


@cache
def _silent_logger() -> logging.Logger:
    """The SDK logs whole payloads at DEBUG, and with them what people wrote."""
    logger = logging.getLogger("inlaid.slack.sdk")
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
    return logger


def _short_retry_after() -> "RetryHandler":
    """Return a handler that waits for a short Retry-After once; a longer one is the job's next try."""
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

    class ShortRetryAfter(RateLimitErrorRetryHandler):
        def _can_retry(self, *, state: Any, request: Any, response: Any = None, error: Any = None) -> bool:
            if response is None or response.status_code != 429:
                return False
            return 0 < retry_after_seconds(response.headers) <= MAX_WAIT_SECONDS

    return ShortRetryAfter(max_retry_count=2)


class NotAnswerable(InputError):
    """The address is not one of Slack's."""

    code = "slack_response_url"


def respond(url: str, message: BlockMessage, api_url: str, *, replace: bool = False, thread_ts: str = "") -> None:
    """Show a message to the one person whose act made the URL.

    Args:
        url: the response URL.
        message: what is shown.
        api_url: INLAID_SLACK_API_URL, whose host may give out such URLs too.
        replace: put it in place of the message whose button was pressed.
        thread_ts: the thread, "" for none.

    Raises:
        NotAnswerable: an address of somebody else; nothing is sent there.
        SlackRefusal: used up, expired, or content that Slack does not take.
        SlackOutage: Slack is down or asks to wait.
    """
    body: JsonObject = {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}
    body["replace_original"] = replace
    _post_json(url, {**body, "thread_ts": thread_ts} if thread_ts and not replace else body, api_url)


def _post_json(url: str, body: JsonObject, api_url: str) -> None:
    import httpx

    if not is_response_url(url, api_url):
        raise NotAnswerable("The address for the answer is not one of Slack's.")
    try:
        answer = _http_client().post(url, json=body)
    except httpx.HTTPError as error:
        is_doubtful = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        raise SlackOutage("Slack cannot be reached.", is_doubtful=is_doubtful) from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise SlackOutage("Slack is busy or down.", retry_after_seconds=retry_after_seconds(answer.headers))
    if answer.status_code != 200:
        raise SlackRefusal(answer.text[:40].strip() or "response_url")


@cache
def _http_client() -> "httpx.Client":
    """One client per process, since each costs a TLS context. Redirects are not followed: they could lead anywhere.

    Connections are not kept: answers are rare, and nobody would close them.
    """
    import httpx

    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, limits=limits)
