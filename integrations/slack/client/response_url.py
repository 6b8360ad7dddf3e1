"""Answers to a response URL: private, without a token, five times within thirty minutes."""

from functools import cache
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from integrations.slack.client.api import TIMEOUT_SECONDS, SlackOutage, SlackRefusal, retry_after_seconds
from integrations.slack.reply_target import is_response_url
from integrations.slack.views.blocks import Message

if TYPE_CHECKING:
    import httpx


class NotAnswerable(InputError):
    """The address is not one of Slack's."""

    code = "slack_response_url"


def respond(url: str, message: Message, api_url: str, *, replace: bool = False, thread_ts: str = "") -> None:
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
    body: dict[str, Any] = {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}
    body["replace_original"] = replace
    _post(url, {**body, "thread_ts": thread_ts} if thread_ts and not replace else body, api_url)


def _post(url: str, body: dict[str, Any], api_url: str) -> None:
    import httpx

    if not is_response_url(url, api_url):
        raise NotAnswerable("The address for the answer is not one of Slack's.")
    try:
        answer = _client().post(url, json=body)
    except httpx.HTTPError as error:
        is_doubtful = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        raise SlackOutage("Slack cannot be reached.", is_doubtful=is_doubtful) from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise SlackOutage("Slack is busy or down.", retry_after_seconds=retry_after_seconds(answer.headers))
    if answer.status_code != 200:
        raise SlackRefusal(answer.text[:40].strip() or "response_url")


@cache
def _client() -> "httpx.Client":
    """One client per process, since each costs a TLS context. Redirects are not followed: they could lead anywhere.

    Connections are not kept: answers are rare, and nobody would close them.
    """
    import httpx

    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, limits=limits)
