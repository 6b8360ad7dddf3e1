"""Messages of ours that have to be found again: lasting ones carry their job's id as message metadata."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from core.logs import logger
from integrations.slack.client.api import SlackOutage, SlackRefusal, call
from integrations.slack.client.conversations import PERSON, MessageMetadata, SlackMessage

if TYPE_CHECKING:
    from slack_sdk import WebClient

SEARCHED_MESSAGES, MAX_SEARCHED_PAGES = 100, 10
CLOCK_SECONDS = 60.0  # by which Slack's clock may be behind ours
_log = logger(__name__)


def job_metadata(event_type: str, job_id: str, person: str = "") -> MessageMetadata:
    """Return the metadata of a message (https://docs.slack.dev/messaging/message-metadata), with who posted it."""
    payload = {"job": job_id, **({PERSON: person} if person else {})}
    return {"event_type": event_type, "event_payload": payload}


def find_message_of_job(
    client: "WebClient", channel: str, thread_ts: str, event_type: str, job_id: str, *, since: float | None
) -> str:
    """Return the ts of the message that an earlier attempt made, or "" if there is none.

    Args:
        client: asks Slack.
        channel: where to look.
        thread_ts: the thread there, "" for none.
        event_type: what `job_metadata` was given.
        job_id: whose message it is.
        since: Unix seconds of the earlier attempt, or None if there was none, then nothing is asked.
    """
    if since is None:
        return ""
    for message in _messages_since(client, channel, thread_ts, since):
        if message.get("metadata", {}).get("event_payload", {}).get("job") == job_id:
            return str(message["ts"])
    return ""


def find_message_without_metadata(client: "WebClient", channel: str, thread_ts: str, *, since: float) -> str:
    """Return the ts of the newest message of an app without metadata in a thread, or "" if there is none."""
    messages = _messages_since(client, channel, thread_ts, since)
    found = [message for message in messages if message.get("bot_id") and "metadata" not in message]
    newest = max(found, key=lambda message: float(message["ts"]), default=None)
    return str(newest["ts"]) if newest and newest["ts"] != thread_ts else ""


def find_file(client: "WebClient", channel: str, mark: str, *, since: float | None) -> bool:
    """Whether an earlier attempt put a file there whose name holds that mark; `since` as in `find_message_of_job`."""
    if since is None:
        return False
    messages = _messages_since(client, channel, "", since)
    return any(mark in str(file.get("name")) for message in messages for file in message.get("files") or ())


def _messages_since(client: "WebClient", channel: str, thread_ts: str, since: float) -> Iterator[SlackMessage]:
    """Yield what was written since then, page by page; nothing where the app may not read: there it cannot look either.

    An app outside the Marketplace gets one page a minute: what lies behind that is not looked at, and the log says so.
    """
    method = partial(client.conversations_replies, ts=thread_ts) if thread_ts else client.conversations_history
    oldest, cursor = f"{since - CLOCK_SECONDS:.6f}", ""
    for page in range(MAX_SEARCHED_PAGES):
        try:
            found = call(
                method,
                channel=channel,
                limit=SEARCHED_MESSAGES,
                include_all_metadata=True,
                oldest=oldest,
                cursor=cursor,
            )
        except SlackRefusal:
            return
        except SlackOutage as outage:
            if not page or not outage.retry_after_seconds:
                raise
            break
        yield from found["messages"]
        if not (cursor := str((found.get("response_metadata") or {}).get("next_cursor") or "")):
            return
    _log.warning("an earlier message was looked for in the nearest pages alone", pages=page)
